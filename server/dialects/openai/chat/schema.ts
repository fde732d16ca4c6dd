/** What POST /v1/chat/completions may be asked, in the words of OpenAI, OpenRouter and Jan. */
import { z } from "zod";
import { ASPECT_RATIOS } from "../../../engine/models/model.ts";
import { conversationField } from "../conversation-field.ts";
import { messageContent } from "../message-parts.ts";

const message = z.looseObject({
	role: z.enum([
		"system",
		"developer",
		"user",
		"assistant",
		"tool",
		"function",
	]),
	content: messageContent.nullish(),
	images: z
		.array(z.looseObject({ image_url: z.looseObject({ url: z.string() }) }))
		.nullish()
		.describe("Pictures of an earlier answer, as answers have them"),
});
export type ChatMessage = z.infer<typeof message>;

export const IMAGE_SIZES = ["512", "0.5K", "1K", "2K", "4K"] as const;

export const chatBody = z.looseObject({
	model: z
		.string()
		.optional()
		.describe("One of GET /v1/models; whoever talks here when absent"),
	messages: z.array(message).min(1).describe("The last one is answered"),
	stream: z.boolean().optional(),
	stream_options: z
		.looseObject({ include_usage: z.boolean().nullish() })
		.optional(),
	n: z.literal(1, { error: "must be 1: one answer is given" }).optional(),
	max_tokens: z.int().min(1).optional(),
	max_completion_tokens: z.int().min(1).optional(),
	temperature: z.number().min(0).max(2).optional(),
	seed: z.int().optional(),
	modalities: z
		.array(z.enum(["text", "image"]))
		.min(1)
		.optional()
		.describe("What the answer may consist of; the model decides when absent"),
	image_config: z
		.looseObject({
			aspect_ratio: z.enum(ASPECT_RATIOS).nullish(),
			image_size: z.enum(IMAGE_SIZES).nullish(),
		})
		.optional(),
	conversation: conversationField,
	store: z
		.boolean()
		.optional()
		.describe("Whether the conversation remembers this; true when absent"),
});
export type ChatBody = z.infer<typeof chatBody>;

/** Fields that change no answer here, so that nothing needs to be said of them. */
const HARMLESS = new Set([
	"user",
	"metadata",
	"safety_identifier",
	"prompt_cache_key",
	"service_tier",
	"parallel_tool_calls",
	"store_reasoning",
]);
/** A caller may send a megabyte of unknown names; it need not come back. */
const MAX_NAMED = 20;
const MAX_NAME_CHARACTERS = 100;

/** Asked for and not done: each is told in `warnings`. */
export function unheededFields(body: ChatBody): string[] {
	return Object.entries(body)
		.filter(
			([name, value]) =>
				!Object.hasOwn(chatBody.shape, name) &&
				!HARMLESS.has(name) &&
				!isNothing(name, value),
		)
		.slice(0, MAX_NAMED)
		.map(([name]) => name.slice(0, MAX_NAME_CHARACTERS));
}

/** Said, and the same as not said. */
function isNothing(name: string, value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	if (value === false || value === "") return true;
	switch (name) {
		case "top_p":
			return value === 1;
		case "frequency_penalty":
		case "presence_penalty":
			return value === 0;
		case "tool_choice":
			return value === "none" || value === "auto";
		case "response_format":
			return (value as { type?: unknown } | undefined)?.type === "text";
		default:
			return false;
	}
}
