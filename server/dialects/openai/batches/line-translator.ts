/** Reads the lines of a batch's input as requests for pictures, and writes those of its files as answers to them. */
import { z } from "zod";
import {
	type BatchTranslator,
	type EndedLine,
	type LineContext,
	LineFault,
} from "../../../engine/batches/translator.ts";
import { EngineError } from "../../../engine/errors.ts";
import type {
	Generation,
	StagedSource,
} from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { errorBody, statusOf } from "../errors.ts";
import { imagesBody } from "../images/images-body.ts";
import type { ImagesHouse } from "../images/pictures.ts";
import { readEdit, readGeneration } from "../images/translate.ts";
import { type BatchEndpoint, batchData } from "./schema.ts";

/** As long as the results may be kept, so that the URLs in them are no shorter-lived. */
const URL_SECONDS = 30 * 24 * 60 * 60;

export function lineTranslator(
	context: DialectContext,
	dialect: string,
	endpoint: BatchEndpoint,
): BatchTranslator {
	const { engine } = context;
	return {
		dialect,
		endpoint,
		readLine: async ({ principal }, value, occasion) => {
			const line = readWrapper(value, endpoint);
			const staged: StagedSource[] = [];
			const house = { engine, principal, staged };
			const letGo = async () => {
				for (const source of staged) await engine.inputs.discard(source);
			};
			try {
				const body = bodyFor(line.body, endpoint, occasion);
				const request = await readRequest(endpoint, house, body);
				const ask = { kind: "generation" as const, request };
				return { customId: line.customId, ask, letGo };
			} catch (error) {
				await letGo();
				throw error;
			}
		},
		writeLine: async (lineContext, line) => {
			const { outcome } = line;
			const names = namesOf(lineContext, line);
			if (outcome.kind === "failed") return errorLine(names, outcome.error);
			const { generation } = outcome;
			const body = await answerBody(context, lineContext, generation);
			return answerLine(names, 200, body);
		},
	};
}

async function readRequest(
	endpoint: BatchEndpoint,
	house: ImagesHouse,
	body: unknown,
) {
	return endpoint === "/v1/images/edits"
		? await readEdit(house, body)
		: await readGeneration(house, body);
}

const wrapper = z.looseObject({
	custom_id: z.string().min(1),
	method: z.literal("POST"),
	url: z.string(),
	body: z.record(z.string(), z.unknown()),
});

const WRONG: Readonly<Record<string, string>> = {
	custom_id: "Every line needs a custom_id, a text of its own.",
	method: "The method of a line is POST.",
	url: "Every line needs a url, the batch's endpoint.",
	body: "Every line needs a body, an object.",
};

/** @throws {LineFault} naming the field. */
function readWrapper(
	value: unknown,
	endpoint: string,
): { customId: string; body: Readonly<Record<string, unknown>> } {
	const read = wrapper.safeParse(value);
	if (!read.success) {
		const field = String(read.error.issues[0]?.path[0] ?? "");
		throw new LineFault(
			"invalid_request",
			WRONG[field] ?? "A line is an object of custom_id, method, url and body.",
			field === "" ? undefined : field,
		);
	}
	const { custom_id: customId, url, body } = read.data;
	if (url !== endpoint)
		throw new LineFault(
			"mismatched_url",
			`The url of every line must be the batch's endpoint, ${endpoint}.`,
			"url",
		);
	if (body.stream === true || body.stream === "true")
		throw new LineFault(
			"invalid_request",
			"The answer to a line of a batch cannot be streamed.",
			"body.stream",
		);
	return { customId, body };
}

/**
 * A file is read at leisure: pictures are in it unless URLs are asked for. And while a batch is only checked, pictures are
 * not fetched for their shape: one drawn in the shape of another costs as the default size does.
 */
function bodyFor(
	body: Readonly<Record<string, unknown>>,
	endpoint: BatchEndpoint,
	occasion: "check" | "work",
): Readonly<Record<string, unknown>> {
	const { response_format, size, image, aspect_ratio, resolution } = body;
	const answered = { ...body, response_format: response_format ?? "b64_json" };
	const isShapedByPicture =
		endpoint === "/v1/images/edits" &&
		(size ?? "auto") === "auto" &&
		(aspect_ratio ?? resolution ?? null) === null &&
		// Jan's clients, who ask so, have it drawn as large as it is, and it costs as much.
		(Array.isArray(image) || (image ?? null) === null);
	return isShapedByPicture && occasion === "check"
		? { ...answered, size: "1024x1024" }
		: answered;
}

async function answerBody(
	{ engine, signedImageUrl }: DialectContext,
	{ dialectData }: LineContext,
	generation: Generation,
): Promise<unknown> {
	const { arrival } = batchData.parse(dialectData);
	return await imagesBody(
		{
			engine,
			usageWords: "openai",
			urlOf: (image, extension, quality) =>
				signedImageUrl(arrival, image, extension, quality, URL_SECONDS),
		},
		generation,
	);
}

interface Names {
	readonly id: string;
	readonly customId: string;
	readonly requestId: string;
}

/** The same however often a file is written. */
function namesOf({ batchId }: LineContext, line: EndedLine): Names {
	const core = `${batchId.replace(/^[a-z]+_/, "")}_${line.position}`;
	return {
		id: `batch_req_${core}`,
		customId: line.customId,
		requestId: `req_${core}`,
	};
}

/** A line that was not even begun has no response. */
const NOT_BEGUN: Readonly<Record<string, string>> = {
	batch_canceled: "batch_cancelled",
	batch_expired: "batch_expired",
};

function errorLine(
	names: Names,
	error: Extract<EndedLine["outcome"], { kind: "failed" }>["error"],
) {
	const { id, customId, requestId } = names;
	const { code, message, field } = error;
	if (code === "batch_canceled" || code === "batch_expired") {
		return {
			id,
			custom_id: customId,
			response: null,
			error: { code: NOT_BEGUN[code], message },
		};
	}
	const details = field === undefined ? {} : { field };
	const thrown = new EngineError(code, message, { details });
	return answerLine(names, statusOf(code), errorBody(thrown, requestId));
}

function answerLine(names: Names, status_code: number, body: unknown) {
	return {
		id: names.id,
		custom_id: names.customId,
		response: { status_code, request_id: names.requestId, body },
		error: null,
	};
}
