/** Writes a line that tells what came of a row: pictures, a description as a chat has it, or an error with its status. */
import type { ResultRow } from "../../../engine/catalogues/line-form.ts";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Generation } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { answerLine, errorLine } from "../batches/result-line.ts";
import { completionBody } from "../chat/completion.ts";
import type { Delivery } from "../images/delivery.ts";
import { OUTPUT_FORMATS } from "../images/fields.ts";
import {
	endOf,
	lookOf,
	pictureBody,
	secondsOf,
} from "../images/images-body.ts";

/** @returns a JSON value; pictures in it are read as they are written. */
export async function writeResult(
	context: DialectContext,
	row: ResultRow,
): Promise<unknown> {
	const { error, generation, position, writtenKey: customId } = row;
	const which = { position, customId };
	const batch = { batchId: row.catalogue.id };
	if (error !== null) return errorLine(batch, which, error);
	if (generation === null)
		return answerLine(batch, which, await chatBody(context, row));
	if (generation.images.length > 0)
		return answerLine(batch, which, await imagesBody(context, row, generation));
	const message = "The pictures were deleted.";
	return errorLine(batch, which, { code: "not_found", message });
}

async function imagesBody(
	{ engine }: DialectContext,
	{ wishes, description }: ResultRow,
	generation: Generation,
): Promise<object> {
	const described: Generation = {
		...generation,
		revisedPrompt: generation.revisedPrompt ?? description,
	};
	const delivery: Delivery = {
		formats: "b64_json",
		outputFormat: wishes.outputFormat ?? formatOf(engine, generation),
		compression: wishes.outputQuality,
		quality: wishes.quality,
		background: wishes.background,
		warnings: [],
	};
	// No URL is told: it would be good for a while, and the file may be kept for years.
	const presenter = { engine, urlOf: () => "", usageWords: "openai" } as const;
	const data = await Promise.all(
		generation.images.map((image) =>
			pictureBody(presenter, described, image, delivery),
		),
	);
	return {
		created: secondsOf(generation),
		model: generation.model,
		...lookOf(generation, delivery),
		data,
		...endOf(presenter, generation, delivery),
	};
}

/** As they were drawn, so that they are handed back byte for byte where nobody asked for another format. */
function formatOf(
	{ variantFacts }: Pick<DialectContext["engine"], "variantFacts">,
	{ images: [image] }: Generation,
): Delivery["outputFormat"] {
	if (image === undefined) return "png";
	const { extension } = variantFacts(image, "fitted");
	return (
		OUTPUT_FORMATS.find((format) => format.startsWith(extension.slice(0, 2))) ??
		"png"
	);
}

async function chatBody(
	context: DialectContext,
	row: ResultRow,
): Promise<unknown> {
	const arrival = { protocol: "http", host: "" } as const;
	const frame = {
		context,
		hearer: arrival,
		conversation: undefined,
		asked: { length: row.prompt.length },
		warnings: [],
	};
	return await completionBody(frame, eventsOf(row));
}

async function* eventsOf({
	catalogue,
	position,
	description,
	describedBy,
	credits,
}: ResultRow): AsyncGenerator<ReplyEvent> {
	yield {
		kind: "begin",
		id: `row_${catalogue.id.replace(/^\w+_/, "")}${position}`,
		model: describedBy ?? "gesso",
		answer: "text",
		createdAt: catalogue.createdAt,
		isTrimmed: false,
	};
	yield { kind: "text", text: description ?? "" };
	yield { kind: "end", reason: "stop", usage: null, credits, warnings: [] };
}
