/** Puts a request for a response into the engine's words. */
import { z } from "zod";
import type { ReplyRequest } from "../../../engine/chat/reply-request.ts";
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import type { Principal } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { faultOf } from "../images/fields.ts";
import { messageOf } from "../message-parts.ts";
import { pictureReader, type ReadPicture } from "../picture-source.ts";
import { type Earlier, earlierOf } from "./earlier-response.ts";
import { type ReadReference, referenceReader } from "./item-references.ts";
import type { ResponseData } from "./response-data.ts";
import {
	IMAGE_TOOL_FIELDS,
	type ImageTool,
	type InputItem,
	imageToolOf,
	type ResponsesBody,
	unheededFields,
} from "./schema.ts";

const MAX_CHOICE_CHARACTERS = 100;

/** A request, translated. */
export interface ResponseAsk {
	/** Its turns are those that are new. */
	readonly asked: ReplyRequest;
	readonly earlier: Earlier;
	readonly data: ResponseData;
}

/** @throws {EngineError} naming the field. */
export async function readAsk(
	context: DialectContext,
	principal: Principal,
	body: ResponsesBody,
	conversationId: string | undefined,
): Promise<ResponseAsk> {
	const tool = toolOf(body);
	const { engine } = context;
	const { previous_response_id } = body;
	const earlier = await earlierOf(engine, principal, previous_response_id);
	const reference = referenceReader(engine, principal);
	const turns = await turnsOf(body.input, {
		picture: pictureReader(context, principal),
		reference: async (id, field) =>
			// A conversation has all that was answered in it.
			conversationId === undefined ? await reference(id, field) : undefined,
	});
	const asked: ReplyRequest = {
		dialect: "openai",
		model: body.model === "" ? undefined : body.model,
		instructions: body.instructions === "" ? undefined : body.instructions,
		turns,
		conversationId,
		store:
			conversationId === undefined || body.store === false
				? "nothing"
				: "all_turns",
		modalities: body.tool_choice === "none" ? ["text"] : undefined,
		...(tool && drawingOf(body, tool)),
		temperature: body.temperature,
		maxOutputTokens: body.max_output_tokens,
	};
	const askedCharacters = [...earlier.messages, ...turns]
		.flatMap(({ parts }) => parts)
		.reduce(
			(sum, part) => sum + (part.kind === "text" ? part.text.length : 0),
			0,
		);
	return {
		asked,
		earlier,
		data: {
			instructions: body.instructions ?? null,
			metadata: body.metadata ?? {},
			temperature: body.temperature ?? null,
			maxOutputTokens: body.max_output_tokens ?? null,
			toolChoice: toolChoiceOf(body),
			tools: tool === undefined ? [] : [heededOf(tool)],
			conversationId: conversationId ?? null,
			askedCharacters,
			warnings: unheededFields(body).map((parameter) => ({
				kind: "unsupported",
				parameter,
				message: `${parameter} is not supported here and was left out.`,
			})),
		},
	};
}

function toolChoiceOf({
	tool_choice: choice = "auto",
}: ResponsesBody): ResponseData["toolChoice"] {
	return typeof choice === "string"
		? choice.slice(0, MAX_CHOICE_CHARACTERS)
		: { type: choice.type.slice(0, MAX_CHOICE_CHARACTERS) };
}

function heededOf(tool: ImageTool): ResponseData["tools"][number] {
	return z.object(IMAGE_TOOL_FIELDS).parse(tool);
}

/** @throws {EngineError} for a tool whose fields are not what they may be. */
function toolOf(body: ResponsesBody): ImageTool | undefined {
	if (body.tool_choice === "none") return undefined;
	const read = imageToolOf(body.tools);
	if (read === undefined) return undefined;
	if (read.success) return read.data;
	throw faultOf(read.error);
}

function drawingOf(
	{ tool_choice, stream }: ResponsesBody,
	{ action, model, size, quality, background, partial_images }: ImageTool,
): Partial<ReplyRequest> {
	const isDemanded =
		tool_choice === "required" ||
		(typeof tool_choice === "object" &&
			tool_choice.type === "image_generation");
	const [width = 0, height = 0] = (size ?? "").split("x").map(Number);
	return {
		drawing: {
			when: isDemanded ? "always" : "asked",
			model: model ?? undefined,
		},
		earlierPicture: action === "generate" ? "never" : "change",
		size: height > 0 ? { width, height } : undefined,
		quality: quality === "auto" ? undefined : (quality ?? undefined),
		background: background === "auto" ? undefined : (background ?? undefined),
		// An answer that is one body has no place for them.
		partialImages: stream === true ? (partial_images ?? undefined) : undefined,
	};
}

interface Reader {
	readonly picture: ReadPicture;
	readonly reference: ReadReference;
}

/** What the assistant is told to be comes first, wherever it stands: the last turn is the one that is answered. */
async function turnsOf(
	input: ResponsesBody["input"],
	read: Reader,
): Promise<NewMessage[]> {
	if (typeof input === "string")
		return [{ role: "user", parts: [{ kind: "text", text: input }] }];
	const told: NewMessage[] = [];
	const said: NewMessage[] = [];
	for (const [index, item] of input.entries()) {
		const turn = await turnOf(item, index, read);
		if (turn === undefined) continue;
		const isTold = turn.role === "system" || turn.role === "developer";
		(isTold ? told : said).push(turn);
	}
	return [...told, ...said];
}

/** @returns `undefined` for what says nothing to anybody here, such as a model's thoughts. */
async function turnOf(
	{ type, id, role, content, result }: InputItem,
	index: number,
	read: Reader,
): Promise<NewMessage | undefined> {
	const field = `input.${index}`;
	if (type === "image_generation_call" && typeof result === "string") {
		const image = await read.picture(result, `${field}.result`);
		return { role: "assistant", parts: [{ kind: "image", image }] };
	}
	if (type === "item_reference" && typeof id === "string")
		return await read.reference(id, field);
	if ((type ?? "message") !== "message") return undefined;
	return await messageOf(
		role ?? "user",
		content,
		`${field}.content`,
		read.picture,
	);
}
