/** Where input pictures come from, in every way in which a client of this dialect names one. */
import type { Engine } from "../../../engine/engine.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import type {
	InputImageSource,
	Principal,
} from "../../../engine/generations/request.ts";

/** An image of the library, as this dialect calls it. */
const IMAGE_ID = /^(?:jan|img)_([0-9a-z]{26})$/;
/** This server's own URL of one, wherever the caller thinks this server is. */
const IMAGE_URL =
	/^https?:\/\/[^/]+\/images\/jan_([0-9a-z]{26})(?:-\d{1,3})?\.\w+(?:\?|$)/;
/** An uploaded file, as this dialect calls it. */
const FILE_ID = /^file-([0-9a-z]+)$/;

type House = {
	readonly engine: Engine;
	readonly principal: Principal;
};

/**
 * @param value a URL, a data URL, bare base64 or an id as text, or an object that has one of these; base64 comes before
 * a URL, and a URL before an id.
 * @param field the caller's word for it.
 * @throws {EngineError} `invalid_request` naming the field; `not_found` for an image or a file that is not the caller's.
 */
export async function sourceOf(
	house: House,
	value: unknown,
	field: string,
): Promise<InputImageSource> {
	if (typeof value === "string") return await sourceOfText(house, value, field);
	if (typeof value === "object" && value !== null) {
		const part = value as Readonly<Record<string, unknown>>;
		const { b64_json, url, image_url, file_id, id, data } = part;
		const base64 = b64_json ?? data;
		if (typeof base64 === "string")
			return { kind: "base64", field, data: base64 };
		const address = url ?? image_url;
		if (address !== undefined && address !== null)
			return await sourceOf(house, address, field);
		const name = file_id ?? id;
		if (typeof name === "string") return await sourceOfId(house, name, field);
	}
	throw invalid(
		field,
		`${field} names no picture.`,
		"a URL, a data URL, base64, a file_id or the id of an image",
	);
}

async function sourceOfText(
	house: House,
	text: string,
	field: string,
): Promise<InputImageSource> {
	const value = text.trim();
	if (IMAGE_ID.test(value) || FILE_ID.test(value))
		return await sourceOfId(house, value, field);
	if (!/^https?:/i.test(value)) return { kind: "base64", field, data: value };
	const [, imageId] = IMAGE_URL.exec(value) ?? [];
	// Our own pictures need no visit to ourselves, which the guard of the network would refuse.
	const own =
		imageId === undefined ? null : await ownImage(house, imageId, field);
	return own ?? { kind: "url", field, url: value };
}

async function sourceOfId(
	{ engine, principal }: House,
	id: string,
	field: string,
): Promise<InputImageSource> {
	const [, imageId] = IMAGE_ID.exec(id) ?? [];
	if (imageId !== undefined) {
		const image = await ownImage({ engine, principal }, imageId, field);
		if (image !== null) return image;
		throw new EngineError(
			"not_found",
			`There is no image ${id} in your library.`,
			{ details: { field } },
		);
	}
	const [, fileId] = FILE_ID.exec(id) ?? [];
	if (fileId !== undefined)
		return await engine.files.inputImage(principal, fileId, field);
	throw invalid(
		field,
		`${field} is no id of an image or a file.`,
		"the id of an image of yours, jan_..., or of a file of yours, file-...",
	);
}

async function ownImage(
	{ engine, principal }: House,
	imageId: string,
	field: string,
): Promise<InputImageSource | null> {
	try {
		return await engine.inputs.fromLibrary(principal, `img_${imageId}`, field);
	} catch (error) {
		if (error instanceof EngineError && error.code === "not_found") return null;
		throw error;
	}
}
