/** A body's bytes, chunk after chunk, read by whoever's turn it is; a body left early is told so. */
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";

const NOTHING = Buffer.alloc(0);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

interface ByteSource {
	next(): Promise<IteratorResult<Uint8Array, unknown>>;
	/** Also while a `next` is under way, where the body allows it. */
	stop(): unknown;
}

export class ByteReader {
	/** What came last; to be read from `position`, which the reader's user moves on. */
	chunk: Buffer = NOTHING;
	position = 0;
	readonly #source: ByteSource;
	#isStarted: boolean;
	#isEnded = false;

	/** @param contents a byte order mark at the start of `text` is passed over; `bytes` are read as they are. */
	constructor(
		body: AsyncIterable<Uint8Array>,
		contents: "text" | "bytes" = "text",
	) {
		this.#source = sourceOf(body);
		this.#isStarted = contents === "bytes";
	}

	/**
	 * Waits until there is a byte at `position`.
	 * @returns false at the end of the body. @throws what the body throws.
	 */
	async more(): Promise<boolean> {
		if (!this.#isStarted) await this.#start();
		while (this.position >= this.chunk.length) {
			const chunk = await this.#next();
			if (chunk === undefined) return false;
			this.chunk = chunk;
			this.position = 0;
		}
		return true;
	}

	/** Lets the body go, unless it has ended. Waits for nothing: a body that hangs would hang in its clean-up too. */
	stop(): void {
		if (this.#isEnded) return;
		this.#isEnded = true;
		void stopQuietly(this.#source);
	}

	async #start(): Promise<void> {
		this.#isStarted = true;
		let start: Buffer = NOTHING;
		while (
			start.length < BYTE_ORDER_MARK.length &&
			start.equals(BYTE_ORDER_MARK.subarray(0, start.length))
		) {
			const chunk = await this.#next();
			if (chunk === undefined) break;
			start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
		}
		const isMarked = start
			.subarray(0, BYTE_ORDER_MARK.length)
			.equals(BYTE_ORDER_MARK);
		this.chunk = start;
		this.position = isMarked ? BYTE_ORDER_MARK.length : 0;
	}

	async #next(): Promise<Buffer | undefined> {
		if (this.#isEnded) return undefined;
		const step = await this.#source.next();
		if (step.done) {
			this.#isEnded = true;
			return undefined;
		}
		const chunk: unknown = step.value;
		if (Buffer.isBuffer(chunk)) return chunk;
		if (!(chunk instanceof Uint8Array))
			throw new TypeError("Only bytes can be lifted from");
		return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
	}
}

function sourceOf(body: AsyncIterable<Uint8Array>): ByteSource {
	if (body instanceof ReadableStream) {
		const reader = body.getReader();
		return {
			next: async () => {
				const { done, value } = await reader.read();
				return done ? { done, value } : { done: false, value };
			},
			stop: () => reader.cancel(),
		};
	}
	const iterator = body[Symbol.asyncIterator]();
	return {
		next: () => iterator.next(),
		stop: () => {
			// A stream's iterator ends nothing before its first value and while it waits for one; the stream itself does.
			if (body instanceof Readable) body.on("error", () => {}).destroy();
			return iterator.return?.();
		},
	};
}

/** What goes wrong here is kept quiet: what went wrong first is what the caller is told. */
async function stopQuietly(source: ByteSource): Promise<void> {
	try {
		await source.stop();
	} catch {}
}
