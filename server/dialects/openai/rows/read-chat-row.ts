/** Reads a row from a chat completion's request: for a picture where it names that modality, else for words. */
import type { AskedRow } from "../../../engine/catalogues/line-form.ts";
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import { invalid } from "../../../engine/errors.ts";
import type { InputImageSource } from "../../../engine/generations/request.ts";
import { chatBody, unheededFields } from "../chat/schema.ts";
import { replyRequestOf } from "../chat/translate.ts";
import { faultOf } from "../images/fields.ts";
import { withoutNulls } from "../json-body.ts";
import type { RowHouse } from "./row-house.ts";

/** @throws {EngineError} */
export async function readChatRow(
	house: RowHouse,
	fields: Readonly<Record<string, unknown>>,
): Promise<AskedRow> {
	const read = chatBody.safeParse(withoutNulls(fields));
	if (!read.success) throw faultOf(read.error);
	const body = read.data;
	if (body.conversation !== undefined)
		throw invalid(
			"conversation",
			"A row belongs to no conversation.",
			"no conversation",
		);
	const asked = await replyRequestOf(house.context, house, body);
	const message = onlyMessage(asked.turns);
	const pictures = await picturesIn(house, message);
	const { aspectRatio, resolution, modalities = [] } = asked;
	const isPicture =
		modalities.includes("image") || (aspectRatio ?? resolution) !== undefined;
	return {
		prompt: [asked.instructions ?? "", textIn(message)]
			.filter((text) => text !== "")
			.join("\n"),
		answer: isPicture ? "picture" : "words",
		wishes: {
			model: asked.model,
			aspectRatio,
			resolution,
			isLikePhoto: aspectRatio === undefined && pictures.length > 0,
			seed: asked.seed === undefined || asked.seed < 0 ? undefined : asked.seed,
			temperature: asked.temperature,
			maxOutputTokens: asked.maxOutputTokens,
		},
		pictures,
		unheeded: unheededFields(body),
	};
}

/** @throws {EngineError} for a conversation. */
function onlyMessage(turns: readonly NewMessage[]): NewMessage {
	const [message] = turns;
	if (message?.role === "user" && turns.length === 1) return message;
	throw invalid(
		"messages",
		"A row has nothing said before it: send what is asked for as one message of the user's.",
		"one message of the role user",
	);
}

function textIn({ parts }: NewMessage): string {
	return parts
		.flatMap((part) => (part.kind === "text" ? [part.text] : []))
		.join("\n");
}

async function picturesIn(
	{ context: { engine }, principal }: RowHouse,
	{ parts }: NewMessage,
): Promise<InputImageSource[]> {
	const sources: InputImageSource[] = [];
	for (const part of parts) {
		if (part.kind !== "image") continue;
		const { image } = part;
		sources.push(
			image.kind === "library"
				? await engine.inputs.fromLibrary(principal, image.imageId, image.field)
				: image,
		);
	}
	return sources;
}
