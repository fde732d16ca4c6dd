/**
 * Conversations and items as they are told: in one object what OpenAI's SDKs read and what Jan's clients read. URLs of
 * pictures are signed anew for every answer (S3 reading e).
 */
import type { FastifyRequest } from "fastify";
import type {
	Conversation,
	ConversationItem,
	ItemGeneration,
	ItemPart,
	Role,
} from "../../../engine/conversations/conversation.ts";
import type { Image } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { janIdOf } from "../picture-source.ts";

/** S3-13 has the time as text, OpenAI as seconds since 1970: each has its field (docs/decisions). */
function timesOf(createdAt: number) {
	return {
		created_at: new Date(createdAt).toISOString().replace(/\.\d+Z$/, "Z"),
		created: Math.floor(createdAt / 1000),
	};
}

export function conversationBody(conversation: Conversation) {
	const { id, title, metadata, createdAt, updatedAt } = conversation;
	return {
		id,
		object: "conversation",
		...(title !== null && { title }),
		...timesOf(createdAt),
		updated_at: timesOf(updatedAt).created_at,
		metadata,
	};
}

export function listBody(
	data: readonly { readonly id: string }[],
	hasMore: boolean,
) {
	return {
		object: "list",
		data,
		first_id: data[0]?.id ?? "",
		last_id: data.at(-1)?.id ?? "",
		has_more: hasMore,
	};
}

type UrlContext = Pick<DialectContext, "signedImageUrl" | "signedInputUrl">;

export function itemBodyOf(
	context: UrlContext,
	request: FastifyRequest,
	item: ConversationItem,
) {
	const head = {
		id: item.id,
		object: "conversation.item",
		branch: "MAIN",
		sequence_number: item.sequence,
		type: item.kind,
		role: item.role,
		...timesOf(item.createdAt),
	};
	if (item.kind === "message") {
		return {
			...head,
			status: item.status,
			...(item.model !== null && { name: item.model }),
			content: item.parts.map((part) =>
				partBody(context, request, item.id, item.role, part),
			),
		};
	}
	const { generation } = item;
	const { error, images, revisedPrompt, width, height } = generation;
	const isEdit = item.kind === "image_edit_call";
	return {
		...head,
		status: statusOf(generation),
		name: item.model ?? (isEdit ? "image-edit" : "image-generation"),
		content: [
			textBody(item.role, wordsFor(generation, isEdit)),
			...images.map((image) => ({
				type: "image",
				image: imageBody(context, request, image),
			})),
		],
		result: null,
		size: `${width}x${height}`,
		output_format: "png",
		action: isEdit ? "edit" : "generate",
		...(revisedPrompt !== null && { revised_prompt: revisedPrompt }),
		...(error !== null && { error }),
	};
}

/** All that is shown of a part. */
type ShownPart =
	| Exclude<ItemPart, { kind: "input" }>
	| Pick<Extract<ItemPart, { kind: "input" }>, "kind" | "index">;

function statusOf({ status }: ItemGeneration): string {
	switch (status) {
		case "queued":
			return "in_progress";
		case "active":
			return "generating";
		case "completed":
			return "completed";
		default:
			return "failed";
	}
}

function wordsFor(
	{ status, images, prompt, error }: ItemGeneration,
	isEdit: boolean,
): string {
	switch (status) {
		case "queued":
		case "active":
			return `${isEdit ? "Editing" : "Generating"} for prompt: ${prompt}`;
		case "completed":
			return `${isEdit ? "Edited" : "Generated"} ${images.length} image(s) for prompt: ${prompt}`;
		default:
			return `No image for prompt: ${prompt}${error === null ? "" : ` (${error.message})`}`;
	}
}

/** @param ownerId what a picture that came with it is opened by: its item, or its response. */
export function partBody(
	context: UrlContext,
	request: FastifyRequest,
	ownerId: string,
	role: Role,
	part: ShownPart,
) {
	if (part.kind === "text") return textBody(role, part.text);
	const image =
		part.kind === "image"
			? imageBody(context, request, part.image)
			: {
					url: context.signedInputUrl(request, ownerId, part.index),
					file_id: null,
					detail: "auto",
				};
	return {
		type: "input_image",
		image_url: image.url,
		file_id: image.file_id,
		detail: image.detail,
		image,
	};
}

function imageBody(
	{ signedImageUrl }: UrlContext,
	request: FastifyRequest,
	image: Image,
) {
	return {
		url: signedImageUrl(request, image, "png"),
		file_id: janIdOf(image),
		detail: "auto",
	};
}

/** Jan reads the key that is named as the type, OpenAI's SDKs `text` and `annotations`. */
function textBody(role: Role, text: string) {
	return role === "assistant"
		? {
				type: "output_text",
				output_text: { text, annotations: null },
				text,
				annotations: [],
			}
		: { type: "input_text", input_text: text, text };
}
