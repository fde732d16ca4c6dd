/** Tells a line that wants a text from one that wants a picture, where a model could do both and the line does not say. */

/** "Describe ...", "Write a detailed scene description of ...", "Create a caption for ...". */
const ASKS = [
	/^(?:describe|explain|summari[sz]e|translate|list|analy[sz]e|answer|tell)\b/,
	/^(?:write|compose|draft)\b/,
	/^(?:generate|create|give|provide|produce|make|return)\s+(?:me\s+)?(?:a|an|the|one)?\s*(?:[a-z-]+\s+){0,4}(?:description|caption|text|title|story|poem|list|summary|prompt|alt text)\b/,
];
/** Nobody's request is longer until it says what it is. */
const READ_AT_MOST = 400;

/**
 * Google's image models answer such a request in words, unless they are told to draw: S0-6, S0-12, whose lines say
 * nothing of modalities.
 */
export function asksForWords(text: string): boolean {
	const start = text
		.slice(0, READ_AT_MOST)
		.toLowerCase()
		.replace(/^(?:\W|please\b|can you\b|could you\b)+/, "");
	return ASKS.some((ask) => ask.test(start));
}
