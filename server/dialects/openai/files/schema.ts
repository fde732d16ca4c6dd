/** What may be said about files. */
import { z } from "zod";
import { invalid } from "../../../engine/errors.ts";

export const docs = { tags: ["OpenAI files"], security: [{ apiKey: [] }] };

const PURPOSES = [
	"assistants",
	"batch",
	"evals",
	"fine-tune",
	"user_data",
	"vision",
] as const;

/** Of OpenAI's API: an hour to thirty days. */
const MIN_SECONDS = 3_600;
const MAX_SECONDS = 2_592_000;

/** For how long a file is kept that does not exist yet. */
export const expiresAfter = z.looseObject({
	anchor: z.literal("created_at"),
	seconds: z.int().min(MIN_SECONDS).max(MAX_SECONDS),
});
/** Batch files go after thirty days when nobody says otherwise, as at OpenAI. */
const BATCH_SECONDS = MAX_SECONDS;

const DEFAULT_PAGE = 1_000;
const MAX_PAGE = 10_000;

/** For the document: a form is read part by part. */
export const uploadBody = z.object({
	file: z.string().meta({ format: "binary" }),
	purpose: z.enum(PURPOSES),
	"expires_after[anchor]": z.literal("created_at").optional(),
	"expires_after[seconds]": z.int().optional(),
});

export const fileParams = z.object({ id: z.string() });

export const fileQuery = z.looseObject({
	limit: z.coerce
		.number()
		.int()
		.default(DEFAULT_PAGE)
		.transform((limit) => Math.min(Math.max(limit, 1), MAX_PAGE))
		.describe("1 to 10000; brought into that range"),
	after: z.string().optional(),
	order: z.enum(["asc", "desc"]).default("desc"),
	purpose: z.string().optional(),
});

/** @throws {EngineError} naming the field. */
export function readPurpose(text: string | undefined): string {
	const purpose = PURPOSES.find((each) => each === text);
	if (purpose !== undefined) return purpose;
	const allowed = PURPOSES.join(", ");
	throw invalid(
		"purpose",
		text === undefined
			? `The purpose is missing; it is one of ${allowed}.`
			: `The purpose must be one of ${allowed}.`,
		allowed,
	);
}

/** @returns for how long the file is to be kept, in seconds; `undefined` for until it is deleted. @throws {EngineError} */
export function readExpiry(
	fields: Readonly<Record<string, string>>,
	purpose: string,
): number | undefined {
	const anchor = fields["expires_after[anchor]"];
	const text = fields["expires_after[seconds]"];
	if (anchor === undefined && text === undefined)
		return purpose === "batch" ? BATCH_SECONDS : undefined;
	if (anchor !== "created_at")
		throw invalid(
			"expires_after.anchor",
			"A file's time is counted from created_at.",
			"created_at",
		);
	const seconds = /^\d{1,10}$/.test(text ?? "") ? Number(text) : -1;
	if (seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds;
	throw invalid(
		"expires_after.seconds",
		`A file may be kept from ${MIN_SECONDS} to ${MAX_SECONDS} seconds, or without expires_after until it is deleted.`,
		`${MIN_SECONDS} to ${MAX_SECONDS}`,
	);
}
