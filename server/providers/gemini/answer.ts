/** An answer of the model: its text, its pictures, and why it ends. Thoughts are left out. */
import { Lifted } from "../../net/lifted-json.ts";
import type { DrawnImage, KeptFile } from "../provider.ts";
import type { ShouldLift } from "../wire/vendor.ts";
import { fieldsOf, listOf, textOf } from "./reading.ts";

export type AnswerPart =
	| {
			readonly kind: "text";
			/** May be empty where there is a signature. */
			readonly text: string;
			readonly signature: string | undefined;
	  }
	| {
			readonly kind: "image";
			readonly file: KeptFile;
			readonly signature: string | undefined;
	  };

export interface Answer {
	readonly parts: readonly AnswerPart[];
	/** Why the prompt was refused. */
	readonly blockReason: string | undefined;
	readonly finishReason: string | undefined;
	/** The vendor's words for why it ends, for the log. */
	readonly finishMessage: string | undefined;
	/** As the vendor has it, for `readUsage`. */
	readonly usageMetadata: unknown;
}

/** The vendor writes camel case; files of batch results have been seen in snake case. */
export const isPictureData: ShouldLift = (path) => {
	const holder = path.at(-2);
	return (
		path.at(-1) === "data" &&
		(holder === "inlineData" || holder === "inline_data")
	);
};

/** @param value a GenerateContentResponse whose pictures were lifted, or a piece of one. */
export function readAnswer(value: unknown): Answer {
	const { candidates, promptFeedback, usageMetadata } = fieldsOf(value);
	const answers = listOf(candidates).map(fieldsOf);
	const finished = answers.find(({ finishReason }) => textOf(finishReason));
	return {
		parts: answers
			.flatMap(({ content }) => listOf(fieldsOf(content).parts))
			.flatMap(readPart),
		blockReason: textOf(fieldsOf(promptFeedback).blockReason),
		finishReason: textOf(finished?.finishReason),
		finishMessage: textOf(finished?.finishMessage),
		usageMetadata,
	};
}

export function textIn(parts: readonly AnswerPart[]): string {
	return parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
}

/** @param seed the one that was asked for: the vendor names none. */
export function imagesIn(
	parts: readonly AnswerPart[],
	seed: number | undefined,
): DrawnImage[] {
	return parts.flatMap((part) =>
		part.kind === "image" ? [drawnImageOf(part.file, seed)] : [],
	);
}

export function drawnImageOf(
	file: KeptFile,
	seed: number | undefined,
): DrawnImage {
	return { file, seed, revisedPrompt: undefined };
}

function readPart(value: unknown): AnswerPart[] {
	const part = fieldsOf(value);
	if (part.thought === true) return [];
	const signature = textOf(part.thoughtSignature ?? part.thought_signature);
	const inline = fieldsOf(part.inlineData ?? part.inline_data);
	if (inline.data instanceof Lifted) {
		const mediaType = textOf(inline.mimeType ?? inline.mime_type);
		if (mediaType?.startsWith("image/") === false) return [];
		return [{ kind: "image", file: inline.data.kept as KeptFile, signature }];
	}
	const text = textOf(part.text) ?? "";
	if (text === "" && signature === undefined) return [];
	return [{ kind: "text", text, signature }];
}
