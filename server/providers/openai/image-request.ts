/** Puts a call that draws into this API's words: JSON without input images, a form with them. */
import type { OutgoingBody } from "../../net/vendor-http.ts";
import { type ImageCall, ProviderError } from "../provider.ts";
import {
	dataUrlOf,
	type FormPart,
	formBody,
	formFileOf,
	jsonBody,
} from "../wire/bodies.ts";
import { responseFormatFor } from "./options.ts";
import type { OpenAiServer } from "./server.ts";
import type { Fields } from "./software.ts";

type Asked = Pick<OpenAiServer, "name" | "options" | "software">;

interface ImageRequest {
	readonly path: "images/generations" | "images/edits";
	readonly body: OutgoingBody;
}

/** @throws {ProviderError} when the server has no way to be told of something in the call. */
export function imageRequest(call: ImageCall, server: Asked): ImageRequest {
	const fields: Fields = {
		...imageFields(call, server),
		...(call.partialImages > 0 && {
			stream: true,
			partial_images: call.partialImages,
		}),
	};
	return isEdit(call, server)
		? { path: "images/edits", body: formBody(formParts(fields, call)) }
		: { path: "images/generations", body: jsonBody(fields) };
}

/** The same as JSON throughout, as lines of a batch have it, with the input images as data URLs. */
export function imageBatchRequest(
	call: ImageCall,
	server: Asked,
): { readonly path: ImageRequest["path"]; readonly body: Fields } {
	const fields = imageFields(call, server);
	if (!isEdit(call, server))
		return { path: "images/generations", body: fields };
	return {
		path: "images/edits",
		body: {
			...fields,
			images: call.inputImages.map((image) => ({
				image_url: dataUrlOf(image),
			})),
			mask: call.mask && { image_url: dataUrlOf(call.mask) },
		},
	};
}

function isEdit(call: ImageCall, { name, software }: Asked): boolean {
	if (call.mask !== undefined && !software.edits)
		throw new ProviderError("invalid", `${name}: there is no way to a mask`);
	return software.edits && call.inputImages.length > 0;
}

function imageFields(call: ImageCall, { options, software }: Asked): Fields {
	const responseFormat = responseFormatFor(call.model, options);
	return {
		// A server that has one model need not be told which.
		model: call.model === "" ? undefined : call.model,
		prompt: software.prompt(call),
		n: call.count,
		size: `${call.frame.width}x${call.frame.height}`,
		quality: call.quality,
		background: call.background,
		response_format: responseFormat === "none" ? undefined : responseFormat,
		...software.fields(call),
	};
}

/** Text before files, and one image under the name that servers know which only take one. */
function formParts(
	fields: Fields,
	{ inputImages, mask }: ImageCall,
): readonly FormPart[] {
	const name = inputImages.length === 1 ? "image" : "image[]";
	return [
		...Object.entries(fields)
			.filter(([, value]) => value !== undefined)
			.map(([field, value]) => ({ name: field, value: String(value) })),
		...inputImages.map((image, index) => ({
			name,
			file: formFileOf(image, `image-${index + 1}`),
		})),
		...(mask === undefined
			? []
			: [{ name: "mask", file: formFileOf(mask, "mask") }]),
	];
}
