/** An answer as a response: its items, and the object around them. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Interaction } from "../../../engine/engine.ts";
import type { Generation } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { answerPicture, type Hearer, wordsFor } from "../answer-pictures.ts";
import { wordsFor as wordsForError } from "../errors.ts";
import { tokensOf } from "../token-usage.ts";
import type { ResponseData } from "./response-data.ts";
import { callIdOf, messageIdOf, responseIdOf } from "./response-ids.ts";

type Begin = Extract<ReplyEvent, { kind: "begin" }>;
type End = Extract<ReplyEvent, { kind: "end" }>;
type Status = Interaction["status"];

/** All that an answer is told with, beside what is said. */
export interface Frame {
	readonly context: DialectContext;
	readonly request: Hearer;
	readonly data: ResponseData;
	/** Whether it can be asked for later. */
	readonly isStored: boolean;
	/** Of the interaction that it goes on from. */
	readonly previousId: string | null;
}

/** How far an answer is. */
export interface Progress {
	readonly output: readonly object[];
	readonly answered: string;
	readonly status: Status;
	/** `undefined` for one that is not whole. */
	readonly end?: End | undefined;
	readonly error?: Interaction["error"];
}

const STATUS: Readonly<Record<Status, string>> = {
	in_progress: "in_progress",
	completed: "completed",
	incomplete: "incomplete",
	failed: "failed",
	canceled: "cancelled",
};

/** The engine's words for what is not done, in this dialect's. */
const PARAMETER: Readonly<Record<string, string>> = {
	maxOutputTokens: "max_output_tokens",
	inputImages: "input",
	partialImages: "partial_images",
};

export function messageItem(
	answered: { readonly id: string },
	text: string,
	status: "in_progress" | "completed" | "incomplete" = "completed",
) {
	return {
		type: "message",
		id: messageIdOf(answered),
		role: "assistant",
		status,
		content:
			status === "in_progress"
				? []
				: [{ type: "output_text", text, annotations: [] }],
	};
}

/** The pictures, and a message that says that they are there. */
export async function drawnItems(
	{ context, request, data }: Frame,
	begin: Begin,
	generation: Generation,
) {
	const format = data.tools[0]?.output_format ?? undefined;
	const calls = await Promise.all(
		generation.images.map(async (image, index) => {
			const picture = await answerPicture(context, request, image, format);
			return {
				type: "image_generation_call",
				id: callIdOf(begin, index),
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
	begin: Pick<Begin, "id" | "model" | "createdAt" | "isTrimmed">,
	progress: Progress,
) {
	const { data, isStored, previousId } = frame;
	const { output, answered, end, status, error = null } = progress;
	const warnings = [...data.warnings, ...told(end?.warnings ?? [])];
	return {
		id: responseIdOf(begin),
		object: "response",
		created_at: Math.floor(begin.createdAt / 1000),
		status: STATUS[status],
		background: false,
		error: error && {
			code: wordsForError(error.code, undefined).code,
			message: error.message,
		},
		incomplete_details:
			end?.reason === "length" ? { reason: "max_output_tokens" } : null,
		instructions: data.instructions,
		max_output_tokens: data.maxOutputTokens,
		metadata: data.metadata,
		model: begin.model,
		output,
		parallel_tool_calls: true,
		previous_response_id:
			previousId === null ? null : responseIdOf({ id: previousId }),
		temperature: data.temperature,
		top_p: null,
		tool_choice: data.toolChoice,
		tools: data.tools,
		store: isStored,
		conversation:
			data.conversationId === null ? null : { id: data.conversationId },
		usage:
			end === undefined ? null : usageBody(end, data.askedCharacters, answered),
		...(end !== undefined && { credits: end.credits }),
		...(begin.isTrimmed && { trimmed: true }),
		...(warnings.length > 0 && { warnings }),
	};
}

function told(warnings: End["warnings"]) {
	return warnings.map(({ kind, parameter, message }) => ({
		kind,
		parameter: PARAMETER[parameter] ?? parameter,
		message,
	}));
}

function usageBody({ usage }: End, askedCharacters: number, answered: string) {
	const asked = { length: askedCharacters };
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
