/** Draws with OpenRouter's Image API. */
import { z } from "zod";
import { Lifted } from "../../net/lifted-json.ts";
import {
	type CallContext,
	type DrawnImage,
	type ImageCall,
	type ImageCallResult,
	type KeptFile,
	ProviderError,
} from "../provider.ts";
import { dataUrlOf, jsonBody } from "../wire/bodies.ts";
import type { VendorCall } from "../wire/vendor.ts";
import type { Connection } from "./connection.ts";
import { consumptionOf } from "./consumption.ts";
import type { ImageModel } from "./discovery.ts";
import { errorOfFault, faultIn } from "./faults.ts";
import { keepPicture } from "./pictures.ts";

const pictureSchema = z.looseObject({
	b64_json: z.unknown().optional(),
	url: z.unknown().optional(),
	revised_prompt: z.string().optional().catch(undefined),
});

type Picture = z.infer<typeof pictureSchema>;

/** A whole answer has its pictures in `data`; an event of a stream is itself one. */
const pieceSchema = pictureSchema.extend({
	type: z.string().optional().catch(undefined),
	partial_image_index: z.number().catch(0),
	data: z.array(pictureSchema).catch([]),
	usage: z.unknown().optional(),
});

type Piece = z.infer<typeof pieceSchema>;

const isPicture = (path: readonly (string | number)[]) =>
	path.at(-1) === "b64_json" && (path.length === 1 || path[0] === "data");

/** @param model what OpenRouter says of the model, if it does. */
export async function drawByImageApi(
	connection: Connection,
	call: ImageCall,
	model: ImageModel | undefined,
	context: CallContext,
): Promise<ImageCallResult> {
	const { name, url } = connection;
	const pictures: Picture[] = [];
	let usage: unknown;
	const request: VendorCall = {
		url: `${url}/images`,
		body: jsonBody(requestOf(call, model)),
	};
	for await (const piece of piecesOf(connection, call, request, context)) {
		usage = piece.usage ?? usage;
		if (piece.type === "image_generation.partial_image") {
			tellPartialImage(piece, call, context);
			continue;
		}
		pictures.push(piece, ...piece.data);
	}
	const images: DrawnImage[] = [];
	for (const { b64_json, url: where, revised_prompt } of pictures) {
		const file = await keepPicture(connection, b64_json ?? where, context);
		if (file !== undefined)
			images.push({ file, seed: call.seed, revisedPrompt: revised_prompt });
	}
	if (images.length === 0)
		throw new ProviderError(
			"unavailable",
			`${name} answered without a picture`,
			{ mayBePaid: true },
		);
	return { images, warnings: [], ...consumptionOf(usage, { drawn: true }) };
}

/** The whole answer, or the events of one that streams. @throws for an error in it. */
async function* piecesOf(
	connection: Connection,
	call: ImageCall,
	request: VendorCall,
	context: CallContext,
): AsyncGenerator<Piece, void> {
	const { vendor } = connection;
	const values =
		call.partialImages > 0
			? vendor.events(request, context, isPicture)
			: [(await vendor.json(request, context, isPicture)).value];
	for await (const value of values) {
		const fault = faultIn(value);
		// "Billing and Cancellation": what failed is not billed, whatever came of it on the way.
		if (fault !== undefined) throw errorOfFault(connection, fault, false);
		const piece = pieceSchema.safeParse(value);
		if (piece.success) yield piece.data;
	}
}

/** OpenRouter is not told how many there should be. */
function tellPartialImage(
	{ b64_json, partial_image_index }: Piece,
	call: ImageCall,
	{ onPartialImage }: CallContext,
): void {
	if (b64_json instanceof Lifted && partial_image_index < call.partialImages)
		onPartialImage?.(b64_json.kept as KeptFile, partial_image_index);
}

/** What is not asked for is left out: OpenRouter refuses parameters that a model does not have. */
function requestOf(call: ImageCall, model: ImageModel | undefined): unknown {
	return {
		model: call.model,
		prompt: call.prompt,
		...(call.count > 1 && { n: call.count }),
		...shapeOf(call, model),
		...(call.seed !== undefined && { seed: call.seed }),
		...(call.quality !== undefined && { quality: call.quality }),
		...(call.background !== undefined && { background: call.background }),
		...(call.inputImages.length > 0 && {
			input_references: call.inputImages.map((image) => ({
				type: "image_url",
				image_url: { url: dataUrlOf(image) },
			})),
		}),
		...(call.partialImages > 0 && { stream: true }),
	};
}

/** A model that has no word for shapes draws in its own, and nothing is said of them. */
function shapeOf(
	{ frame }: ImageCall,
	model: ImageModel | undefined,
): Record<string, string> {
	if (frame.aspectRatio !== undefined || frame.tier !== undefined)
		return {
			...(frame.aspectRatio !== undefined && {
				aspect_ratio: frame.aspectRatio,
			}),
			...(frame.tier !== undefined && { resolution: frame.tier }),
		};
	const hasShapes =
		model === undefined ||
		["size", "aspect_ratio", "resolution"].some(
			(parameter) => parameter in model.supported_parameters,
		);
	return hasShapes ? { size: `${frame.width}x${frame.height}` } : {};
}
