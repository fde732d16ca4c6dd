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
	"content_blocked",
	"rate_limited",
	"provider_failed",
	"wait_timed_out",
	"canceled",
	"internal",
] as const;
export type EngineErrorCode = (typeof errorCodes)[number];

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
