/** What POST /v1/responses may be asked: a message, and a tool that draws. */
import { z } from "zod";
import { MAX_ITEM_CHARACTERS } from "../../../engine/conversations/conversation.ts";
import { conversationField } from "../conversation-field.ts";
import { messageContent } from "../message-parts.ts";

const MAX_NAME_CHARACTERS = 100;

const item = z.looseObject({
	type: z.string().nullish(),
	role: z.enum(["user", "assistant", "system", "developer"]).nullish(),
	content: messageContent.nullish(),
	/** Of an earlier image_generation_call: its picture as base64. */
	result: z.string().nullish(),
	id: z.string().nullish(),
});
export type InputItem = z.infer<typeof item>;

export const IMAGE_TOOL_FIELDS = {
	type: z.literal("image_generation"),
	action: z.enum(["generate", "edit", "auto"]).nullish(),
	model: z.string().max(MAX_NAME_CHARACTERS).nullish(),
	size: z
		.string()
		.regex(/^(auto|[1-9]\d{1,4}x[1-9]\d{1,4})$/, "must be WIDTHxHEIGHT or auto")
		.nullish(),
	quality: z.enum(["low", "medium", "high", "auto"]).nullish(),
	background: z.enum(["transparent", "opaque", "auto"]).nullish(),
	output_format: z.enum(["png", "jpeg", "webp"]).nullish(),
	partial_images: z
		.int()
		.min(0)
		.max(3)
		.nullish()
		.describe("Unfinished pictures in a stream"),
};
const imageTool = z.looseObject(IMAGE_TOOL_FIELDS);
export type ImageTool = z.infer<typeof imageTool>;

export const responsesBody = z.looseObject({
	model: z.string().optional(),
	input: z
		.union([z.string(), z.array(item).min(1)])
		.describe("A message, or items of which the last is answered"),
	instructions: z.string().max(MAX_ITEM_CHARACTERS).optional(),
	tools: z
		.array(z.looseObject({ type: z.string() }))
		.optional()
		.describe("`image_generation` has pictures drawn; others are left out"),
	tool_choice: z
		.union([z.string(), z.looseObject({ type: z.string() })])
		.optional(),
	stream: z.boolean().optional(),
	conversation: conversationField,
	store: z
		.boolean()
		.optional()
		.describe(
			"Whether the response is kept, and the conversation remembers it; true when absent",
		),
	previous_response_id: z
		.string()
		.optional()
		.describe("The response that this one goes on from"),
	background: z.boolean().optional().describe("Only false"),
	max_output_tokens: z.int().min(1).optional(),
	temperature: z.number().min(0).max(2).optional(),
	metadata: z
		.record(z.string(), z.string())
		.refine(
			(pairs) =>
				Object.keys(pairs).length <= 16 &&
				Object.entries(pairs).every(
					([name, text]) =>
						name !== "" && name.length <= 64 && text.length <= 512,
				),
			"must be at most 16 pairs, with names of 1 to 64 and texts of at most 512 characters",
		)
		.optional(),
});
export type ResponsesBody = z.infer<typeof responsesBody>;

/** @returns `undefined` when there is none; a failure for one that is not what it may be. */
export function imageToolOf(
	tools: ResponsesBody["tools"],
): z.ZodSafeParseResult<ImageTool> | undefined {
	const tool = tools?.find(({ type }) => type === "image_generation");
	return tool && imageTool.safeParse(tool);
}

/** Of the tool, fields that change no picture here, or that have no other value than their default. */
function isHarmless(name: string, value: unknown): boolean {
	if (value === null || value === undefined) return true;
	switch (name) {
		case "moderation":
			return value === "auto";
		default:
			return Object.hasOwn(imageTool.shape, name);
	}
}

const HARMLESS = new Set([
	"user",
	"safety_identifier",
	"prompt_cache_key",
	"service_tier",
	"parallel_tool_calls",
	"include",
	"truncation",
	"max_tool_calls",
]);
const MAX_NAMED = 20;

/** Asked for and not done: each is told in `warnings`. */
export function unheededFields(body: ResponsesBody): string[] {
	const tool = body.tools?.find(({ type }) => type === "image_generation");
	const isAsked = (value: unknown) =>
		value !== false && !(Array.isArray(value) && value.length === 0);
	return [
		...Object.entries(body)
			.filter(
				([name, value]) =>
					!Object.hasOwn(responsesBody.shape, name) &&
					!HARMLESS.has(name) &&
					isAsked(value),
			)
			.map(([name]) => name),
		...(body.tools ?? [])
			.filter((each) => each !== tool)
			.map(({ type }) => `tools.${type}`),
		...Object.entries(tool ?? {})
			.filter(([name, value]) => !isHarmless(name, value))
			.map(([name]) => `tools.image_generation.${name}`),
	]
		.slice(0, MAX_NAMED)
		.map((name) => name.slice(0, MAX_NAME_CHARACTERS));
}
