/** Every way in which the engine says no. Each dialect maps every code to its own words; a new code does not compile until all do. */

export const errorCodes = [
	"invalid_request",
	"unauthenticated",
	"forbidden",
	"insufficient_credits",
	"not_found",
	"conflict",
	"payload_too_large",
	"unsupported_media_type",
	"model_not_found",
	"provider_not_configured",
	"generation_disabled",
	"content_blocked",
	"rate_limited",
	/** The server's own account with a vendor. */
	"quota_exhausted",
	/** What the tier of the caller's team allows in a day. */
	"team_quota_exhausted",
	"provider_rejected",
	"provider_failed",
	"wait_timed_out",
	"canceled",
	"internal",
] as const;
export type EngineErrorCode = (typeof errorCodes)[number];

/** The four faults that a caller must be able to tell apart (S2-11). */
export const reasons = [
	"SAFETY_BLOCKED",
	"RATE_LIMITED",
	"INVALID_ARGUMENT",
	"RESOURCE_EXHAUSTED",
] as const;
export type Reason = (typeof reasons)[number];

const REASON: Readonly<Partial<Record<EngineErrorCode, Reason>>> = {
	invalid_request: "INVALID_ARGUMENT",
	provider_rejected: "INVALID_ARGUMENT",
	content_blocked: "SAFETY_BLOCKED",
	rate_limited: "RATE_LIMITED",
	quota_exhausted: "RESOURCE_EXHAUSTED",
	team_quota_exhausted: "RESOURCE_EXHAUSTED",
};

/** @returns `undefined` for what is none of the four. */
export function reasonOf(code: EngineErrorCode): Reason | undefined {
	return REASON[code];
}

/** Facts that a dialect may show beside the message. */
export interface ErrorDetails {
	/** The field at fault, in the words of whoever threw: `refImageUrls.2`. */
	readonly field?: string;
	/** What the field may be. */
	readonly allowed?: string;
	readonly generationId?: string;
	readonly retryAfterMs?: number;
}

/** `message` is safe to show to a caller; what is not goes into `cause`, for the log. */
export class EngineError extends Error {
	readonly code: EngineErrorCode;
	readonly details: ErrorDetails;

	constructor(
		code: EngineErrorCode,
		message: string,
		options: { details?: ErrorDetails; cause?: unknown } = {},
	) {
		super(message, { cause: options.cause });
		this.name = "EngineError";
		this.code = code;
		this.details = options.details ?? {};
	}
}

/** Why something failed, as it is kept. */
export interface KeptFault {
	readonly code: EngineErrorCode;
	readonly message: string;
	/** For how long after it failed there is no use in asking again, where that is known. */
	readonly retryAfterMs?: number | undefined;
}

/** What became of a generation that failed, for whoever waited for it. */
export function failureOf(
	generationId: string,
	{ code, message, retryAfterMs }: KeptFault,
): EngineError {
	return new EngineError(code, message, {
		details: {
			generationId,
			...(retryAfterMs !== undefined && { retryAfterMs }),
		},
	});
}

/** A request whose `field` is not what it may be. */
export function invalid(
	field: string,
	message: string,
	allowed?: string,
): EngineError {
	return new EngineError("invalid_request", message, {
		details: allowed === undefined ? { field } : { field, allowed },
	});
}
