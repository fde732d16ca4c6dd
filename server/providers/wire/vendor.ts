/** A vendor as an adapter sees it: JSON and events with the pictures already lifted out, and nothing but ProviderErrors when it goes wrong. */
import { type LiftedEvent, readLiftedEvents } from "../../net/lifted-events.ts";
import {
	type LiftedJson,
	type LiftingOptions,
	liftJson,
} from "../../net/lifted-json.ts";
import { type LiftedLine, readLiftedLines } from "../../net/lifted-lines.ts";
import { OutboundError, type OutboundFetch } from "../../net/outbound-guard.ts";
import type {
	OutgoingBody,
	VendorAnswer,
	VendorHttp,
	VendorRequest,
} from "../../net/vendor-http.ts";
import type { CallContext, KeptFile, ProviderError } from "../provider.ts";
import { secretsIn } from "./fault-text.ts";
import { type Guard, guarded } from "./faults.ts";
import { peekBody } from "./peeked-body.ts";
import { type FaultOf, refusalOf } from "./refusal.ts";
import { repeating } from "./repeating.ts";

export type { VendorFault } from "./refusal.ts";

export interface VendorOptions {
	/** The provider's name, for the log. */
	readonly name: string;
	readonly http: VendorHttp;
	/** Fetches what the vendor names by URL; its guard lets nobody reach into our network. */
	readonly fetchGuarded: OutboundFetch;
	/** Sent with every request. */
	readonly headers: Readonly<Record<string, string>>;
	/** Reads the vendor's own words. */
	readonly faultOf?: FaultOf;
	/** Milliseconds since 1970. */
	readonly clock: () => number;
	/** From 0 up to but not including 1. */
	readonly random: () => number;
	/** How long to wait before the first repetition of a request that may be repeated; 250 when left out. */
	readonly firstDelayMs?: number;
}

export interface VendorCall {
	/** When left out: POST with a body, GET without. */
	readonly method?: "GET" | "POST" | "PUT" | "DELETE";
	readonly url: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: OutgoingBody;
	/**
	 * Whether the vendor may ask money for it. Such a request is never sent twice from here, and when it breaks after it
	 * was sent, it counts as paid for. When left out: a POST is, others are not.
	 */
	readonly isPaid?: boolean;
}

/** Names the strings of an answer that are pictures, by their path from the outside in. */
export type ShouldLift = (path: readonly (string | number)[]) => boolean;

/** No vendor's answer has more text beside its pictures. */
const MAX_TEXT_BYTES = 8_388_608;
/** Larger than any vendor's picture. */
const MAX_DOWNLOAD_BYTES = 268_435_456;
const FIRST_DELAY_MS = 250;
/** A vendor that asks for a longer pause is left to whoever called. */
const LONGEST_PAUSE_MS = 10_000;
/** What may go better at the next try of a download. */
const PASSING: ReadonlySet<string> = new Set([
	"timeout",
	"unreachable",
	"bad_status",
]);

export class Vendor {
	readonly #options: VendorOptions;

	constructor(options: VendorOptions) {
		this.#options = options;
	}

	/** An answer in JSON. Strings that `shouldLift` names are in its value as `Lifted<KeptFile>`. @throws {ProviderError} */
	async json(
		call: VendorCall,
		context: Pick<CallContext, "signal"> & Partial<CallContext>,
		shouldLift: ShouldLift = () => false,
	): Promise<LiftedJson<KeptFile>> {
		return await this.#repeatingFree(call, context.signal, async () => {
			const answer = await this.#send(call, context.signal);
			return await guarded(this.#guardOf(call, context, answer), () =>
				liftJson(answer.body, liftingOptions(context, shouldLift)),
			);
		});
	}

	/**
	 * Server-sent events that are JSON, as `json` has it; others, such as `[DONE]`, are passed over. From a vendor that
	 * was asked for events and answers with one JSON all the same, that is the only event. @throws {ProviderError}
	 */
	async *events(
		call: VendorCall,
		context: CallContext,
		shouldLift: ShouldLift = () => false,
	): AsyncGenerator<unknown, void> {
		const answer = await this.#send(call, context.signal);
		const options = liftingOptions(context, shouldLift);
		const guard = this.#guardOf(call, context, answer);
		const { firstLetter, body } = await guarded(guard, () =>
			peekBody(answer.body),
		);
		const events =
			firstLetter === "{"
				? onlyJson(body, options)
				: readLiftedEvents(body, options);
		for await (const { value } of this.#each(guard, answer, events))
			if (value !== undefined) yield value;
	}

	/** Lines that are JSON, each as `json` has it; a broken one is told, and spoils no other. @throws {ProviderError} */
	async *lines(
		call: VendorCall,
		context: CallContext,
		shouldLift: ShouldLift = () => false,
	): AsyncGenerator<LiftedLine, void> {
		const answer = await this.answer(call, context.signal);
		const options = liftingOptions(context, shouldLift);
		const lines = readLiftedLines(answer.body, options);
		yield* this.#each(this.#guardOf(call, context, answer), answer, lines);
	}

	/** An answer of success, whatever its body is; it must be read or let go of. @throws {ProviderError} */
	async answer(call: VendorCall, signal: AbortSignal): Promise<VendorAnswer> {
		return await this.#repeatingFree(call, signal, () =>
			this.#send(call, signal),
		);
	}

	/**
	 * Keeps what the vendor named by URL. What is paid for is worth more than one try, and fetching it costs nothing.
	 * @throws {ProviderError}
	 */
	async download(
		url: string,
		context: Pick<CallContext, "signal" | "keepFile">,
	): Promise<KeptFile> {
		const { signal } = context;
		const fetched = async () => {
			const { body } = await this.#options.fetchGuarded(url, {
				maxBytes: MAX_DOWNLOAD_BYTES,
				signal,
			});
			return body;
		};
		return await this.#repeating(
			signal,
			({ cause }) =>
				cause instanceof OutboundError && PASSING.has(cause.kind)
					? 0
					: undefined,
			() => this.keep(fetched, context),
		);
	}

	/** Keeps the bytes of an answer to a request that was paid for. @throws {ProviderError} */
	async keep(
		open: () => Promise<AsyncIterable<Uint8Array>>,
		context: Pick<CallContext, "signal" | "keepFile">,
	): Promise<KeptFile> {
		return await guarded(
			{ what: this.#options.name, isPaid: true, signal: context.signal },
			async () => {
				const bytes = await open();
				try {
					return await context.keepFile(bytes);
				} catch (error) {
					// Whoever failed before it read anything has not let go of it.
					void letGo(bytes);
					throw error;
				}
			},
		);
	}

	async #send(call: VendorCall, signal: AbortSignal): Promise<VendorAnswer> {
		const { http, headers, faultOf, clock } = this.#options;
		const request = {
			method: methodOf(call),
			url: call.url,
			headers: { ...headers, ...call.headers },
			body: call.body,
			signal,
		};
		const answer = await guarded(this.#guardOf(call, { signal }), () =>
			http.send(request),
		);
		const { status } = answer;
		if (status >= 200 && status < 300) return answer;
		const refusal = await refusalOf(answer, {
			what: this.#whatOf(call),
			secrets: secretsIn(request.headers),
			faultOf,
			now: clock(),
		});
		signal.throwIfAborted();
		throw refusal;
	}

	/** What is read out of an answer one by one; the answer is let go of at the end. */
	async *#each<T>(
		guard: Guard,
		answer: VendorAnswer,
		pieces: AsyncGenerator<T, void>,
	): AsyncGenerator<T, void> {
		try {
			for (;;) {
				const step = await guarded(guard, () => pieces.next());
				if (step.done) return;
				yield step.value;
			}
		} finally {
			answer.discard();
		}
	}

	#guardOf(
		call: VendorCall,
		{ signal }: Pick<CallContext, "signal">,
		answer?: VendorAnswer,
	): Guard {
		return { what: this.#whatOf(call, answer), isPaid: isPaid(call), signal };
	}

	/** What a query says may be a secret. */
	#whatOf(call: VendorCall, answer?: VendorAnswer): string {
		const path = URL.parse(call.url)?.pathname ?? "";
		const asked = `${this.#options.name}, ${methodOf(call)} ${path}`;
		return answer === undefined
			? asked
			: `${asked}, answered ${answer.status} ${answer.contentType}`;
	}

	/** Sends what costs nothing again, a few times, when that may help. */
	async #repeatingFree<T>(
		call: VendorCall,
		signal: AbortSignal,
		work: () => Promise<T>,
	): Promise<T> {
		if (isPaid(call)) return await work();
		return await this.#repeating(
			signal,
			({ isRetryable, retryAfterMs = 0 }) =>
				isRetryable && retryAfterMs <= LONGEST_PAUSE_MS
					? retryAfterMs
					: undefined,
			work,
		);
	}

	async #repeating<T>(
		signal: AbortSignal,
		pauseAfter: (error: ProviderError) => number | undefined,
		work: () => Promise<T>,
	): Promise<T> {
		const { random, firstDelayMs = FIRST_DELAY_MS } = this.#options;
		return await repeating({ firstDelayMs, random, signal }, pauseAfter, work);
	}
}

function methodOf({ method, body }: VendorCall): VendorRequest["method"] {
	return method ?? (body === undefined ? "GET" : "POST");
}

function isPaid(call: VendorCall): boolean {
	return call.isPaid ?? methodOf(call) === "POST";
}

/** Keeps quiet: what went wrong first is what is told. */
async function letGo(bytes: AsyncIterable<Uint8Array>): Promise<void> {
	try {
		await bytes[Symbol.asyncIterator]().return?.();
	} catch {}
}

async function* onlyJson(
	body: AsyncIterable<Uint8Array>,
	options: LiftingOptions<KeptFile>,
): AsyncGenerator<Pick<LiftedEvent, "value">, void> {
	yield await liftJson(body, options);
}

function liftingOptions(context: Partial<CallContext>, shouldLift: ShouldLift) {
	return {
		keep: async (bytes: AsyncIterable<Uint8Array>) => {
			if (context.keepFile === undefined)
				throw new Error("Nobody is there to keep a file");
			return await context.keepFile(bytes);
		},
		shouldLift,
		maxTextBytes: MAX_TEXT_BYTES,
	};
}
