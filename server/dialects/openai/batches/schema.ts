/** What may be said about batches, and what their lines may ask for. */
import { z } from "zod";
import { expiresAfter } from "../files/schema.ts";

export const docs = { tags: ["OpenAI batches"], security: [{ apiKey: [] }] };

export const DIALECT = "openai";

/** What a batch's lines may be sent to. */
export const IMAGE_ENDPOINTS = [
	"/v1/images/generations",
	"/v1/images/edits",
] as const;
export type ImageEndpoint = (typeof IMAGE_ENDPOINTS)[number];
export const CHAT_ENDPOINT = "/v1/chat/completions";

/** OpenAI's limits. */
const metadata = z
	.record(z.string().max(64), z.string().max(512))
	.refine((pairs) => Object.keys(pairs).length <= 16, {
		message: "There may be 16 pairs",
	})
	.optional()
	.describe("At most 16 pairs; names of 64, texts of 512 characters");

export const batchBody = z.looseObject({
	input_file_id: z.string().describe("Of a file of lines in JSON"),
	endpoint: z.enum([...IMAGE_ENDPOINTS, CHAT_ENDPOINT]),
	completion_window: z.literal("24h"),
	output_expires_after: expiresAfter
		.optional()
		.describe(
			"For how long the files of results are kept; as long as the server keeps them if absent",
		),
	metadata,
});

export const batchParams = z.object({ id: z.string() });

export const batchQuery = z.looseObject({
	limit: z.coerce
		.number()
		.int()
		.default(20)
		.transform((limit) => Math.min(Math.max(limit, 1), 100))
		.describe("1 to 100; brought into that range"),
	after: z.string().optional(),
});

/** What is kept with a batch, for whoever answers. */
export const batchData = z.object({
	metadata: z.record(z.string(), z.string()).nullable(),
	/** Where the caller finds this server, for the URLs in the results. */
	arrival: z.object({ protocol: z.enum(["http", "https"]), host: z.string() }),
});
export type BatchData = z.infer<typeof batchData>;
