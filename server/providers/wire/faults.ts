/** What an answer that is no success, or a connection that broke, means: decided once for all vendors that speak HTTP. */
import { OutboundError } from "../../net/outbound-guard.ts";
import { type VendorAnswer, VendorHttpError } from "../../net/vendor-http.ts";
import { ProviderError, type ProviderErrorKind } from "../provider.ts";
import { redacted } from "./fault-text.ts";

/** By RFC 9110; vendors that mean something else by a status say so in their answers' bodies. */
export function kindOfStatus(status: number): ProviderErrorKind {
	if (status === 401 || status === 403) return "auth";
	if (status === 402) return "quota_exhausted";
	if (status === 408 || status === 504) return "timeout";
	if (status === 429) return "rate_limited";
	return status >= 500 || status < 400 ? "unavailable" : "invalid";
}

const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** How long the answer's headers ask to wait, in milliseconds: a number of seconds, a date, or OpenAI's milliseconds. */
export function retryAfterMsOf(
	answer: Pick<VendorAnswer, "header">,
	now: number,
): number | undefined {
	return (
		boundedWait(Number(answer.header("retry-after-ms"))) ??
		waitOf(answer.header("retry-after")?.trim() ?? "", now)
	);
}

function waitOf(text: string, now: number): number | undefined {
	if (/^\d+(\.\d+)?$/.test(text)) return boundedWait(Number(text) * 1_000);
	// `Date.parse` takes nearly anything for a date.
	return /^[A-Z].* GMT$/i.test(text)
		? boundedWait(Date.parse(text) - now)
		: undefined;
}

/** @returns `undefined` for what is no time to wait. */
export function boundedWait(milliseconds: number): number | undefined {
	return Number.isFinite(milliseconds) && milliseconds > 0
		? Math.min(Math.ceil(milliseconds), LONGEST_WAIT_MS)
		: undefined;
}

/** Of these the vendor has nothing to act on. */
const UNKNOWN_TO_VENDOR = ["unreachable", "unsent"];
const SILENCE = ["silent", "timeout"];

/**
 * What a failure between us and the vendor means.
 * @param name the provider's, and what was asked.
 * @param isPaid whether the vendor may ask money for what was under way.
 */
export function connectionFault(
	name: string,
	error: unknown,
	isPaid: boolean,
): ProviderError {
	if (error instanceof ProviderError) return error;
	const kind =
		error instanceof VendorHttpError || error instanceof OutboundError
			? error.kind
			: "";
	return new ProviderError(
		SILENCE.includes(kind) ? "timeout" : "unavailable",
		`${name}: ${redacted(error instanceof Error ? error.message : String(error))}`,
		{ mayBePaid: isPaid && !isUnknownToVendor(error), cause: error },
	);
}

function isUnknownToVendor(error: unknown): boolean {
	return (
		error instanceof VendorHttpError && UNKNOWN_TO_VENDOR.includes(error.kind)
	);
}

/** What is done, for the log, and what it means when it goes wrong. */
export interface Guard {
	readonly what: string;
	readonly isPaid: boolean;
	readonly signal: AbortSignal;
}

/** Turns everything that is thrown into a ProviderError, or the signal's own reason. */
export async function guarded<T>(
	{ what, isPaid, signal }: Guard,
	work: () => Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		throw connectionFault(what, error, isPaid);
	}
}
