/** Finds the picture behind a part of a content: in the library, in the part itself, among the team's files, or on the web. */
import type { PictureSource } from "../../engine/conversations/conversation.ts";
import { EngineError, invalid } from "../../engine/errors.ts";
import type { Principal } from "../../engine/generations/request.ts";
import type { DialectContext } from "../dialect.ts";
import type { Part } from "./content/schema.ts";
import { imageIdIn } from "./picture-signature.ts";

/** What is needed to find a picture. */
export interface PictureHouse {
	readonly context: Pick<DialectContext, "engine" | "signedNotes">;
	readonly principal: Principal;
}

/** `files/x`, or a URL of any host that ends so: a client may know this server by another name than it does itself. */
const FILE = /(?:^|\/)files\/([a-z0-9-]{1,60})(?::download)?(?:\?[^/]*)?$/;
const NOT_A_PICTURE = /^(audio|video|text|application)\/(?!octet-stream)/i;

/** Whether a part is, or may name, a picture. */
export function mayBePicture(part: Part): boolean {
	const { inlineData, fileData, text = "", thoughtSignature } = part;
	return (
		inlineData !== undefined ||
		fileData !== undefined ||
		(text === "" && thoughtSignature !== undefined)
	);
}

/**
 * A picture that was drawn here is known by its signature, as large as it was drawn; a signature that says nothing to us
 * is as good as none.
 * @param field the caller's word for the part.
 * @returns `undefined` for a part that names none after all.
 * @throws {EngineError} `invalid_request` naming the field; `forbidden` for a file that is not there.
 */
export async function pictureIn(
	house: PictureHouse,
	part: Part,
	field: string,
): Promise<PictureSource | undefined> {
	const { inlineData, fileData } = part;
	const drawn = await drawnHere(house, part, field);
	if (drawn !== undefined) return drawn;
	if (inlineData !== undefined) {
		requirePicture(inlineData.mimeType, `${field}.inlineData`);
		return {
			kind: "base64",
			field: `${field}.inlineData.data`,
			data: inlineData.data,
		};
	}
	if (fileData === undefined) return undefined;
	requirePicture(fileData.mimeType, `${field}.fileData`);
	return await fromUri(house, fileData.fileUri, `${field}.fileData.fileUri`);
}

/** `undefined` also when it was deleted since. */
async function drawnHere(
	{ context, principal }: PictureHouse,
	{ thoughtSignature }: Part,
	field: string,
): Promise<PictureSource | undefined> {
	const imageId = imageIdIn(context, principal, thoughtSignature);
	if (imageId === undefined) return undefined;
	try {
		await context.engine.getImage(principal, imageId);
		return { kind: "library", field, imageId };
	} catch (fault) {
		if (fault instanceof EngineError && fault.code === "not_found")
			return undefined;
		throw fault;
	}
}

async function fromUri(
	house: PictureHouse,
	uri: string,
	field: string,
): Promise<PictureSource> {
	const [, name] = FILE.exec(uri) ?? [];
	if (name !== undefined) return await fromFile(house, name, field);
	if (/^https?:\/\//i.test(uri)) return { kind: "url", field, url: uri };
	throw invalid(
		field,
		`${field} names no file: ${uri.slice(0, 100)}`,
		"files/..., the uri of a file, or an https URL",
	);
}

/** @param name without `files/`. @throws {EngineError} `forbidden`, as Google says it of what is not there. */
async function fromFile(
	{ context, principal }: PictureHouse,
	name: string,
	field: string,
): Promise<PictureSource> {
	try {
		return await context.engine.files.inputImage(principal, name, field);
	} catch (fault) {
		if (fault instanceof EngineError && fault.code === "not_found")
			throw new EngineError(
				"forbidden",
				`You do not have permission to access the File ${name} or it may not exist.`,
				{ cause: fault },
			);
		throw fault;
	}
}

function requirePicture(mediaType: string | undefined, field: string): void {
	if (mediaType === undefined || !NOT_A_PICTURE.test(mediaType)) return;
	throw invalid(
		`${field}.mimeType`,
		`Unsupported MIME type: ${mediaType.slice(0, 100)}. Only pictures are read here.`,
		"image/png, image/jpeg, image/webp or another picture's",
	);
}
