/** What it means when an answer of success has nothing to show, and whether it was paid for. */
import { ProviderError, type Usage } from "../provider.ts";
import { redacted } from "../wire/fault-text.ts";
import { type Answer, textIn } from "./answer.ts";

/** The content policy's reasons to end; others are the model's own trouble. */
const REFUSALS: ReadonlySet<string | undefined> = new Set([
	"SAFETY",
	"PROHIBITED_CONTENT",
	"BLOCKLIST",
	"SPII",
	"RECITATION",
	"IMAGE_SAFETY",
	"IMAGE_PROHIBITED_CONTENT",
	"IMAGE_RECITATION",
]);

const LOGGED_WORDS = 200;

/** The refusal of the content policy that the answer is, if it is one (S2-11). */
export function refusalIn(
	name: string,
	answer: Answer,
	usage: Usage | undefined,
): ProviderError | undefined {
	const { blockReason, finishReason, finishMessage } = answer;
	if (blockReason !== undefined)
		// Refused before anything was drawn, so that only what was counted can have been paid for.
		return new ProviderError(
			"content_blocked",
			`${name} refused the prompt: ${redacted(blockReason)}`,
			{ mayBePaid: usage !== undefined && hasOutput(usage) },
		);
	if (!REFUSALS.has(finishReason)) return undefined;
	return new ProviderError(
		"content_blocked",
		`${name} held the answer back: ${redacted(`${finishReason} ${finishMessage ?? ""}`)}`,
		{ mayBePaid: mayBePaid(usage) },
	);
}

/** What an answer is in which there should have been a picture. */
export function withoutPicture(
	name: string,
	answer: Answer,
	usage: Usage | undefined,
): ProviderError {
	const text = textIn(answer.parts);
	if (text === "") return withoutAnything(name, answer, usage);
	return new ProviderError(
		"unavailable",
		`${name} answered with words and no picture (${redacted(answer.finishReason ?? "no reason")}): ${redacted(text).slice(0, LOGGED_WORDS)}`,
		{
			publicMessage:
				"The model answered with words instead of a picture. Say more plainly what is to be drawn.",
			mayBePaid: true,
		},
	);
}

/** What an answer is that has neither text nor pictures. */
export function withoutAnything(
	name: string,
	{ finishReason, finishMessage }: Answer,
	usage: Usage | undefined,
): ProviderError {
	// The vendor does not serve the prompt's language: asking again changes nothing.
	const kind = finishReason === "LANGUAGE" ? "invalid" : "unavailable";
	return new ProviderError(
		kind,
		`${name} answered with nothing: ${redacted(`${finishReason ?? "no reason"} ${finishMessage ?? ""}`)}`,
		{
			publicMessage:
				"The model gave no answer. Say it differently, or try again.",
			mayBePaid: mayBePaid(usage),
		},
	);
}

/** Output is what costs. An answer that counts none is free to be asked for again; one that does not count is not. */
export function mayBePaid(usage: Usage | undefined): boolean {
	return usage === undefined || hasOutput(usage);
}

function hasOutput(usage: Usage): boolean {
	return usage.outputTextTokens + usage.outputImageTokens > 0;
}
