/** Asks for pictures, and waits for them. */
import { type Call, type Connection, pause } from "./connection.ts";
import type {
	Generation,
	GenerationAsk,
	GenerationHead,
	Quote,
} from "./generation.ts";

const PATH = "/images/generations";
const FIRST_LOOK_MS = 200;
const LATER_LOOKS_MS = 2_000;

export interface NewGenerationCall extends Call {
	/** The same ask under the same one is drawn and paid for once. Without it, what got no answer is not asked again. */
	readonly idempotencyKey?: string | undefined;
}

/** All of it throws {GessoError}. */
export class Generations {
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** Tells the price, and does nothing. */
	async quote(ask: GenerationAsk, call: Call = {}): Promise<Quote> {
		return await this.#connection.data({
			...call,
			method: "POST",
			path: PATH,
			query: { dry_run: "true" },
			body: ask,
		});
	}

	/** Has it drawn, and does not wait for it. */
	async create(
		ask: GenerationAsk,
		call: NewGenerationCall = {},
	): Promise<GenerationHead> {
		return await this.#connection.data({
			...call,
			method: "POST",
			path: PATH,
			query: { async: "true" },
			body: ask,
		});
	}

	async get(id: string, call: Call = {}): Promise<Generation> {
		return await this.#connection.data({
			...call,
			method: "GET",
			path: `${PATH}/${encodeURIComponent(id)}`,
		});
	}

	/** The generation as it is, and again at every look, until it has ended, well or not. */
	async *follow(
		id: string,
		call: Call = {},
	): AsyncGenerator<Generation, Generation> {
		for (let look = 0; ; look++) {
			const generation = await this.get(id, call);
			if (generation.status === "completed" || generation.status === "failed")
				return generation;
			yield generation;
			await pause(
				Math.min(FIRST_LOOK_MS * 1.5 ** look, LATER_LOOKS_MS),
				call.signal,
			);
		}
	}

	/** Has it drawn and waits for its end, well or not. */
	async generate(
		ask: GenerationAsk,
		call: NewGenerationCall = {},
	): Promise<Generation> {
		const { id } = await this.create(ask, call);
		const steps = this.follow(id, call);
		for (;;) {
			const { done, value } = await steps.next();
			if (done) return value;
		}
	}
}
