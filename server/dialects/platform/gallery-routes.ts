/** GET /v0/gallery: what teams chose to publish, for anybody; nothing of who published it. */
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { errorResponse, galleryResponse } from "./responses.ts";
import { galleryQuery } from "./schema.ts";

export function registerGallery(
	server: HttpServer,
	{ engine, publicUrl }: DialectContext,
): void {
	server.get(
		"/gallery",
		{
			schema: {
				tags: ["Gallery"],
				summary: "List the public images of all teams, newest first",
				querystring: galleryQuery,
				response: { 200: galleryResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { page, limit } = request.query;
			const found = await engine.listGallery({ page, limit });
			return {
				data: {
					images: found.images.map((image) => ({
						id: image.id,
						url: publicUrl(request, image, "webp"),
						thumbnailUrl: publicUrl(request, image, "thumbnail"),
						width: image.width,
						height: image.height,
						modelVersion: image.model,
						userPrompt: image.prompt,
						createdAt: new Date(image.createdAt).toISOString(),
					})),
					total: found.total,
					page,
					limit,
				},
			};
		},
	);
}
