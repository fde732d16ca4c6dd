/** Says where whoever sent a request can see an image. */
import type { FastifyRequest } from "fastify";
import type { Image } from "../../engine/generations/request.ts";
import type { DialectContext } from "../dialect.ts";
import type { ImageUrls } from "./translate.ts";

export function imageUrls(
	{ publicUrl }: Pick<DialectContext, "publicUrl">,
	request: FastifyRequest,
	image: Pick<Image, "publicToken">,
): ImageUrls {
	return {
		url: publicUrl(request, image, "webp"),
		thumbnailUrl: publicUrl(request, image, "thumbnail"),
	};
}
