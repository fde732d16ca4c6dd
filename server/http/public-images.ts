/** Serves the public URL of an image: unguessable, with the right type, ETag, ranges and caching. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/errors.ts";
import type { Image } from "../engine/generations/request.ts";
import type { Variant } from "../engine/library/variants.ts";
import { parseRange } from "./byte-range.ts";
import type { HttpServer } from "./http-server.ts";

export const VARIANT_OF_EXTENSION = {
	webp: "webp",
	png: "png",
	jpg: "jpeg",
	jpeg: "jpeg",
} as const;

const fileName = z.object({
	file: z.string().regex(/^[\w-]{16,64}\.(webp|png|jpe?g)$/),
});
const tokenParameter = z.object({ token: z.string().regex(/^[\w-]{16,64}$/) });

export function registerPublicImages(server: HttpServer, engine: Engine): void {
	server.get(
		"/images/:file",
		{ schema: { params: fileName, hide: true }, exposeHeadRoute: true },
		async (request, reply) => {
			const [token = "", extension = ""] = request.params.file.split(".");
			const variant =
				VARIANT_OF_EXTENSION[extension as keyof typeof VARIANT_OF_EXTENSION];
			return await send(engine, request, reply, token, variant);
		},
	);
	server.get(
		"/images/:token/thumbnail.webp",
		{ schema: { params: tokenParameter, hide: true }, exposeHeadRoute: true },
		async (request, reply) =>
			await send(engine, request, reply, request.params.token, "thumbnail"),
	);
}

async function send(
	engine: Engine,
	request: FastifyRequest,
	reply: FastifyReply,
	token: string,
	variant: Variant,
) {
	const image = await engine.findPublicImage(token);
	if (image === null)
		throw new EngineError("not_found", "There is no such image.");
	void reply
		// The bytes under a URL never change; a day, because the image may be deleted.
		.header("cache-control", "public, max-age=86400, immutable")
		.header("access-control-allow-origin", "*")
		.header("cross-origin-resource-policy", "cross-origin");
	return await sendVariant(engine, request, reply, image, variant);
}

/** Sends one variant's bytes, whole or the range asked for, or says that the client has them already. */
export async function sendVariant(
	engine: Engine,
	request: FastifyRequest,
	reply: FastifyReply,
	image: Image,
	variant: Variant,
) {
	const { mediaType } = engine.variantFacts(image, variant);
	const etag = `"${image.sha256.slice(0, 32)}-${image.width}x${image.height}-${variant}"`;
	void reply
		.header("etag", etag)
		.header("last-modified", new Date(image.createdAt).toUTCString())
		.header("accept-ranges", "bytes")
		.header("x-content-type-options", "nosniff")
		.type(mediaType);
	if (matches(request.headers["if-none-match"], etag))
		return await reply.status(304).send();
	const size = await engine.variantSize(image, variant);
	const ifRange = request.headers["if-range"];
	const range =
		ifRange === undefined || ifRange === etag
			? parseRange(request.headers.range, size)
			: null;
	if (range === "unsatisfiable") {
		return await reply
			.status(416)
			.header("content-range", `bytes */${size}`)
			.type("text/plain")
			.send("");
	}
	if (range !== null) {
		void reply
			.status(206)
			.header("content-range", `bytes ${range.first}-${range.last}/${size}`);
	}
	const length = range === null ? size : range.last - range.first + 1;
	void reply.header("content-length", length);
	if (request.method === "HEAD") return await reply.send();
	const { stream } = await engine.openVariant(
		image,
		variant,
		range ?? undefined,
	);
	return await reply.send(stream);
}

function matches(header: string | undefined, etag: string): boolean {
	if (header === undefined) return false;
	return header
		.split(",")
		.map((each) => each.trim().replace(/^W\//, ""))
		.some((each) => each === etag || each === "*");
}
