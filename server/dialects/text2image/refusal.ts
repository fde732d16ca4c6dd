/** An error in this dialect's own words. */
import type { EngineErrorCode, Reason } from "../../engine/errors.ts";
import { ANSWER, type Answer, FIELD } from "./answers.ts";
import type { Text } from "./language.ts";

/** Facts beside the message, in the names of this dialect. */
export interface RefusalDetails {
	readonly field?: string;
	readonly allowed?: string;
	/** One of the four reasons of S2-11, or the engine's code, which tells more than this dialect's few. */
	readonly reason?: EngineErrorCode | Reason;
	/** The engine's or the provider's own sentence, in English. */
	readonly explanation?: string;
	readonly generation_id?: string;
	readonly retry_after_ms?: number;
}

/** `answer` and `details` are shown to the caller, `cause` to the log. */
export class Refusal extends Error {
	readonly answer: Answer;
	readonly details: RefusalDetails;

	constructor(answer: Answer, details: RefusalDetails = {}, cause?: unknown) {
		super(answer.text.en, { cause });
		this.name = "Refusal";
		this.answer = answer;
		this.details = details;
	}
}

/**
 * A field that is not what it may be.
 * @param text when the words that fit any value of the field do not say enough.
 */
export function invalidField(
	field: string,
	text?: Text,
	details: RefusalDetails = {},
	cause?: unknown,
): Refusal {
	const known = FIELD.get(field);
	return new Refusal(
		{
			status: 400,
			code: known?.code ?? "INVALID_PARAMETER",
			text: text ?? {
				de: `Ungültiger Wert für '${field}'${known ? `. Erwartet: ${known.allowed.de}` : ""}`,
				en: `Invalid value for '${field}'${known ? `. Expected: ${known.allowed.en}` : ""}`,
			},
		},
		{ field, ...details },
		cause,
	);
}

/** A body of which nothing can be made. @param explanation in English. */
export function unreadable(explanation: string, cause?: unknown): Refusal {
	return new Refusal(ANSWER.invalid_request, { explanation }, cause);
}

/** @param explanation in English: what is too large, and the limit. */
export function tooLarge(explanation: string, cause?: unknown): Refusal {
	return new Refusal(ANSWER.payload_too_large, { explanation }, cause);
}
