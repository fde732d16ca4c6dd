/** Reads the content of messages as chat completions, Responses and Conversations have it, and as Jan writes it. */
import { z } from "zod";
import type {
	NewMessage,
	NewPart,
	Role,
} from "../../engine/conversations/conversation.ts";
import { invalid } from "../../engine/errors.ts";
import type { ReadPicture } from "./picture-source.ts";

const urlObject = z.looseObject({
	url: z.string().nullish(),
	file_id: z.string().nullish(),
});

/** One part, in any of the ways in which it is written. */
const part = z.looseObject({
	type: z.string(),
	text: z.union([z.string(), z.looseObject({ value: z.string() })]).nullish(),
	input_text: z.string().nullish(),
	output_text: z
		.union([z.string(), z.looseObject({ text: z.string() })])
		.nullish(),
	refusal: z.string().nullish(),
	image_url: z.union([z.string(), urlObject]).nullish(),
	image: z.union([z.string(), urlObject]).nullish(),
	file_id: z.string().nullish(),
	data: z.string().nullish(),
	url: z.string().nullish(),
});
type Part = z.infer<typeof part>;

export const messageContent = z.union([z.string(), z.array(part).max(1_000)]);
export type MessageContent = z.infer<typeof messageContent>;

const TEXT_TYPES = ["text", "input_text", "output_text", "refusal"];
const IMAGE_TYPES = ["image_url", "input_image", "image"];
/** A picture in a Markdown text; bounded, so that the longest text is read in one go. */
const MARKDOWN_PICTURE = /!\[[^\]]{0,200}\]\(([^()\s]{1,2000})\)/g;

/** Of one message; each costs a look into the library. */
const MOST_LINKED = 16;

/** @throws {EngineError} `invalid_request` for parts that nobody here can read. */
export async function messageOf(
	role: Role,
	content: MessageContent | null | undefined,
	field: string,
	read: ReadPicture,
): Promise<NewMessage> {
	const parts: NewPart[] = [];
	for (const [index, given] of partsIn(content ?? []).entries()) {
		const part = await partOf(given, `${field}.${index}`, read);
		if (part === undefined) continue;
		if (part.kind === "text" && role === "assistant")
			parts.push(...(await withLinkedPictures(part, field, read)));
		else parts.push(part);
	}
	return { role, parts };
}

function partsIn(content: MessageContent): readonly Part[] {
	if (typeof content !== "string") return content;
	const parts = partsInText(content);
	return parts ?? [{ type: "text", text: content }];
}

/** Some of Jan's clients send the parts as a JSON text. */
function partsInText(text: string): readonly Part[] | undefined {
	if (!/^\s*\[\s*\{\s*"type"\s*:/.test(text)) return undefined;
	try {
		return z.array(part).parse(JSON.parse(text));
	} catch {
		return undefined;
	}
}

async function partOf(
	given: Part,
	field: string,
	read: ReadPicture,
): Promise<NewPart | undefined> {
	if (TEXT_TYPES.includes(given.type)) {
		const text = textIn(given);
		return text === "" ? undefined : { kind: "text", text };
	}
	if (!IMAGE_TYPES.includes(given.type)) {
		throw invalid(
			field,
			`${field} is a part of type "${given.type.slice(0, 50)}", which cannot be read here.`,
			[...TEXT_TYPES, ...IMAGE_TYPES].join(", "),
		);
	}
	return { kind: "image", image: await read(pictureIn(given, field), field) };
}

function textIn({ text, input_text, output_text, refusal }: Part): string {
	const output =
		typeof output_text === "object" ? output_text?.text : output_text;
	const plain = typeof text === "object" ? text?.value : text;
	return plain ?? input_text ?? output ?? refusal ?? "";
}

function pictureIn(given: Part, field: string): string {
	const { image_url, image, data, url, file_id } = given;
	for (const place of [image_url, image]) {
		if (typeof place === "string") return place;
		const inside = place?.url ?? place?.file_id;
		if (typeof inside === "string") return inside;
	}
	const found = url ?? data ?? file_id;
	if (typeof found === "string") return found;
	throw invalid(field, `${field} names no picture.`, "an image_url");
}

/** A picture of ours that an answer linked to is one that the conversation has; other links are left in the text. */
async function withLinkedPictures(
	given: NewPart & { kind: "text" },
	field: string,
	read: ReadPicture,
): Promise<NewPart[]> {
	let { text } = given;
	const pictures: NewPart[] = [];
	for (const [link, address = ""] of given.text.matchAll(MARKDOWN_PICTURE)) {
		if (!address.includes("/images/jan_")) continue;
		if (pictures.length === MOST_LINKED) break;
		const image = await read(address, field);
		if (image.kind !== "library") continue;
		pictures.push({ kind: "image", image });
		text = text.replace(link, "");
	}
	const rest = text.trim();
	return [...(rest === "" ? [] : [{ ...given, text: rest }]), ...pictures];
}
