/** Refuses texts that no database could keep or no model would read. */
import { invalid } from "../errors.ts";
import type { RenderedRequest } from "./request.ts";

const MAX_PROMPT_CHARACTERS = 32_000;

/** @throws {EngineError} `invalid_request` naming the field. */
export function checkText(
	request: Pick<
		RenderedRequest,
		"prompt" | "renderedPrompt" | "negativePrompt"
	>,
): void {
	if (request.renderedPrompt.trim() === "")
		throw invalid("prompt", "The prompt must not be empty.", "any text");
	requireText("prompt", request.prompt, MAX_PROMPT_CHARACTERS);
	requireText("prompt", request.renderedPrompt, MAX_PROMPT_CHARACTERS);
	if (request.negativePrompt !== undefined)
		requireText(
			"negativePrompt",
			request.negativePrompt,
			MAX_PROMPT_CHARACTERS,
		);
}

/** @throws {EngineError} `invalid_request` unless it is well-formed text of at most so many UTF-16 units. */
export function requireText(
	field: string,
	text: string,
	maxCharacters: number,
): void {
	if (text.length > maxCharacters) {
		throw invalid(
			field,
			`The ${field} has ${text.length} characters; at most ${maxCharacters} are allowed.`,
			`at most ${maxCharacters} characters`,
		);
	}
	// PostgreSQL cannot store a zero character, and half of a surrogate pair is no text.
	if (text.includes("\0") || !text.isWellFormed()) {
		throw invalid(
			field,
			`The ${field} contains characters that are not text (a zero character or half of a surrogate pair).`,
			"well-formed Unicode text",
		);
	}
}
