/** Reads a line that asks for a row: for pictures of /v1/images, or in a chat with nothing said before. */
import type { AskedRow } from "../../../engine/catalogues/line-form.ts";
import { invalid } from "../../../engine/errors.ts";
import type {
	GenerationRequest,
	InputImageSource,
} from "../../../engine/generations/request.ts";
import { CHAT_ENDPOINT, IMAGE_ENDPOINTS } from "../batches/schema.ts";
import {
	type ImageFields,
	readFields,
	unheededFields,
} from "../images/fields.ts";
import { picturesOf } from "../images/pictures.ts";
import { readShape, type Shape } from "../images/shape.ts";
import { settleWishes } from "../images/wishes.ts";
import { readChatRow } from "./read-chat-row.ts";
import type { RowHouse } from "./row-house.ts";

type Body = Readonly<Record<string, unknown>>;

const ENDPOINTS: readonly string[] = [...IMAGE_ENDPOINTS, CHAT_ENDPOINT];
const [GENERATIONS] = IMAGE_ENDPOINTS;

/** @throws {EngineError} */
export async function readRow(
	house: RowHouse,
	value: unknown,
): Promise<AskedRow> {
	const { url, body } = lineIn(value);
	return url === CHAT_ENDPOINT
		? await readChatRow(house, body)
		: await readImageRow(house, url, body);
}

function lineIn(value: unknown): { readonly url: string; readonly body: Body } {
	const { custom_id, method, url, body } = (value ?? {}) as Body;
	if (typeof custom_id !== "string" || custom_id.trim() === "")
		throw invalid("custom_id", "A line needs a custom_id, a text of its own.");
	if (method !== undefined && method !== "POST")
		throw invalid("method", "The method of a line is POST.", "POST");
	if (typeof url !== "string" || !ENDPOINTS.includes(url))
		throw invalid(
			"url",
			`The url of a line is one of ${ENDPOINTS.join(", ")}.`,
			`one of ${ENDPOINTS.join(", ")}`,
		);
	if (typeof body !== "object" || body === null || Array.isArray(body))
		throw invalid("body", "A line needs a body, an object.", "an object");
	const asked = body as Body;
	if (asked.stream === true || asked.stream === "true")
		throw invalid(
			"stream",
			"The answer to a line of a batch cannot be streamed.",
			"false",
		);
	return { url, body: asked };
}

async function readImageRow(
	{ context: { engine }, principal, model }: RowHouse,
	url: string,
	body: Body,
): Promise<AskedRow> {
	const fields = readFields(body);
	const shape = readShape(fields);
	const isEdit = url !== GENERATIONS;
	if (!isEdit && (body.image ?? body.images ?? body.mask ?? null) !== null)
		throw invalid(
			"url",
			"A line with pictures goes to /v1/images/edits.",
			"/v1/images/edits",
		);
	const house = { engine, principal, staged: [] };
	const { images, mask } = isEdit
		? await picturesOf(house, body)
		: { images: [] as const, mask: undefined };
	const asked = requestOf(fields, shape, images);
	const { request, warnings } = await settleWishes(
		engine,
		principal,
		{ ...asked, model: fields.model ?? model, mask },
		{ quality: fields.quality ?? "auto", maySizeShrink: false },
	);
	const { output_format, output_compression } = fields;
	const isLossy = output_format === "jpeg" || output_format === "webp";
	return {
		prompt: fields.prompt,
		answer: "picture",
		wishes: {
			model: fields.model,
			count: fields.n,
			size: request.size,
			aspectRatio: request.aspectRatio,
			resolution: request.resolution,
			isLikePhoto: shape.kind === "auto" && images.length > 0,
			quality: request.quality,
			background: request.background,
			seed: request.firstSeed,
			negativePrompt: fields.negative_prompt,
			outputFormat: output_format,
			outputQuality: isLossy ? output_compression : undefined,
		},
		pictures: images,
		mask,
		unheeded: [
			...unheededFields(fields),
			...warnings.map(({ parameter }) => parameter),
			...LEFT_OUT.filter((name) => fields[name] !== undefined),
		],
	};
}

/** Known to those who wait for an answer, and of no use in a file. */
const LEFT_OUT = ["conversation_id", "partial_images"] as const;

/** @throws {EngineError} for a shape that only shows when the picture is there. */
function requestOf(
	fields: ImageFields,
	shape: Shape,
	inputImages: readonly InputImageSource[],
): GenerationRequest {
	if (shape.kind === "original")
		throw invalid(
			"size",
			'A row cannot have the size "original": its price is settled before its picture is fetched.',
			"auto or WIDTHxHEIGHT",
		);
	const { seed = -1, background } = fields;
	return {
		dialect: "openai",
		prompt: fields.prompt,
		count: fields.n,
		firstSeed: seed < 0 ? undefined : seed,
		size: shape.kind === "exact" ? shape.size : undefined,
		aspectRatio: shape.kind === "ratio" ? shape.aspectRatio : undefined,
		resolution: shape.resolution,
		background: background === "auto" ? undefined : background,
		inputImages,
	};
}
