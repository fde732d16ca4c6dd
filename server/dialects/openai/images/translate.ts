/** Translates requests for pictures into the engine's words. Nothing is charged by that; what cannot be drawn is refused. */
import { MAX_SEED } from "../../../engine/engine.ts";
import { invalid } from "../../../engine/errors.ts";
import type { GenerationRequest } from "../../../engine/generations/request.ts";
import { deliveryFor } from "./delivery.ts";
import { type ImageFields, readFields } from "./fields.ts";
import {
	type ImagesHouse,
	NO_PICTURES,
	type Pictures,
	picturesOf,
	type Uploads,
} from "./pictures.ts";
import { readShape } from "./shape.ts";
import { defaultShape, isByPicture, withShape } from "./shape-request.ts";
import { settleWishes, type Warning } from "./wishes.ts";

/** @throws {EngineError} */
export async function readGeneration(
	house: ImagesHouse,
	body: unknown,
): Promise<GenerationRequest> {
	return await translate(house, readFields(body), NO_PICTURES);
}

/**
 * Of pictures to be edited, or drawn from.
 * @param uploads those that are not named in the body.
 * @throws {EngineError}
 */
export async function readEdit(
	house: ImagesHouse,
	body: unknown,
	uploads?: Uploads,
): Promise<GenerationRequest> {
	const fields = readFields(body);
	return await translate(house, fields, await picturesOf(house, body, uploads));
}

const VARIATION_PROMPT = "A variation of this picture";
const VARIATION_WARNING: Warning = {
	kind: "adjusted",
	parameter: "image",
	message: `A variation is drawn from the picture as a reference, with the prompt "${VARIATION_PROMPT}".`,
};

/** Of a picture alone, without words of the caller's. @throws {EngineError} */
export async function readVariation(
	house: ImagesHouse,
	body: unknown,
	uploads?: Uploads,
): Promise<GenerationRequest> {
	const given = typeof body === "object" ? body : {};
	const fields = readFields({ ...given, prompt: VARIATION_PROMPT });
	const pictures = await picturesOf(house, body, uploads);
	return await translate(house, fields, pictures, [VARIATION_WARNING]);
}

async function translate(
	house: ImagesHouse,
	fields: ImageFields,
	pictures: Pictures,
	warnings: readonly Warning[] = [],
): Promise<GenerationRequest> {
	const { engine, principal } = house;
	const named = readShape(fields);
	if (named.kind === "original" && pictures.images.length === 0)
		throw invalid(
			"size",
			'Only an edit can have the size "original".',
			"auto or WIDTHxHEIGHT",
		);
	const shape =
		named.kind === "auto" && fields.size === undefined
			? defaultShape(named, pictures)
			: named;
	const plain = engineRequest(fields, pictures);
	const quality = fields.quality ?? "auto";
	const settle = (asked: GenerationRequest) =>
		settleWishes(engine, principal, asked, {
			quality,
			maySizeShrink: shape.kind === "original",
		});
	// What is wrong anyway is told before a picture is fetched for its size.
	if (isByPicture(shape, pictures)) await settle(plain);
	const settled = await settle(await withShape(house, plain, shape));
	return {
		...settled.request,
		dialectData: deliveryFor(fields, settled.request, pictures.defaultFormats, [
			...warnings,
			...settled.warnings,
		]),
	};
}

function engineRequest(
	fields: ImageFields,
	{ images, mask }: Pictures,
): GenerationRequest {
	const { n = 1, seed = -1, background, conversation_id } = fields;
	return {
		dialect: "openai",
		prompt: fields.prompt,
		negativePrompt: fields.negative_prompt,
		model: fields.model,
		count: n,
		seeds:
			seed < 0
				? undefined
				: Array.from({ length: n }, (_, at) => (seed + at) % (MAX_SEED + 1)),
		inputImages: images,
		mask,
		background: background === "auto" ? undefined : background,
		partialImages: fields.stream ? fields.partial_images : undefined,
		conversation:
			conversation_id === undefined || fields.store === false
				? undefined
				: { conversationId: conversation_id },
	};
}
