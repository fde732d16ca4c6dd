/** Why an answer could not be read, whoever is asking. */

export type LiftingErrorKind =
	| "malformed"
	| "truncated"
	| "too_deep"
	| "too_large"
	| "bad_base64";

/** The answer's own fault. What the body or the keeper throws is passed on as it is. */
export class LiftingError extends Error {
	readonly kind: LiftingErrorKind;

	constructor(kind: LiftingErrorKind, message: string) {
		super(message);
		this.name = "LiftingError";
		this.kind = kind;
	}
}
