/** What the model is asked, in the vendor's words. Pictures are read only as they are sent. */
import type {
	ChatCall,
	Frame,
	ImageCall,
	InputImage,
	Modality,
	Turn,
	TurnPart,
} from "../provider.ts";
import { base64Of, bytesBody } from "../wire/bodies.ts";
import type { GeminiAccount } from "./account.ts";
import { uploadFile } from "./files.ts";

/** A picture's place in a request. */
type PlacePicture = (image: InputImage) => unknown;

/** Of all pictures of one request, as base64: requests of 20 MB were the vendor's limit for long. */
const MAX_INLINE_BYTES = 15_000_000;

/** Pictures that are too large together are uploaded first, so that the request itself stays small. */
export async function placePictures(
	account: GeminiAccount,
	images: readonly InputImage[],
	signal: AbortSignal,
): Promise<PlacePicture> {
	const inlineBytes = images.reduce(
		(sum, { sizeBytes }) => sum + 4 * Math.ceil(sizeBytes / 3),
		0,
	);
	if (inlineBytes <= MAX_INLINE_BYTES) return inlinePicture;
	const places = new Map<InputImage, unknown>();
	for (const image of new Set(images)) {
		const body = bytesBody(image.mediaType, {
			sizeBytes: image.sizeBytes,
			async *open() {
				yield* await image.open();
			},
		});
		const { uri } = await uploadFile(account, "input image", body, signal);
		places.set(image, {
			fileData: { fileUri: uri, mimeType: image.mediaType },
		});
	}
	return (image) => places.get(image);
}

export function inlinePicture(image: InputImage): unknown {
	return { inlineData: { mimeType: image.mediaType, data: base64Of(image) } };
}

/** The contents of a request for a picture. */
export function promptContents(
	{ prompt, inputImages }: ImageCall,
	place: PlacePicture,
): unknown[] {
	return [
		{ parts: [{ text: prompt }, ...inputImages.map(place)], role: "user" },
	];
}

/**
 * The contents of a conversation. Turns of one side that follow each other become one, since the vendor expects the sides
 * to take turns.
 * @param name signatures are given back only where this provider gave them: the vendor refuses others'.
 */
export function turnContents(
	turns: readonly Turn[],
	name: string,
	place: PlacePicture,
): unknown[] {
	const contents: { parts: unknown[]; role: "user" | "model" }[] = [];
	for (const { role: side, parts, signedBy } of turns) {
		const placed = parts.flatMap((part) =>
			placePart(part, signedBy === name, place),
		);
		if (placed.length === 0) continue;
		const role = side === "user" ? "user" : "model";
		const last = contents.at(-1);
		if (last?.role === role) last.parts.push(...placed);
		else contents.push({ parts: placed, role });
	}
	return contents;
}

function placePart(
	part: TurnPart,
	isOurs: boolean,
	place: PlacePicture,
): object[] {
	const signature = isOurs ? part.signature : undefined;
	if (part.kind === "text" && part.text === "" && signature === undefined)
		return [];
	const content =
		part.kind === "text" ? { text: part.text } : (place(part.image) as object);
	return [
		{
			...content,
			...(signature !== undefined && { thoughtSignature: signature }),
		},
	];
}

export function systemInstruction({ instructions }: ChatCall): unknown {
	return instructions === undefined
		? undefined
		: { parts: [{ text: instructions }], role: "user" };
}

/** How a picture is to be drawn, as far as the call says; `undefined` leaves all of it to the model. */
export function imageConfig(
	frame: Pick<Frame, "aspectRatio" | "tier"> | undefined,
): unknown {
	if (frame?.aspectRatio === undefined && frame?.tier === undefined)
		return undefined;
	return { aspectRatio: frame.aspectRatio, imageSize: frame.tier };
}

export function responseModalities(
	modalities: readonly Modality[],
): string[] | undefined {
	const names = modalities.map((modality) => modality.toUpperCase());
	return names.length === 0 ? undefined : names;
}

/** The pictures of a conversation. */
export function picturesOf(turns: readonly Turn[]): InputImage[] {
	return turns
		.flatMap(({ parts }) => parts)
		.flatMap((part) => (part.kind === "image" ? [part.image] : []));
}
