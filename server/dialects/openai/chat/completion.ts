/** An answer as chat completions have it: whole, or chunk by chunk. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Conversation } from "../../../engine/conversations/conversation.ts";
import type { Generation } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { answerPicture, type Hearer, wordsFor } from "../answer-pictures.ts";
import { tokensOf } from "../token-usage.ts";

type Warning = Generation["warnings"][number];
type Begin = Extract<ReplyEvent, { kind: "begin" }>;
type End = Extract<ReplyEvent, { kind: "end" }>;

/** All that an answer is told with, beside what is said. */
export interface Frame {
	readonly context: DialectContext;
	readonly hearer: Hearer;
	readonly conversation: Conversation | undefined;
	/** All texts of the request, as one. */
	readonly asked: { readonly length: number };
	/** Of fields that nobody heeds. */
	readonly warnings: readonly Warning[];
}

export function headOf(
	begin: Begin,
	object: "chat.completion" | "chat.completion.chunk",
) {
	return {
		id: `chatcmpl-${begin.id.replace(/^\w+_/, "")}`,
		object,
		created: Math.floor(begin.createdAt / 1000),
		model: begin.model,
	};
}

/** What stands beside the choices when the answer is whole. */
export function tailOf(frame: Frame, begin: Begin, end: End) {
	const { conversation } = frame;
	const warnings = [...frame.warnings, ...end.warnings];
	return {
		...(conversation !== undefined && {
			conversation: { id: conversation.id, title: conversation.title },
		}),
		...(begin.isTrimmed && { trimmed: true }),
		...(warnings.length > 0 && { warnings }),
		credits: end.credits,
		...(begin.answer === "picture" && { generation_id: begin.id }),
	};
}

export function usageBody(frame: Frame, end: End, answered: string) {
	const { asked } = frame;
	const tokens = tokensOf(end.usage, { asked, answered });
	return {
		prompt_tokens: tokens.input,
		completion_tokens: tokens.output,
		total_tokens: tokens.input + tokens.output,
		prompt_tokens_details: { cached_tokens: 0 },
		completion_tokens_details: {
			reasoning_tokens: 0,
			image_tokens: tokens.outputImage,
		},
		...(tokens.isEstimated && { is_estimated: true }),
	};
}

/** A picture in the words of clients that show Markdown, and as a part for those that read parts. */
export async function drawnDelta(
	{ context, hearer }: Frame,
	generation: Generation,
) {
	const pictures = await Promise.all(
		generation.images.map((image) => answerPicture(context, hearer, image)),
	);
	const links = pictures.map(({ url }) => `![image](${url})`);
	return {
		content: [wordsFor(generation), ...links].join("\n\n"),
		images: pictures.map(({ id, url, mediaType, base64 }, index) => ({
			index,
			type: "image_url",
			image_url: { url: base64(`data:${mediaType};base64,`) },
			id,
			url,
		})),
	};
}

/** @throws {EngineError} when the answer failed. */
export async function completionBody(
	frame: Frame,
	events: AsyncIterable<ReplyEvent>,
) {
	let begin: Begin | undefined;
	let end: End | undefined;
	let content = "";
	let drawn: Awaited<ReturnType<typeof drawnDelta>> | undefined;
	for await (const event of events) {
		if (event.kind === "begin") begin = event;
		if (event.kind === "text") content += event.text;
		if (event.kind === "picture")
			drawn = await drawnDelta(frame, event.generation);
		if (event.kind === "end") end = event;
	}
	// The caller has left.
	if (begin === undefined || end === undefined) return undefined;
	return {
		...headOf(begin, "chat.completion"),
		choices: [
			{
				index: 0,
				message: { role: "assistant", content, refusal: null, ...drawn },
				logprobs: null,
				finish_reason: end.reason,
			},
		],
		usage: usageBody(frame, end, drawn?.content ?? content),
		...tailOf(frame, begin, end),
	};
}
