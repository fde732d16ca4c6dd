/** Why a fetch on a caller's behalf came to nothing. */

export type OutboundErrorKind =
	| "forbidden_address"
	| "bad_url"
	| "too_large"
	| "timeout"
	| "unreachable"
	| "bad_status"
	| "bad_type"
	| "too_many_redirects";

/** The message is fit for the caller: it tells nothing about our network. What is not is in `cause`. */
export class OutboundError extends Error {
	readonly kind: OutboundErrorKind;

	constructor(
		kind: OutboundErrorKind,
		message: string,
		options?: { cause: unknown },
	) {
		super(message, options);
		this.name = "OutboundError";
		this.kind = kind;
	}
}
