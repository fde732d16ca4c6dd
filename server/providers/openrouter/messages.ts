/** A conversation in the words of OpenRouter's chat completions. */
import { z } from "zod";
import type { ChatCall, Frame, InputImage, Turn } from "../provider.ts";
import { dataUrlOf } from "../wire/bodies.ts";

/** @param name the provider's own: only its own signatures are shown to it. */
export function messagesOf(
	{ instructions, turns }: Pick<ChatCall, "instructions" | "turns">,
	name: string,
): unknown[] {
	return [
		...(instructions === undefined
			? []
			: [{ role: "system", content: instructions }]),
		...turns.map((turn) =>
			turn.role === "user" ? userMessage(turn) : assistantMessage(turn, name),
		),
	];
}

function userMessage({ parts }: Turn): unknown {
	return {
		role: "user",
		content: parts.map((part) =>
			part.kind === "text"
				? { type: "text", text: part.text }
				: imagePart(part.image),
		),
	};
}

/** Pictures of the assistant's have a place of their own beside the text. */
function assistantMessage({ parts, signedBy }: Turn, name: string): unknown {
	const images = parts.flatMap((part) =>
		part.kind === "image" ? [imagePart(part.image)] : [],
	);
	const reasoning =
		signedBy === name
			? parts.flatMap(({ signature }) => readSignature(signature))
			: [];
	return {
		role: "assistant",
		content: parts
			.map((part) => (part.kind === "text" ? part.text : ""))
			.join(""),
		...(images.length > 0 && { images }),
		...(reasoning.length > 0 && { reasoning_details: reasoning }),
	};
}

function imagePart(image: InputImage): unknown {
	return { type: "image_url", image_url: { url: dataUrlOf(image) } };
}

/** What the vendor said of an answer for itself: given back as it came, or the next answer knows less. */
export function signatureOf(details: readonly unknown[]): string | undefined {
	return details.length === 0 ? undefined : JSON.stringify(details);
}

function readSignature(signature: string | undefined): unknown[] {
	if (signature === undefined) return [];
	try {
		return z.array(z.unknown()).catch([]).parse(JSON.parse(signature));
	} catch {
		return [];
	}
}

/** The shape of pictures in an answer. */
export function imageConfigOf(
	frame: Pick<Frame, "aspectRatio" | "tier"> | undefined,
): Record<string, unknown> {
	const config = {
		...(frame?.aspectRatio !== undefined && {
			aspect_ratio: frame.aspectRatio,
		}),
		...(frame?.tier !== undefined && { image_size: frame.tier }),
	};
	return Object.keys(config).length === 0 ? {} : { image_config: config };
}
