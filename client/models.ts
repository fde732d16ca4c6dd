/** Says who can draw and who can talk. */
import type { Call, Connection } from "./connection.ts";
import type { Model } from "./model.ts";

export class Models {
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** @param query.ready only those that answer themselves now. @throws {GessoError} */
	async list(
		query: { readonly ready?: boolean } = {},
		call: Call = {},
	): Promise<readonly Model[]> {
		const { models } = await this.#connection.data<{
			readonly models: readonly Model[];
		}>({
			...call,
			method: "GET",
			path: "/models",
			query: { ready: query.ready ? "true" : undefined },
		});
		return models;
	}

	/** By any of its names. @throws {GessoError} */
	async get(name: string, call: Call = {}): Promise<Model> {
		return await this.#connection.data({
			...call,
			method: "GET",
			path: `/models/${encodeURIComponent(name)}`,
		});
	}
}
