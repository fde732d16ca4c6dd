/** Refuses texts that no database could keep or no model would read. */
import { invalid } from "../errors.ts";
import type { GenerationRequest } from "./request.ts";

const MAX_PROMPT_CHARACTERS = 32_000;

/** @throws {EngineError} `invalid_request` naming the field. */
export function checkText(
	request: Pick<GenerationRequest, "prompt" | "negativePrompt">,
): void {
	if (request.prompt.trim() === "")
		throw invalid("prompt", "The prompt must not be empty.", "any text");
	checkOne("prompt", request.prompt);
	if (request.negativePrompt !== undefined)
		checkOne("negativePrompt", request.negativePrompt);
}

function checkOne(field: string, text: string): void {
	if (text.length > MAX_PROMPT_CHARACTERS) {
		throw invalid(
			field,
			`The ${field} has ${text.length} characters; at most ${MAX_PROMPT_CHARACTERS} are allowed.`,
			`at most ${MAX_PROMPT_CHARACTERS} characters`,
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
