/** What the vendor counted, sorted so that no token is counted twice. */
import type { Usage } from "../provider.ts";
import { countOf, fieldsOf, listOf } from "./reading.ts";

/**
 * @param metadata the answer's usageMetadata.
 * @param hasPicture what the answer's tokens are taken for when the vendor does not say.
 * @returns `undefined` when it did not count.
 */
export function readUsage(
	metadata: unknown,
	hasPicture: boolean,
): Usage | undefined {
	const fields = fieldsOf(metadata);
	const counts = [
		fields.promptTokenCount,
		fields.candidatesTokenCount,
		fields.totalTokenCount,
	];
	if (counts.every((count) => countOf(count) === undefined)) return undefined;
	const input = split(fields.promptTokenCount, fields.promptTokensDetails);
	const output = split(
		fields.candidatesTokenCount,
		fields.candidatesTokensDetails,
		hasPicture,
	);
	return {
		inputTextTokens:
			input.text + (countOf(fields.toolUsePromptTokenCount) ?? 0),
		inputImageTokens: input.image,
		outputTextTokens: output.text + (countOf(fields.thoughtsTokenCount) ?? 0),
		outputImageTokens: output.image,
	};
}

/** What the details leave of the total is text, or all of it the picture's when there are no details. */
function split(
	total: unknown,
	details: unknown,
	isPicture = false,
): { text: number; image: number } {
	const listed = listOf(details).map(fieldsOf);
	const all = countOf(total) ?? 0;
	if (listed.length === 0)
		return isPicture ? { text: 0, image: all } : { text: all, image: 0 };
	let text = 0;
	let image = 0;
	for (const { modality, tokenCount } of listed) {
		if (modality === "IMAGE") image += countOf(tokenCount) ?? 0;
		else text += countOf(tokenCount) ?? 0;
	}
	return { text: text + Math.max(0, all - text - image), image };
}
