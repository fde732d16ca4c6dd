/** An answer as a response: its items, and the object around them. */
import type { FastifyRequest } from "fastify";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Conversation } from "../../../engine/conversations/conversation.ts";
import type { Generation } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import {
	answerPicture,
	type PictureFormat,
	wordsFor,
} from "../answer-pictures.ts";
import { tokensOf } from "../token-usage.ts";
import type { ResponsesBody } from "./schema.ts";

type Begin = Extract<ReplyEvent, { kind: "begin" }>;
type End = Extract<ReplyEvent, { kind: "end" }>;
type Warning = Generation["warnings"][number];

/** All that an answer is told with, beside what is said. */
export interface Frame {
	readonly context: DialectContext;
	readonly request: FastifyRequest;
	readonly body: ResponsesBody;
	readonly conversation: Conversation | undefined;
	/** All texts of the request. */
	readonly asked: string;
	/** Of fields that nobody heeds. */
	readonly warnings: readonly Warning[];
	/** As it was drawn when missing. */
	readonly format: PictureFormat | undefined;
}

export function messageItem(
	begin: Begin,
	text: string,
	status: "in_progress" | "completed" | "incomplete" = "completed",
) {
	return {
		type: "message",
		id: `msg_${plainId(begin)}`,
		role: "assistant",
		status,
		content:
			status === "in_progress"
				? []
				: [{ type: "output_text", text, annotations: [] }],
	};
}

export function callId(begin: Begin, index: number): string {
	return `ig_${plainId(begin)}${index === 0 ? "" : `_${index}`}`;
}

/** The pictures, and a message that says that they are there. */
export async function drawnItems(
	{ context, request, format }: Frame,
	begin: Begin,
	generation: Generation,
) {
	const calls = await Promise.all(
		generation.images.map(async (image, index) => {
			const picture = await answerPicture(context, request, image, format);
			return {
				type: "image_generation_call",
				id: callId(begin, index),
				status: "completed",
				result: picture.base64(),
				size: `${image.width}x${image.height}`,
				output_format: picture.mediaType.replace("image/", ""),
				...(generation.revisedPrompt !== null && {
					revised_prompt: generation.revisedPrompt,
				}),
				image_id: picture.id,
				image_url: picture.url,
			};
		}),
	);
	return { calls, text: wordsFor(generation) };
}

export function responseBody(
	frame: Frame,
	begin: Begin,
	progress: {
		readonly output: readonly object[];
		readonly answered: string;
		readonly end: End | undefined;
	},
) {
	const { body, conversation, asked } = frame;
	const { output, answered, end } = progress;
	const warnings = [...frame.warnings, ...(end?.warnings ?? [])];
	const isCut = end?.reason === "length";
	return {
		id: `resp_${plainId(begin)}`,
		object: "response",
		created_at: Math.floor(begin.createdAt / 1000),
		status:
			end === undefined ? "in_progress" : isCut ? "incomplete" : "completed",
		error: null,
		incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
		instructions: body.instructions ?? null,
		metadata: body.metadata ?? {},
		model: begin.model,
		output,
		parallel_tool_calls: true,
		temperature: body.temperature ?? null,
		top_p: null,
		tool_choice: body.tool_choice ?? "auto",
		tools: body.tools ?? [],
		store: false,
		conversation: conversation === undefined ? null : { id: conversation.id },
		usage: end === undefined ? null : usageBody(end, asked, answered),
		...(end !== undefined && { credits: end.credits }),
		...(begin.isTrimmed && { trimmed: true }),
		...(warnings.length > 0 && { warnings }),
	};
}

function usageBody({ usage }: End, asked: string, answered: string) {
	const tokens = tokensOf(usage, { asked, answered });
	return {
		input_tokens: tokens.input,
		input_tokens_details: { cached_tokens: 0 },
		output_tokens: tokens.output,
		output_tokens_details: { reasoning_tokens: 0 },
		total_tokens: tokens.input + tokens.output,
		...(tokens.isEstimated && { is_estimated: true }),
	};
}

/** The reply's or the generation's, by which ids of the response are made. */
function plainId({ id }: Begin): string {
	return id.replace(/^\w+_/, "");
}
