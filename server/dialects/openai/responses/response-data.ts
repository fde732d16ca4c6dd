/** What of a request its response tells again; kept with it, so that whoever shows it needs nothing else. */
import { z } from "zod";
import { IMAGE_TOOL_FIELDS } from "./schema.ts";

/** One that was asked in another dialect has nothing of it. */
export const responseData = z.object({
	instructions: z.string().nullable().catch(null),
	metadata: z.record(z.string(), z.string()).catch({}),
	temperature: z.number().nullable().catch(null),
	maxOutputTokens: z.number().nullable().catch(null),
	toolChoice: z
		.union([z.string(), z.object({ type: z.string() })])
		.catch("auto"),
	/** Those that are heeded here, with what is heeded of them. */
	tools: z.array(z.object(IMAGE_TOOL_FIELDS)).catch([]),
	conversationId: z.string().nullable().catch(null),
	/** All that was asked, in UTF-16 units, for answers whose vendor does not count. */
	askedCharacters: z.number().catch(0),
	/** Of fields that nobody heeds. */
	warnings: z
		.array(
			z.object({
				kind: z.literal("unsupported"),
				parameter: z.string(),
				message: z.string(),
			}),
		)
		.catch([]),
});
export type ResponseData = z.infer<typeof responseData>;
