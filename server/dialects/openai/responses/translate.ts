/** Puts a request for a response into the engine's words. */
import type { FastifyRequest } from "fastify";
import type { ReplyRequest } from "../../../engine/chat/reply-request.ts";
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import { invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { idempotencyOf } from "../../../http/idempotency.ts";
import type { DialectContext } from "../../dialect.ts";
import { faultOf } from "../images/fields.ts";
import { messageOf } from "../message-parts.ts";
import { pictureReader, type ReadPicture } from "../picture-source.ts";
import { referredTo } from "./item-references.ts";
import {
	type ImageTool,
	type InputItem,
	imageToolOf,
	type ResponsesBody,
} from "./schema.ts";

/** @throws {EngineError} `invalid_request` naming the field. */
export async function replyRequestOf(
	context: DialectContext,
	request: FastifyRequest,
	body: ResponsesBody,
	conversationId: string | undefined,
): Promise<ReplyRequest> {
	refuseUnkept(body);
	const tool = toolOf(body);
	const { turns, instructions } = await turnsOf(body.input, {
		picture: pictureReader(context, request),
		reference: async (id, field) =>
			// A conversation has all that was answered in it.
			conversationId === undefined
				? await referredTo(context.engine, principalOf(request), id, field)
				: undefined,
	});
	const told = [body.instructions, ...instructions].filter((text) => text);
	return {
		dialect: "openai",
		model: body.model === "" ? undefined : body.model,
		instructions: told.length > 0 ? told.join("\n\n") : undefined,
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
		idempotency: idempotencyOf(request),
	};
}

/** Responses are not kept: what goes on, goes on in a conversation. */
function refuseUnkept(body: ResponsesBody): void {
	const { previous_response_id, background } = body;
	if (typeof previous_response_id === "string")
		throw invalid(
			"previous_response_id",
			"Responses are not kept here. Go on in a conversation: begin one with POST /v1/conversations, and send its id as `conversation`.",
			"no previous_response_id",
		);
	if (background === true)
		throw invalid(
			"background",
			"Responses are not drawn in the background. POST /v0/images/generations?async=true does that.",
			"false",
		);
}

/** @throws {EngineError} for a tool whose fields are not what they may be. */
export function toolOf(body: ResponsesBody): ImageTool | undefined {
	if (body.tool_choice === "none") return undefined;
	const read = imageToolOf(body.tools);
	if (read === undefined) return undefined;
	if (read.success) return read.data;
	throw faultOf(read.error);
}

function drawingOf(
	{ tool_choice }: ResponsesBody,
	{ action, model, size, quality, background }: ImageTool,
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
	};
}

interface Reader {
	readonly picture: ReadPicture;
	readonly reference: (
		id: string,
		field: string,
	) => Promise<NewMessage | undefined>;
}

async function turnsOf(
	input: ResponsesBody["input"],
	read: Reader,
): Promise<{ turns: NewMessage[]; instructions: string[] }> {
	if (typeof input === "string")
		return {
			turns: [{ role: "user", parts: [{ kind: "text", text: input }] }],
			instructions: [],
		};
	const turns: NewMessage[] = [];
	const instructions: string[] = [];
	for (const [index, item] of input.entries()) {
		const turn = await turnOf(item, index, read);
		if (turn === undefined) continue;
		if (turn.role !== "system" && turn.role !== "developer") turns.push(turn);
		else
			for (const part of turn.parts)
				if (part.kind === "text") instructions.push(part.text);
	}
	return { turns, instructions };
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
