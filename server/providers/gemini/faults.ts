/** What the vendor means when it says no: in answers, in the middle of streams, and for single lines of a batch. */
import { ProviderError, type ProviderErrorKind } from "../provider.ts";
import { redacted } from "../wire/fault-text.ts";
import { boundedWait, kindOfStatus } from "../wire/faults.ts";
import type { VendorFault } from "../wire/vendor.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./reading.ts";

/** The codes of google.rpc.Code by their numbers, each with the HTTP status that it travels as. */
const RPC_CODES: readonly (readonly [word: string, httpStatus: number])[] = [
	["OK", 500],
	["CANCELLED", 499],
	["UNKNOWN", 500],
	["INVALID_ARGUMENT", 400],
	["DEADLINE_EXCEEDED", 504],
	["NOT_FOUND", 404],
	["ALREADY_EXISTS", 409],
	["PERMISSION_DENIED", 403],
	["RESOURCE_EXHAUSTED", 429],
	["FAILED_PRECONDITION", 400],
	["ABORTED", 409],
	["OUT_OF_RANGE", 400],
	["UNIMPLEMENTED", 501],
	["INTERNAL", 500],
	["UNAVAILABLE", 503],
	["DATA_LOSS", 500],
	["UNAUTHENTICATED", 401],
];

/** What the code says better than the HTTP status. */
const KINDS_BY_CODE: Readonly<Record<string, ProviderErrorKind>> = {
	CANCELLED: "unavailable",
	// Billing is not set up, or the server's country is not served: the account is to be looked at, not the request.
	FAILED_PRECONDITION: "auth",
};

/** @param body of an answer that is no success; some are wrapped in a list. */
export function faultOf(httpStatus: number, body: unknown): VendorFault {
	const whole = Array.isArray(body) ? (body[0] as unknown) : body;
	const { error } = fieldsOf(whole);
	const { status } = fieldsOf(error);
	return {
		...readError(error),
		isMissing: httpStatus === 404 && status === "NOT_FOUND",
	};
}

/** The error that a stream, a line of a batch or a whole batch has in it; `undefined` for none. */
export function errorIn(value: unknown): unknown {
	const whole = Array.isArray(value) ? (value[0] as unknown) : value;
	return fieldsOf(whole).error ?? undefined;
}

/**
 * @param error a google.rpc.Status, with its code as gRPC or as HTTP has it.
 * @param what failed, for the log.
 */
export function providerErrorOf(
	error: unknown,
	what: string,
	mayBePaid: boolean,
): ProviderError {
	const [word, httpStatus] = codeOf(fieldsOf(error));
	const fault = readError({ ...fieldsOf(error), status: word });
	return new ProviderError(
		fault.kind ?? kindOfStatus(httpStatus),
		`${what}: ${describeError(error)}`,
		{ retryAfterMs: fault.retryAfterMs, mayBePaid },
	);
}

/** For the log. */
export function describeError(error: unknown): string {
	const { code, status, message } = fieldsOf(error);
	return redacted(
		[code, status, message].filter((each) => each !== undefined).join(" "),
	);
}

function readError(error: unknown): VendorFault {
	const { status, details } = fieldsOf(error);
	const described = listOf(details).map(fieldsOf);
	const retryAfterMs = retryDelayOf(described);
	if (described.some(({ reason }) => reason === "API_KEY_INVALID"))
		return { kind: "auth", retryAfterMs };
	if (status === "RESOURCE_EXHAUSTED")
		return { kind: quotaKindOf(described), retryAfterMs };
	return { kind: KINDS_BY_CODE[String(status)], retryAfterMs };
}

function codeOf({ code, status }: Fields): readonly [string, number] {
	const byNumber = RPC_CODES[Number(code)];
	const byWord = RPC_CODES.find(([word]) => word === status);
	if (byNumber !== undefined) return byNumber;
	const httpStatus = Number(code) >= 100 ? Number(code) : undefined;
	const [word, itsStatus] = byWord ?? ["UNKNOWN", 500];
	return [word, httpStatus ?? itsStatus];
}

/**
 * A quota of a minute fills up again while one waits; one of a day, or of money, does not. Several may be named at once,
 * and then the longest holds.
 */
function quotaKindOf(details: readonly Fields[]): ProviderErrorKind {
	const quotas = details
		.flatMap(({ violations }) => listOf(violations))
		.map((violation) => textOf(fieldsOf(violation).quotaId) ?? "");
	if (quotas.some((quota) => /PerDay/i.test(quota))) return "quota_exhausted";
	if (quotas.some((quota) => /PerMinute/i.test(quota))) return "rate_limited";
	return retryDelayOf(details) === undefined
		? "quota_exhausted"
		: "rate_limited";
}

/** A duration of proto3 JSON, `1.5s`, in milliseconds. */
function retryDelayOf(details: readonly Fields[]): number | undefined {
	for (const { retryDelay } of details) {
		const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(String(retryDelay)) ?? [];
		if (seconds !== undefined) return boundedWait(Number(seconds) * 1_000);
	}
	return undefined;
}
