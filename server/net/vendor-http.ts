/** HTTP to the vendors that the server's owner configured: bodies stream both ways, and every way to fail is told apart. */
import { Readable } from "node:stream";
import { Agent, type Dispatcher, request, fetch as undiciFetch } from "undici";
import { untilAborted } from "./deadline.ts";
import { decodedBody } from "./decoded-body.ts";
import { rememberingConnector } from "./remembering-connector.ts";
import { VendorHttpError } from "./vendor-http-error.ts";

export { VendorHttpError } from "./vendor-http-error.ts";

/** A request's body whose length is known before it is read. */
export interface OutgoingBody {
	readonly contentType: string;
	readonly sizeBytes: number;
	/** May be called again, for a request that is repeated. */
	open(): AsyncIterable<Uint8Array | string>;
}

export interface VendorRequest {
	readonly method: "GET" | "POST" | "PUT" | "DELETE";
	readonly url: string;
	readonly headers?: Readonly<Record<string, string>> | undefined;
	readonly body?: OutgoingBody | undefined;
	readonly signal: AbortSignal;
}

/** An answer of any status, its body still to be read, or to be let go of with `discard`. */
export interface VendorAnswer {
	readonly status: number;
	/** @param name in lower case. */
	header(name: string): string | undefined;
	/** Lower-case and without parameters. */
	readonly contentType: string;
	/** May be read once. @throws {VendorHttpError} or the signal's own reason. */
	readonly body: AsyncIterable<Uint8Array>;
	discard(): void;
}

export interface VendorHttp {
	/** Follows no redirect: that is an answer as any other. @throws {VendorHttpError} or the signal's own reason. */
	send(request: VendorRequest): Promise<VendorAnswer>;
	/** For vendors' SDKs. Fails as any `fetch` does, with a `VendorHttpError` for a cause where no answer came. */
	readonly fetch: typeof fetch;
	close(): Promise<void>;
}

export interface VendorHttpOptions {
	/** For everything that comes before a request can be sent, TLS included. */
	readonly connectTimeoutMs?: number;
	/** How long an answer that has begun may pause. Until it begins, only the call's own time limit holds. */
	readonly pauseTimeoutMs?: number;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_PAUSE_TIMEOUT_MS = 120_000;
const MAX_HEADER_BYTES = 65_536;

/**
 * Every request has a connection of its own. On one that was kept, a request may meet the vendor closing it, and then
 * nobody knows whether it arrived; next to the seconds that a picture takes, a handshake is nothing.
 */
export function createVendorHttp(options: VendorHttpOptions = {}): VendorHttp {
	const { connect, neverConnected } = rememberingConnector(
		options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
	);
	const dispatcher = new Agent({
		pipelining: 0,
		headersTimeout: 0,
		bodyTimeout: options.pauseTimeoutMs ?? DEFAULT_PAUSE_TIMEOUT_MS,
		maxHeaderSize: MAX_HEADER_BYTES,
		connect,
	});
	const fetchPlainly = undiciFetch as unknown as typeof fetch;
	return {
		send: async (wanted) => {
			wanted.signal.throwIfAborted();
			const sending = new Sending(wanted.body);
			const dispatched = dispatch(wanted, sending, dispatcher);
			try {
				// undici notices an abort only when it is connected.
				const answer = await untilAborted(dispatched, wanted.signal);
				return answerOf(answer, wanted);
			} catch (error) {
				if (wanted.signal.aborted) throw wanted.signal.reason;
				throw neverConnected(error)
					? unreachable(error)
					: errorOf(error, sending.isWhole);
			}
		},
		fetch: async (input, init) => {
			try {
				return await fetchPlainly(input, {
					...init,
					dispatcher,
				} as unknown as RequestInit);
			} catch (error) {
				if (!(error instanceof TypeError)) throw error;
				const cause = neverConnected(error.cause)
					? unreachable(error.cause)
					: errorOf(error.cause ?? error);
				throw new TypeError(error.message, { cause });
			}
		},
		close: () => dispatcher.destroy(),
	};
}

/** A request's body on its way. */
class Sending {
	readonly #body: OutgoingBody | undefined;
	#sentBytes = 0;

	constructor(body: OutgoingBody | undefined) {
		this.#body = body;
	}

	/** Whether the vendor may have all of it. */
	get isWhole(): boolean {
		return this.#body === undefined || this.#sentBytes >= this.#body.sizeBytes;
	}

	/** undici counts bytes, so text has to become some. Nothing is opened before there is somebody to send it to. */
	async *bytes(): AsyncGenerator<Uint8Array> {
		const pieces = await readingBody(() =>
			this.#body?.open()[Symbol.asyncIterator](),
		);
		if (pieces === undefined) return;
		try {
			for (;;) {
				const { done, value } = await readingBody(() => pieces.next());
				if (done) return;
				const bytes = typeof value === "string" ? Buffer.from(value) : value;
				// Counted first: once it is handed over, it may arrive.
				this.#sentBytes += bytes.byteLength;
				// Here, a connection that breaks throws.
				yield bytes;
			}
		} finally {
			await pieces.return?.();
		}
	}
}

async function readingBody<T>(read: () => T | Promise<T>): Promise<T> {
	try {
		return await read();
	} catch (error) {
		throw new VendorHttpError(
			"unsent",
			`The request's body cannot be read: ${messageOf(error)}`,
			error,
		);
	}
}

async function dispatch(
	{ method, url, headers, body, signal }: VendorRequest,
	sending: Sending,
	dispatcher: Agent,
): Promise<Dispatcher.ResponseData> {
	return await request(url, {
		method,
		dispatcher,
		signal,
		headers: {
			"accept-encoding": "identity",
			"user-agent": "Gesso",
			...headers,
			...(body && {
				"content-type": body.contentType,
				"content-length": String(body.sizeBytes),
			}),
		},
		body: body === undefined ? null : Readable.from(sending.bytes()),
	});
}

/** @throws {VendorHttpError} when the body is in an encoding that nobody can read. */
function answerOf(
	{ statusCode, headers, body }: Dispatcher.ResponseData,
	{ signal }: VendorRequest,
): VendorAnswer {
	const header = (name: string) => {
		const value = headers[name];
		return Array.isArray(value) ? value[0] : value;
	};
	const decoded = decodedBody(body, header("content-encoding"));
	return {
		status: statusCode,
		header,
		contentType:
			header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "",
		body: leavable(decoded, signal),
		discard: () => void decoded.destroy(),
	};
}

/** May be left at any moment: a generator by itself may not, before its first value or while it waits for one. */
function leavable(
	body: Readable,
	signal: AbortSignal,
): AsyncIterable<Uint8Array> {
	const bytes = readBody(body, signal);
	return {
		[Symbol.asyncIterator]: () => ({
			next: () => bytes.next(),
			return: () => {
				body.destroy();
				return bytes.return(undefined);
			},
		}),
	};
}

async function* readBody(
	body: AsyncIterable<Uint8Array>,
	signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
	try {
		yield* body;
	} catch (error) {
		throw signal.aborted ? signal.reason : errorOf(error);
	}
}

function unreachable(error: unknown): VendorHttpError {
	return new VendorHttpError(
		"unreachable",
		`There is no connection: ${messageOf(error)}`,
		error,
	);
}

function errorOf(error: unknown, isSent = true): VendorHttpError {
	if (error instanceof VendorHttpError) return error;
	const { code } = error as NodeJS.ErrnoException;
	if (code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH")
		return new VendorHttpError(
			"unsent",
			"The request's body is not as long as it was said to be.",
			error,
		);
	if (code === "UND_ERR_BODY_TIMEOUT")
		return new VendorHttpError("silent", "The vendor fell silent.", error);
	return new VendorHttpError(
		isSent ? "broken_off" : "unsent",
		`The connection broke: ${messageOf(error)}`,
		error,
	);
}

function messageOf(error: unknown): string {
	const { message, code } = error as NodeJS.ErrnoException;
	return message || code || String(error);
}
