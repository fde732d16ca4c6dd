/** What may be said about conversations and their items, in OpenAI's words and Jan's. */
import { z } from "zod";
import { MAX_PAGE } from "../../../engine/conversations/conversation.ts";
import { messageContent } from "../message-parts.ts";

export const docs = {
	tags: ["OpenAI conversations"],
	security: [{ apiKey: [] }],
};

const metadata = z
	.record(z.string(), z.string())
	.optional()
	.describe("At most 16 pairs; names of 64, texts of 512 characters");

export const itemBody = z.looseObject({
	type: z.string().nullish().describe("message"),
	role: z.enum(["user", "assistant", "system", "developer"]).nullish(),
	content: messageContent,
});

export const createBody = z
	.looseObject({
		title: z.string().optional(),
		metadata,
		items: z.array(itemBody).optional().describe("At most 20"),
	})
	// Fastify's word for a body that did not come at all is null.
	.nullish();

export const updateBody = z.looseObject({
	title: z.string().optional(),
	metadata: metadata.describe("Replaces what there was"),
});

export const itemsBody = z.looseObject({ items: z.array(itemBody).min(1) });

export const conversationParams = z.object({ id: z.string() });
export const itemParams = z.object({ id: z.string(), item: z.string() });

export const pageQuery = z.looseObject({
	limit: z.coerce
		.number()
		.int()
		.default(20)
		.transform((limit) => Math.min(Math.max(limit, 1), MAX_PAGE))
		.describe("1 to 100; brought into that range"),
	after: z.string().optional(),
	order: z.enum(["asc", "desc"]).default("desc"),
});
