/** Why HTTP to a vendor came to nothing, told by how much the vendor can know of the request. */

export type VendorHttpErrorKind =
	/** There was no connection, so that the vendor knows nothing of the request. */
	| "unreachable"
	/** Part of the request's body was never sent, so that the vendor has nothing to act on. */
	| "unsent"
	/** The vendor was silent for too long. */
	| "silent"
	/** The connection broke when the whole request was on its way, or the answer. */
	| "broken_off";

/** The message is for the log. */
export class VendorHttpError extends Error {
	readonly kind: VendorHttpErrorKind;

	constructor(kind: VendorHttpErrorKind, message: string, cause?: unknown) {
		super(message, { cause });
		this.name = "VendorHttpError";
		this.kind = kind;
	}
}
