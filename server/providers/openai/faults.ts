/** What a server means by an error, whichever of the usual shapes it has: OpenAI's, Azure's, Jan's, or a line of text. */
import { ProviderError, type ProviderErrorKind } from "../provider.ts";
import { redacted } from "../wire/fault-text.ts";
import { boundedWait, kindOfStatus } from "../wire/faults.ts";
import type { VendorFault } from "../wire/vendor.ts";
import { textAt, valueAt } from "./read-json.ts";

/** Codes and types that say more than the status they come with. */
const BY_CODE: ReadonlyMap<string, ProviderErrorKind> = new Map([
	["moderation_blocked", "content_blocked"],
	["content_policy_violation", "content_blocked"],
	["safety_violations", "content_blocked"],
	// Azure's.
	["content_filter", "content_blocked"],
	["contentFilter", "content_blocked"],
	["ResponsibleAIPolicyViolation", "content_blocked"],
	["insufficient_quota", "quota_exhausted"],
	["billing_hard_limit_reached", "quota_exhausted"],
	["billing_not_active", "quota_exhausted"],
	["model_not_found", "invalid"],
	["invalid_api_key", "auth"],
	["rate_limit_exceeded", "rate_limited"],
	// Of lines of a batch that were never carried out.
	["batch_expired", "timeout"],
	["request_timeout", "timeout"],
	["batch_cancelled", "unavailable"],
]);

/** Types that count where there is no status: in streams. */
const BY_TYPE: ReadonlyMap<string, ProviderErrorKind> = new Map([
	["invalid_request_error", "invalid"],
	["image_generation_user_error", "invalid"],
	["authentication_error", "auth"],
	["permission_error", "auth"],
	["rate_limit_error", "rate_limited"],
]);

/** So OpenAI ends the message of a refusal, also where it gives no code. */
const SAFETY_VIOLATIONS = /\bsafety_violations=\[/;

interface SaidFault {
	readonly codes: readonly string[];
	readonly message: string;
}

function readFault(body: unknown): SaidFault {
	const error = valueAt(body, "error");
	const isObject = typeof error === "object" && error !== null;
	const said = isObject ? error : body;
	return {
		codes: [
			textAt(said, "code"),
			textAt(said, "innererror", "code"),
			textAt(said, "inner_error", "code"),
			textAt(said, "type"),
		].filter((code) => code !== undefined),
		message:
			textAt(said, "message") ??
			textAt(body, "error") ??
			textAt(body, "detail") ??
			"",
	};
}

/** What it leaves open is for the answer's status to say. */
export function openAiFault(status: number, body: unknown): VendorFault {
	const error = valueAt(body, "error");
	return {
		...judge(readFault(body)),
		// Where an address is wrong, servers answer 404 too, but not with an error as OpenAI has it.
		isMissing: status === 404 && textAt(error, "message") !== undefined,
	};
}

function judge({ codes, message }: SaidFault): VendorFault {
	const known = codes.map((code) => BY_CODE.get(code)).find(Boolean);
	return {
		kind:
			known ??
			(SAFETY_VIOLATIONS.test(message) ? "content_blocked" : undefined),
		retryAfterMs: waitOf(message),
	};
}

/**
 * An error that came within an answer of success: in a stream, or as the result of a batch's line.
 * @param status that of the line.
 */
export function answeredError(
	name: string,
	body: unknown,
	{ status, mayBePaid }: { status?: number | undefined; mayBePaid: boolean },
): ProviderError {
	const said = readFault(body);
	const { codes, message } = said;
	const { kind, retryAfterMs } = judge(said);
	const bySort =
		status === undefined
			? codes.map((code) => BY_TYPE.get(code)).find(Boolean)
			: kindOfStatus(status);
	return new ProviderError(
		kind ?? bySort ?? "unavailable",
		`${name} answered with an error: ${redacted([...codes, message].join(" "))}`,
		{ retryAfterMs, mayBePaid },
	);
}

/** Whether a value of a stream is an error. */
export function isFault(value: unknown): boolean {
	const error = valueAt(value, "error");
	return (
		textAt(value, "type") === "error" || (error !== undefined && error !== null)
	);
}

const AGAIN_IN = /try again (?:in|after) ((?:\d+(?:\.\d+)?\s*[a-z]+\s*)+)/i;
const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)/gi;
/** Milliseconds, by the beginning of the unit's name; the first that fits. */
const UNITS: readonly (readonly [string, number])[] = [
	["ms", 1],
	["milli", 1],
	["s", 1_000],
	["m", 60_000],
	["h", 3_600_000],
];

/** `Please try again in 1m20s` and its like. */
function waitOf(message: string): number | undefined {
	const parts = [...(AGAIN_IN.exec(message)?.[1] ?? "").matchAll(PART)];
	const milliseconds = parts.map(([, count, word = ""]) => {
		const unit = UNITS.find(([name]) => word.toLowerCase().startsWith(name));
		return Number(count) * (unit?.[1] ?? 0);
	});
	return boundedWait(milliseconds.reduce((sum, each) => sum + each, 0));
}
