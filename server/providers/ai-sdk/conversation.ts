/** What one call's package says to its vendor and hears: pictures are kept as they come, and whatever goes wrong is told as what it is. */
import { setTimeout as sleep } from "node:timers/promises";
import {
	createLiftingFetch,
	type LiftingFetch,
} from "../../net/lifting/lifting-fetch.ts";
import type { OutboundFetch } from "../../net/outbound-guard.ts";
import { type VendorHttp, VendorHttpError } from "../../net/vendor-http.ts";
import {
	type CallContext,
	type KeptFile,
	ProviderError,
	type ProviderErrorKind,
} from "../provider.ts";
import { redacted, secretsIn } from "../wire/fault-text.ts";
import { connectionFault, retryAfterMsOf } from "../wire/faults.ts";
import type { ShouldLift } from "../wire/vendor.ts";
import type { VendorWords } from "./ai-sdk-vendor.ts";
import { kindOfRefusal } from "./refusal.ts";

export interface ConversationOptions {
	/** The provider's name, for the log. */
	readonly name: string;
	readonly http: VendorHttp;
	/** Fetches from hosts that are not the vendor's own. */
	readonly fetchGuarded: OutboundFetch;
	readonly isOwnHost: (url: URL) => boolean;
	readonly isPicture: ShouldLift;
	readonly isBlocked: (words: VendorWords) => boolean;
	/** Milliseconds since 1970. */
	readonly clock: () => number;
	/** From 0 up to but not including 1. */
	readonly random: () => number;
}

/** No vendor's answer has more text beside its pictures. */
const MAX_TEXT_BYTES = 8_388_608;
/** Larger than any vendor's picture. */
const MAX_DOWNLOAD_BYTES = 268_435_456;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const TRIES = 3;
const FIRST_DELAY_MS = 250;
/** A vendor that asks for a longer pause is left to whoever called. */
const LONGEST_PAUSE_MS = 10_000;
/** What may pass while a picture that is paid for waits to be asked after or fetched. */
const PASSING: ReadonlySet<ProviderErrorKind> = new Set([
	"rate_limited",
	"unavailable",
	"timeout",
]);

export class Conversation {
	readonly #options: ConversationOptions;
	readonly #signal: AbortSignal;
	readonly #lifting: LiftingFetch<KeptFile>;
	#isPaid = false;
	#fault: ProviderError | undefined;
	#lastWords: string | undefined;

	constructor(options: ConversationOptions, context: CallContext) {
		this.#options = options;
		this.#signal = context.signal;
		this.#lifting = createLiftingFetch(
			(input, init) => this.#send(new URL(String(input)), init),
			{
				keep: (bytes) => context.keepFile(bytes),
				shouldLift: options.isPicture,
				maxTextBytes: MAX_TEXT_BYTES,
			},
		);
	}

	/** For the package. Whatever this throws is remembered, however the package wraps it. */
	readonly fetch: typeof fetch = async (input, init = {}) => {
		const url = new URL(input instanceof Request ? input.url : input);
		// A picture that was lifted out of an answer, and is now "downloaded" from its data URL.
		if (url.protocol === "data:")
			return new Response(
				Buffer.from(url.href.slice(url.href.indexOf(",") + 1), "base64"),
			);
		try {
			return await this.#askPatiently(url, init);
		} catch (error) {
			if (error instanceof ProviderError) this.#fault = error;
			throw error;
		}
	};

	/** What was kept where the package found this picture. */
	fileOf(picture: string | Uint8Array): KeptFile | undefined {
		return this.#lifting.lifted.find(picture)?.kept;
	}

	/** Whether the vendor may ask money for the call. */
	get isPaid(): boolean {
		return this.#isPaid;
	}

	/** What it means that the package threw this; its own errors quote requests, pictures and all, and go no further. */
	faultOf(error: unknown): ProviderError {
		if (error instanceof ProviderError) return error;
		if (this.#fault !== undefined) return this.#fault;
		const { name } = this.#options;
		const complaint = error instanceof Error ? error.message : String(error);
		if (this.#lastWords === undefined)
			return new ProviderError("invalid", `${name}: ${redacted(complaint)}`);
		return new ProviderError(
			"unavailable",
			`${name}: ${redacted(complaint)} It was last answered: ${redacted(this.#lastWords)}`,
			{ mayBePaid: this.#isPaid },
		);
	}

	/** Asks again when that costs nothing: the picture is being drawn, or waits to be fetched. */
	async #askPatiently(url: URL, init: RequestInit): Promise<Response> {
		const { random } = this.#options;
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.#ask(url, init);
			} catch (error) {
				this.#signal.throwIfAborted();
				const mayRepeat =
					methodOf(init) === "GET" &&
					attempt < TRIES &&
					error instanceof ProviderError &&
					PASSING.has(error.kind) &&
					(error.retryAfterMs ?? 0) <= LONGEST_PAUSE_MS;
				if (!mayRepeat) throw error;
				const jittered = FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + random());
				await sleep(Math.max(jittered, error.retryAfterMs ?? 0), undefined, {
					signal: this.#signal,
				}).catch(() => this.#signal.throwIfAborted());
			}
		}
	}

	/** Reads the answer to its end, so that the package gets what is whole and understood, or an error. */
	async #ask(url: URL, init: RequestInit): Promise<Response> {
		const { name } = this.#options;
		const { fetch: lift } = this.#lifting;
		try {
			const answer = await lift(url, init);
			const isMoved = answer.status >= 300 && answer.status < 400;
			// Whoever follows by itself looks where it leads.
			if (isMoved && init.redirect === "manual") return answer;
			const body = Buffer.from(await answer.arrayBuffer());
			if (!answer.ok) throw this.#refusal(url, init, answer, body.toString());
			if (methodOf(init) === "POST") this.#isPaid = true;
			this.#judge(url, answer, body.toString());
			const { status, headers } = answer;
			return new Response(status === 204 ? null : body, { status, headers });
		} catch (error) {
			this.#signal.throwIfAborted();
			// A time limit of the package's own.
			if (init.signal?.aborted)
				throw new ProviderError("timeout", `${name}: waited in vain`, {
					mayBePaid: this.#isPaid,
				});
			throw connectionFault(
				name,
				error instanceof TypeError && error.cause instanceof VendorHttpError
					? error.cause
					: error,
				this.#isPaid || methodOf(init) === "POST",
			);
		}
	}

	async #send(url: URL, init: RequestInit = {}): Promise<Response> {
		const { http, fetchGuarded, isOwnHost } = this.#options;
		this.#signal.throwIfAborted();
		if (isOwnHost(url)) {
			const { fetch: send } = http;
			return await send(url, {
				signal: this.#signal,
				...init,
				...(await sentForm(init)),
				redirect: "manual",
			});
		}
		const { contentType, body } = await fetchGuarded(url.href, {
			maxBytes: MAX_DOWNLOAD_BYTES,
			timeoutMs: DOWNLOAD_TIMEOUT_MS,
			signal: init.signal ?? this.#signal,
		});
		return new Response(ReadableStream.from(body), {
			headers: { "content-type": contentType },
		});
	}

	#refusal(
		url: URL,
		init: RequestInit,
		{ status, headers }: Response,
		text: string,
	): ProviderError {
		const { name, clock } = this.#options;
		const secrets = secretsIn(Object.fromEntries(new Headers(init.headers)));
		return new ProviderError(
			kindOfRefusal(status, text),
			`${name} answered ${status} to ${methodOf(init)} ${url.pathname}: ${redacted(text, secrets)}`,
			{
				retryAfterMs: retryAfterMsOf({ header: headerOf(headers) }, clock()),
				mayBePaid: this.#isPaid,
			},
		);
	}

	/** @throws {ProviderError} when the answer says that the content policy refused. */
	#judge(url: URL, { headers }: Response, text: string): void {
		const { name, isBlocked } = this.#options;
		this.#lastWords = text;
		if (isBlocked({ header: headerOf(headers), json: objectIn(text) }))
			throw new ProviderError(
				"content_blocked",
				`${name} blocked it, answering at ${url.pathname}: ${redacted(text)}`,
				{ mayBePaid: this.#isPaid },
			);
	}
}

function methodOf({ method = "GET" }: RequestInit): string {
	return method.toUpperCase();
}

function headerOf(headers: Headers) {
	return (name: string) => headers.get(name) ?? undefined;
}

function objectIn(text: string): VendorWords["json"] {
	if (!text.trimStart().startsWith("{")) return undefined;
	try {
		return JSON.parse(text) as VendorWords["json"];
	} catch {
		return undefined;
	}
}

/** undici takes a form of its own only, and would send the words "[object FormData]" for the global one. */
async function sentForm({ body, headers }: RequestInit): Promise<RequestInit> {
	if (!(body instanceof FormData)) return {};
	const form = new Response(body);
	const contentType = form.headers.get("content-type") ?? "";
	const withType = new Headers(headers);
	withType.set("content-type", contentType);
	return { body: await form.arrayBuffer(), headers: withType };
}
