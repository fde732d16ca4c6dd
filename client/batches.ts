/** Tables that are drawn row by row: taken in, priced, begun, followed, and taken home. */
import type {
	Batch,
	BatchFields,
	BatchPreview,
	Estimate,
	EstimatedBatch,
	RowPage,
	RowStatus,
} from "./batch.ts";
import {
	type Call,
	type Connection,
	pause,
	unreachable,
} from "./connection.ts";
import { readEvents } from "./event-stream.ts";
import { errorInStream, isPassing } from "./gesso-error.ts";
import { type Download, download } from "./images.ts";

/** A table and what is to be drawn of it. */
export interface NewBatch extends BatchFields {
	/** CSV, TSV, or JSON lines when its name ends so. */
	readonly table: { readonly fileName: string; readonly bytes: Blob };
}

export interface NewBatchCall extends Call {
	/** The same for each attempt to send the same table. Nothing is charged for a table that is only taken in. */
	readonly idempotencyKey?: string | undefined;
}

export interface FollowCall extends Call {
	/** For how long a server that does not answer is asked again and again; a minute when left out. */
	readonly patienceMs?: number | undefined;
	/** Is told when the server begins not to answer, and when it does again. */
	readonly onSilence?: ((isSilent: boolean) => void) | undefined;
}

const MINUTE_MS = 60_000;
const SILENCE_PAUSE_MS = 1_000;

/** All of it throws {GessoError}: `not_found` for a batch that the team does not have. */
export class Batches {
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** Takes a table in. Nothing is drawn and nothing charged before `start`. */
	async create(batch: NewBatch, call: NewBatchCall = {}): Promise<Batch> {
		return await this.#connection.data({
			...call,
			method: "POST",
			path: "/batches",
			body: formOf(batch),
		});
	}

	/** Tells what is in a table and what would be asked for it, and keeps nothing. */
	async preview(batch: NewBatch, call: Call = {}): Promise<BatchPreview> {
		return await this.#connection.data({
			...call,
			method: "POST",
			path: "/batches",
			query: { dry_run: "true" },
			body: formOf(batch),
		});
	}

	/** Newest first. @param query.after the id after which the page begins. */
	async list(
		query: { readonly limit?: number; readonly after?: string } = {},
		call: Call = {},
	): Promise<{
		readonly batches: readonly Batch[];
		readonly hasMore: boolean;
	}> {
		return await this.#connection.data({
			...call,
			method: "GET",
			path: "/batches",
			query,
		});
	}

	async get(id: string, call: Call = {}): Promise<EstimatedBatch> {
		return await this.#connection.data({
			...call,
			method: "GET",
			path: pathOf(id),
		});
	}

	/** What is left of it costs by each strategy. */
	async estimate(id: string, call: Call = {}): Promise<Estimate> {
		return await this.#connection.data({
			...call,
			method: "GET",
			path: pathOf(id, "/estimate"),
		});
	}

	/** Begins every row that waits. */
	async start(id: string, call: Call = {}): Promise<Batch> {
		return await this.#act(id, "start", undefined, call);
	}

	/** Draws 1 to 5 rows before all the others. */
	async sample(
		id: string,
		keys: readonly string[],
		call: Call = {},
	): Promise<Batch> {
		return await this.#act(id, "sample", { keys }, call);
	}

	/** Draws every row that is described. */
	async draw(id: string, call: Call = {}): Promise<Batch> {
		return await this.#act(id, "draw", undefined, call);
	}

	/** Does again what failed. */
	async retry(id: string, call: Call = {}): Promise<Batch> {
		return await this.#act(id, "retry", undefined, call);
	}

	async resume(id: string, call: Call = {}): Promise<Batch> {
		return await this.#act(id, "resume", undefined, call);
	}

	/** Begins no more rows; those that are being drawn are drawn to their end. */
	async cancel(id: string, call: Call = {}): Promise<Batch> {
		return await this.#act(id, "cancel", undefined, call);
	}

	/** @param query.after the `next` of the page before. @param query.limit at most 200. */
	async rows(
		id: string,
		query: {
			readonly statuses?: readonly RowStatus[];
			readonly limit?: number;
			readonly after?: number | undefined;
		} = {},
		call: Call = {},
	): Promise<RowPage> {
		const { statuses, limit, after } = query;
		return await this.#connection.data({
			...call,
			method: "GET",
			path: pathOf(id, "/rows"),
			query: { status: statuses?.join(","), limit, after },
		});
	}

	/**
	 * The batch as it is, and again whenever it has changed, until nothing of it is under way. A connection that breaks is
	 * made anew.
	 */
	async *follow(
		id: string,
		call: FollowCall = {},
	): AsyncGenerator<Batch, void> {
		const { patienceMs = MINUTE_MS, onSilence = () => {}, signal } = call;
		let silentSince: number | null = null;
		for (;;) {
			try {
				for await (const { isLast, batch } of this.#events(id, signal)) {
					if (silentSince !== null) onSilence(false);
					silentSince = null;
					yield batch;
					if (isLast) return;
				}
			} catch (error) {
				if (signal?.aborted || !isPassing(error)) throw error;
				if (silentSince === null) onSilence(true);
				silentSince ??= Date.now();
				if (Date.now() - silentSince > patienceMs) throw error;
			}
			await pause(SILENCE_PAUSE_MS, signal);
		}
	}

	/** Ends without a last one when the server stops. */
	async *#events(id: string, signal: AbortSignal | undefined) {
		const { body } = await this.#connection.open({
			method: "GET",
			path: pathOf(id, "/events"),
			accept: "text/event-stream",
			// Whoever follows asks again himself.
			attempts: 1,
			signal,
		});
		if (body === null) return;
		const events = readEvents(body);
		try {
			for (;;) {
				const { done, value } = await events.next().catch((fault: unknown) => {
					signal?.throwIfAborted();
					throw unreachable(this.#connection.url, fault);
				});
				if (done) return;
				const { name, data } = value;
				if (name === "error") throw errorInStream(data);
				yield { isLast: name === "done", batch: JSON.parse(data) as Batch };
			}
		} finally {
			await events.return();
		}
	}

	/** The table with what came of each row. */
	async results(id: string, call: Call = {}): Promise<Download> {
		return await download(this.#connection, {
			...call,
			path: pathOf(id, "/results.csv"),
		});
	}

	async #act(
		id: string,
		action: string,
		body: object | undefined,
		call: Call,
	): Promise<Batch> {
		return await this.#connection.data({
			...call,
			method: "POST",
			path: pathOf(id, `/${action}`),
			body,
		});
	}
}

function pathOf(id: string, rest = ""): string {
	return `/batches/${encodeURIComponent(id)}${rest}`;
}

/** The table goes last, as the server takes it in while it arrives. */
function formOf({ table, ...fields }: NewBatch): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) {
		if (value === undefined) continue;
		form.set(
			name,
			typeof value === "object" ? JSON.stringify(value) : String(value),
		);
	}
	form.set("file", table.bytes, table.fileName);
	return form;
}
