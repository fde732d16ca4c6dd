/** Asks a Gesso server, and asks again where that is safe and of use. */
import { errorOf, GessoError, isPassing } from "./gesso-error.ts";

export interface ConnectionOptions {
	/** Where the server is, as `http://localhost:8000`. */
	readonly url: string;
	readonly apiKey: string;
	/** The platform's own when left out. */
	readonly fetch?: typeof fetch | undefined;
	/** How often what may be asked again is asked at most; 5 when left out. */
	readonly attempts?: number | undefined;
}

export interface Call {
	/** Ends it; what it rejects with is the signal's reason. */
	readonly signal?: AbortSignal | undefined;
}

export interface Question extends Call {
	readonly method: "GET" | "POST" | "DELETE" | "PATCH";
	/** What comes after `/v0`. */
	readonly path: string;
	readonly query?: Readonly<Record<string, string | number | undefined>>;
	/** JSON, or a form. */
	readonly body?: object | undefined;
	readonly accept?: string;
	/** What costs money and is asked twice under the same one is done once. */
	readonly idempotencyKey?: string | undefined;
	/** Fewer than the connection's. */
	readonly attempts?: number | undefined;
}

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 20_000;
const ANSWER_TIMEOUT_MS = 60_000;

export class Connection {
	readonly url: string;
	readonly #apiKey: string;
	readonly #fetch: typeof fetch;
	readonly #attempts: number;

	constructor(options: ConnectionOptions) {
		this.url = options.url.replace(/\/+$/, "");
		this.#apiKey = options.apiKey;
		// Browsers want theirs called as a method of the window.
		this.#fetch =
			options.fetch ?? ((input, init) => globalThis.fetch(input, init));
		this.#attempts = options.attempts ?? 5;
	}

	/** @returns what stands in the answer's `data`. @throws {GessoError} */
	async data<T>(question: Question): Promise<T> {
		const response = await this.open({
			...question,
			signal: withTimeout(question),
		});
		const text = await response.text().catch((fault: unknown) => {
			question.signal?.throwIfAborted();
			throw unreachable(this.url, fault);
		});
		const body = parsed(text);
		if (typeof body === "object" && body !== null && "data" in body)
			return body.data as T;
		throw new GessoError(`${this.url} answers, but not as a Gesso server.`, {
			status: response.status,
			code: "unexpected_answer",
		});
	}

	/**
	 * @returns an answer whose body is still to be read.
	 * @throws {GessoError} for a refusal, or when no answer comes.
	 */
	async open(question: Question): Promise<Response> {
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.#ask(question);
			} catch (error) {
				throwWish(question.signal);
				const pauseMs = this.#pauseAfter(error, question, attempt);
				if (pauseMs === null) throw error;
				await pause(pauseMs, question.signal);
			}
		}
	}

	async #ask(question: Question): Promise<Response> {
		const { method, body, signal } = question;
		const isForm = body instanceof FormData;
		let response: Response;
		try {
			response = await this.#fetch(this.#addressOf(question), {
				method,
				signal: signal ?? null,
				headers: {
					authorization: `Bearer ${this.#apiKey}`,
					accept: question.accept ?? "application/json",
					...(body !== undefined &&
						!isForm && { "content-type": "application/json" }),
					...(question.idempotencyKey !== undefined && {
						"idempotency-key": question.idempotencyKey,
					}),
				},
				...(body !== undefined && {
					body: isForm ? body : JSON.stringify(body),
				}),
			});
		} catch (fault) {
			throw unreachable(this.url, fault);
		}
		if (response.ok) return response;
		throw await errorOf(response);
	}

	#addressOf({ path, query = {} }: Question): string {
		const parameters = new URLSearchParams();
		for (const [name, value] of Object.entries(query))
			if (value !== undefined) parameters.set(name, String(value));
		const asked = parameters.toString();
		return `${this.url}/v0${path}${asked === "" ? "" : `?${asked}`}`;
	}

	/** @returns for how long to wait before it is asked again; `null` when it must not be, or there is no use. */
	#pauseAfter(
		error: unknown,
		{ method, idempotencyKey, signal, attempts = this.#attempts }: Question,
		attempt: number,
	): number | null {
		const isSafe = method === "GET" || idempotencyKey !== undefined;
		if (!isSafe || attempt >= attempts || signal?.aborted) return null;
		if (!(error instanceof GessoError) || !isPassing(error)) return null;
		if (![null, 429, 503].includes(error.status)) return null;
		// Half of it by chance, so that those who were turned away together do not come back together.
		const grown = FIRST_PAUSE_MS * 2 ** (attempt - 1);
		const pauseMs = error.retryAfterMs ?? grown * (0.5 + Math.random());
		return pauseMs > LONGEST_PAUSE_MS ? null : pauseMs;
	}
}

/** A table takes as long to send as it takes; everything else is answered soon. */
function withTimeout({ body, signal }: Question): AbortSignal | undefined {
	if (body instanceof FormData) return signal;
	const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
	return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** @throws the reason of whoever wants no answer any more; that it takes too long is no wish of his. */
function throwWish(signal: AbortSignal | undefined): void {
	if (!signal?.aborted) return;
	const { reason } = signal;
	if (reason instanceof DOMException && reason.name === "TimeoutError") return;
	throw reason;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** @returns that no answer came, or not the whole of it. */
export function unreachable(url: string, cause: unknown): GessoError {
	return new GessoError(`The server at ${url} does not answer.`, {
		status: null,
		code: "unreachable",
		cause,
	});
}

/** @throws the signal's reason as soon as it aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	signal?.throwIfAborted();
	await new Promise<void>((resolve, reject) => {
		const stop = () => {
			clearTimeout(timer);
			reject(signal?.reason);
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener("abort", stop);
			resolve();
		}, ms);
		signal?.addEventListener("abort", stop, { once: true });
	});
}
