/** The fields of a request for pictures, as all clients of this dialect send them: OpenAI's, Jan's and OpenRouter's. */
import { z } from "zod";
import { MAX_SEED } from "../../../engine/engine.ts";
import { type EngineError, invalid } from "../../../engine/errors.ts";
import { describeIssue } from "../../../http/describe-issue.ts";

const QUALITIES = [
	"auto",
	"low",
	"medium",
	"high",
	"xhigh",
	"max",
	"standard",
	"hd",
] as const;
export const OUTPUT_FORMATS = ["png", "jpeg", "webp"] as const;
/** S3-23. */
const MAX_COUNT = 10;
const MAX_PARTIAL_IMAGES = 3;

/** Unknown fields are let through to be named in a warning, rather than refused or dropped in silence. */
export const imageFields = z.looseObject({
	prompt: z.string().meta({ description: "What to draw" }),
	model: z.string().optional().meta({ description: "One of GET /v1/models" }),
	n: z.int().min(1).max(MAX_COUNT).optional().meta({
		description: "How many images; 1 if absent",
	}),
	size: z.string().optional().meta({
		description:
			"`WIDTHxHEIGHT`, exactly; `auto`; 1024x1024 if absent. Of an edit also `original`",
	}),
	aspect_ratio: z.string().optional().meta({
		description: "`16:9`, in the place of a size",
	}),
	resolution: z.enum(["512", "1K", "2K", "4K"]).optional(),
	quality: z.enum(QUALITIES).optional(),
	background: z.enum(["transparent", "opaque", "auto"]).optional(),
	response_format: z.enum(["url", "b64_json"]).optional().meta({
		description: "Both if absent",
	}),
	output_format: z.enum(OUTPUT_FORMATS).optional().meta({
		description: "png if absent",
	}),
	output_compression: z.int().min(0).max(100).optional(),
	seed: z.int().min(-1).max(MAX_SEED).optional().meta({
		description: "Of the first image, the others count on; -1 for any",
	}),
	negative_prompt: z.string().optional(),
	conversation_id: z.string().optional().meta({
		description: "The conversation that remembers the call",
	}),
	store: z.boolean().optional().meta({
		description: "`false`: the conversation does not remember it",
	}),
	stream: z.boolean().optional().meta({ description: "Server-sent events" }),
	partial_images: z.int().min(0).max(MAX_PARTIAL_IMAGES).optional(),
});
export type ImageFields = z.infer<typeof imageFields>;

const NUMBERS = ["n", "output_compression", "seed", "partial_images"];
const BOOLEANS = ["store", "stream"];

/** @throws {EngineError} `invalid_request` naming the first field that is not what it may be. */
export function readFields(body: unknown): ImageFields {
	const fields = tolerant(body);
	if (fields.prompt === undefined)
		throw invalid("prompt", "The prompt is missing.", "any text");
	const read = imageFields.safeParse(fields);
	if (read.success) return read.data;
	throw faultOf(read.error);
}

/** @throws {EngineError} for the first of the issues. */
export function faultOf(error: z.ZodError): EngineError {
	const [issue] = error.issues;
	if (issue === undefined) throw error;
	const { field, message, allowed } = describeIssue(issue);
	return invalid(field, message, allowed);
}

/**
 * What is `null` or empty is absent; forms have no numbers and no booleans, and some clients send JSON as they would a
 * form.
 */
function tolerant(body: unknown): Record<string, unknown> {
	if (body === undefined || body === null) return {};
	if (typeof body !== "object" || Array.isArray(body))
		throw invalid("body", "The body must be an object.", "an object");
	return Object.fromEntries(
		Object.entries(body).flatMap(([name, value]) =>
			value === null || value === "" ? [] : [[name, readValue(name, value)]],
		),
	);
}

/** What is not what its field may be is left as it is, for the validator to name. */
function readValue(name: string, value: unknown): unknown {
	if (typeof value !== "string") return value;
	const text = value.trim();
	if (NUMBERS.includes(name))
		return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : value;
	if (BOOLEANS.includes(name)) {
		if (/^(true|1)$/i.test(text)) return true;
		return /^(false|0)$/i.test(text) ? false : value;
	}
	if (name === "output_format" && text === "jpg") return "jpeg";
	return value;
}

/** Fields that change no picture, so that nothing needs to be said of them. */
const HARMLESS = new Set([
	"user",
	"safety_identifier",
	"metadata",
	"session_id",
	"stream_options",
	"image",
	"images",
	"mask",
	"input_references",
]);
/** A caller may send a megabyte of unknown names; it need not come back. */
const MAX_NAMED = 20;
const MAX_NAME_CHARACTERS = 100;

/** The names of fields that ask for something that nobody does here. */
export function unheededFields(fields: ImageFields): readonly string[] {
	return Object.entries(fields)
		.filter(
			([name, value]) =>
				!Object.hasOwn(imageFields.shape, name) &&
				!HARMLESS.has(name) &&
				!(name === "moderation" && value === "auto"),
		)
		.slice(0, MAX_NAMED)
		.map(([name]) => name.slice(0, MAX_NAME_CHARACTERS));
}
