/** The team API of a Gesso server (`/v0`), for programs: needs nothing but `fetch`, so that it works in browsers, too. */
import { Batches } from "./batches.ts";
import { type Call, Connection, type ConnectionOptions } from "./connection.ts";
import { Generations } from "./generations.ts";
import { Images } from "./images.ts";
import { Models } from "./models.ts";

/** What the team has left, and what it used. */
export interface Usage {
	readonly credits: {
		readonly balance: number;
		readonly used: number;
		readonly granted: number;
		readonly charged: number;
		readonly refunded: number;
	};
}

/**
 * `new GessoClient({ url: "http://localhost:8000", apiKey })`.
 *
 * What a server refuses, and what gets no answer, is thrown as a {GessoError}. What is safe to ask again, since it only reads
 * or has an idempotencyKey, is asked again when the server is busy or does not answer, after as long as it says.
 */
export class GessoClient {
	readonly url: string;
	readonly generations: Generations;
	readonly images: Images;
	readonly batches: Batches;
	readonly models: Models;
	readonly #connection: Connection;

	constructor(options: ConnectionOptions) {
		const connection = new Connection(options);
		this.#connection = connection;
		this.url = connection.url;
		this.generations = new Generations(connection);
		this.images = new Images(connection);
		this.batches = new Batches(connection);
		this.models = new Models(connection);
	}

	/** @throws {GessoError} */
	async usage(call: Call = {}): Promise<Usage> {
		return await this.#connection.data({
			...call,
			method: "GET",
			path: "/usage",
		});
	}
}
