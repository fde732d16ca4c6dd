/** The library of a team: everything it ever generated and kept. */
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import { sendVariant } from "../../http/public-images.ts";
import type { DialectContext } from "../dialect.ts";
import { imageUrls } from "./image-urls.ts";
import {
	deletedResponse,
	errorResponse,
	imageResponse,
	libraryResponse,
} from "./responses.ts";
import {
	downloadQuery,
	imageChange,
	imageParams,
	libraryQuery,
} from "./schema.ts";
import { imageBody, listedImageBody } from "./translate.ts";

const docs = { tags: ["Library"], security: [{ apiKey: [] }] };

export function registerLibrary(
	server: HttpServer,
	context: DialectContext,
): void {
	const { engine } = context;

	server.get(
		"/images/library",
		{
			schema: {
				...docs,
				summary: "List and search images, newest first",
				querystring: libraryQuery,
				response: { 200: libraryResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { page, limit, search, presetId } = request.query;
			const found = await engine.listImages(principalOf(request), {
				page,
				limit,
				search,
				presetId,
			});
			return {
				data: {
					images: found.images.map((image) =>
						listedImageBody(image, imageUrls(context, request, image)),
					),
					total: found.total,
					page,
					limit,
				},
			};
		},
	);

	server.get(
		"/images/library/:imageId",
		{
			schema: {
				...docs,
				summary: "Read an image",
				params: imageParams,
				response: { 200: imageResponse, default: errorResponse },
			},
		},
		async (request) => {
			const image = await engine.getImage(
				principalOf(request),
				request.params.imageId,
			);
			return { data: imageBody(image, imageUrls(context, request, image)) };
		},
	);

	server.patch(
		"/images/library/:imageId",
		{
			schema: {
				...docs,
				summary: "Publish an image to the gallery, or take it back",
				params: imageParams,
				body: imageChange,
				response: { 200: imageResponse, default: errorResponse },
			},
		},
		async (request) => {
			const image = await engine.setImagePublic(
				principalOf(request),
				request.params.imageId,
				request.body.isPublic,
			);
			return { data: imageBody(image, imageUrls(context, request, image)) };
		},
	);

	server.delete(
		"/images/library/:imageId",
		{
			schema: {
				...docs,
				summary: "Delete an image",
				description:
					"It is gone at once, its public URL too; what it cost is not given back.",
				params: imageParams,
				response: { 200: deletedResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { imageId } = request.params;
			await engine.deleteImage(principalOf(request), imageId);
			return { data: { id: imageId, deleted: true as const } };
		},
	);

	server.get(
		"/images/library/:imageId/download",
		{
			schema: {
				...docs,
				summary: "Download an image's bytes",
				description:
					"The original exactly as the provider returned it, or a rendering.",
				params: imageParams,
				querystring: downloadQuery,
			},
		},
		async (request, reply) => {
			const image = await engine.getImage(
				principalOf(request),
				request.params.imageId,
			);
			const variant = request.query.format;
			const { extension } = engine.variantFacts(image, variant);
			void reply
				.header(
					"content-disposition",
					`attachment; filename="${image.id}.${extension}"`,
				)
				.header("cache-control", "private, no-cache");
			return await sendVariant(engine, request, reply, image, variant);
		},
	);
}
