/** How a picture stands in an answer: as base64 that is encoded as it is sent, as a signed URL, and by its id. */
import type { FastifyRequest } from "fastify";
import type { Generation, Image } from "../../engine/generations/request.ts";
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

/** @param format the caller's; as it was drawn when missing. */
export async function answerPicture(
	{ engine, signedImageUrl }: DialectContext,
	request: FastifyRequest,
	image: Image,
	format?: PictureFormat | undefined,
): Promise<AnswerPicture> {
	const variant = format ?? "fitted";
	const sizeBytes = await engine.variantSize(image, variant);
	return {
		id: janIdOf(image),
		url: signedImageUrl(request, image, format ?? "png"),
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
