/** Puts a chat into the engine's words. */
import type { ReplyRequest } from "../../../engine/chat/reply-request.ts";
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import type {
	Generation,
	Principal,
} from "../../../engine/generations/request.ts";
import type { Resolution } from "../../../engine/models/model.ts";
import type { DialectContext } from "../../dialect.ts";
import { messageOf } from "../message-parts.ts";
import { pictureReader, type ReadPicture } from "../picture-source.ts";
import {
	type ChatBody,
	type ChatMessage,
	type IMAGE_SIZES,
	unheededFields,
} from "./schema.ts";

const RESOLUTION: Readonly<Record<(typeof IMAGE_SIZES)[number], Resolution>> = {
	"512": "low",
	"0.5K": "low",
	"1K": "standard",
	"2K": "high",
	"4K": "4k",
};

/** Where a request comes from, and where it belongs. */
interface Origin extends Pick<ReplyRequest, "conversationId" | "idempotency"> {
	readonly principal: Principal;
}

/** @throws {EngineError} `invalid_request` naming the field. */
export async function replyRequestOf(
	context: DialectContext,
	{ principal, conversationId, idempotency }: Origin,
	body: ChatBody,
): Promise<ReplyRequest> {
	const read = pictureReader(context, principal);
	const { turns, instructions } = await turnsOf(body.messages, read);
	const { aspect_ratio, image_size } = body.image_config ?? {};
	return {
		dialect: "openai",
		model: body.model === "" ? undefined : body.model,
		instructions,
		turns,
		conversationId,
		store:
			conversationId === undefined || body.store === false
				? "nothing"
				: "last_turn",
		modalities: body.modalities,
		aspectRatio: aspect_ratio ?? undefined,
		resolution: image_size ? RESOLUTION[image_size] : undefined,
		seed: body.seed,
		temperature: body.temperature,
		maxOutputTokens: body.max_completion_tokens ?? body.max_tokens,
		idempotency,
	};
}

async function turnsOf(
	messages: readonly ChatMessage[],
	read: ReadPicture,
): Promise<{ turns: NewMessage[]; instructions: string | undefined }> {
	const turns: NewMessage[] = [];
	const instructions: string[] = [];
	for (const [index, message] of messages.entries()) {
		const field = `messages.${index}.content`;
		const { role, content } = message;
		if (role === "system" || role === "developer") {
			const { parts } = await messageOf(role, content, field, read);
			for (const part of parts)
				if (part.kind === "text") instructions.push(part.text);
			continue;
		}
		// What a tool answered is told by the caller, whoever called the tool.
		const speaker = role === "assistant" ? role : "user";
		const turn = await messageOf(speaker, content, field, read);
		const pictures = await picturesOf(message, turn, index, read);
		const parts = [...turn.parts, ...pictures];
		// An assistant's call of a tool has no content; there is nothing to go on with in it.
		if (parts.length > 0 || role === "user")
			turns.push({ role: speaker, parts });
	}
	return {
		turns,
		instructions:
			instructions.length > 0 ? instructions.join("\n\n") : undefined,
	};
}

/** Those of an answer that is sent back; unless they are linked to in its text, and so known already. */
async function picturesOf(
	{ images }: ChatMessage,
	{ parts }: NewMessage,
	index: number,
	read: ReadPicture,
): Promise<NewMessage["parts"]> {
	if (!images || parts.some(({ kind }) => kind === "image")) return [];
	const pictures: NewMessage["parts"][number][] = [];
	for (const { image_url } of images) {
		const image = await read(image_url.url, `messages.${index}.images`);
		pictures.push({ kind: "image", image });
	}
	return pictures;
}

/** All that was said, as one text: what an answer's tokens are estimated by. */
export function textsIn({ turns }: Pick<ReplyRequest, "turns">): string {
	return turns
		.flatMap(({ parts }) => parts)
		.map((part) => (part.kind === "text" ? part.text : ""))
		.join("");
}

/** Of fields that nobody heeds. */
export function unheededWarnings(body: ChatBody): Generation["warnings"] {
	return unheededFields(body).map((parameter) => ({
		kind: "unsupported",
		parameter,
		message: `${parameter} is not supported here and was left out.`,
	}));
}
