/** How a picture stands in an answer: as base64 that is encoded as it is sent, as a signed URL, and by its id. */
import type { Generation, Image } from "../../engine/generations/request.ts";
import type { Arrival } from "../../http/public-url.ts";
import { Base64Of } from "../../net/json-stream.ts";
import type { DialectContext } from "../dialect.ts";
import { janIdOf } from "./picture-source.ts";

export interface AnswerPicture {
	readonly id: string;
	readonly url: string;
	readonly mediaType: string;
	/** @param prefix goes before the base64. */
	base64(prefix?: string): Base64Of;
}

export type PictureFormat = "png" | "jpeg" | "webp";

/** How the caller came to whom a URL is told, and for how long it is good when it is not read at once. */
export type Hearer = Arrival & { readonly urlSeconds?: number | undefined };

/** @param format the caller's; as it was drawn when missing. */
export async function answerPicture(
	{ engine, signedImageUrl }: DialectContext,
	hearer: Hearer,
	image: Image,
	format?: PictureFormat | undefined,
): Promise<AnswerPicture> {
	const variant = format ?? "fitted";
	const sizeBytes = await engine.variantSize(image, variant);
	return {
		id: janIdOf(image),
		url: signedImageUrl(
			hearer,
			image,
			format ?? "png",
			undefined,
			hearer.urlSeconds,
		),
		mediaType: engine.variantFacts(image, variant).mediaType,
		base64: (prefix = "") =>
			new Base64Of(
				sizeBytes,
				async () => (await engine.openVariant(image, variant)).stream,
				prefix,
			),
	};
}

/** The engine answers with a picture and says nothing; chats show words. */
export function wordsFor({ images }: Generation): string {
	return images.length === 1
		? "Here is your picture."
		: "Here are your pictures.";
}
