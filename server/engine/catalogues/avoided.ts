/** What is to be avoided, said in a prompt's last paragraph: vendors' batches know no negative prompts. */

/** As the engine itself says it to models that know none. */
const BETWEEN = "\n\nAvoid: ";

export function withAvoided(prompt: string, negativePrompt = ""): string {
	return negativePrompt === "" ? prompt : prompt + BETWEEN + negativePrompt;
}

/** The two again, as far as a text has both. */
export function withoutAvoided(text: string): {
	readonly prompt: string;
	readonly negativePrompt?: string | undefined;
} {
	const end = text.lastIndexOf(BETWEEN);
	const prompt = text.slice(0, Math.max(0, end));
	const negativePrompt = text.slice(end + BETWEEN.length);
	const isBoth =
		prompt.trim() !== "" &&
		negativePrompt.trim() !== "" &&
		!negativePrompt.includes("\n");
	return isBoth ? { prompt, negativePrompt } : { prompt: text };
}
