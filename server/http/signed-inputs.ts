/** Serves pictures that came with the messages of conversations, under signed URLs: `/images/msg_<16>-<part>?exp=...&sig=...`. */
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/errors.ts";
import type { HttpServer } from "./http-server.ts";
import { baseUrl } from "./public-url.ts";
import type { UrlSigner } from "./signing/signed-url.ts";

/** Makes the URL of a part of an item. To be made anew for every answer, as that of an image. */
export type SignedInputUrl = (
	request: FastifyRequest,
	itemId: string,
	index: number,
) => string;

const parameters = z.object({
	id: z.string().regex(/^[0-9a-z]{16}$/),
	index: z.string().regex(/^\d{1,3}$/),
});

/** @param configured GESSO_PUBLIC_URL, as for `createSignedImageUrl`. */
export function createSignedInputUrl(
	configured: string,
	signer: UrlSigner,
): SignedInputUrl {
	return (request, itemId, index) => {
		const path = pathOf(itemId, String(index));
		return `${baseUrl(configured, request)}${path}?${signer.sign(path)}`;
	};
}

function pathOf(itemId: string, index: string): string {
	return `/images/${itemId}-${index}`;
}

export function registerSignedInputs(
	server: HttpServer,
	{ conversations }: Pick<Engine, "conversations">,
	signer: UrlSigner,
): void {
	server.get<{ Querystring: { exp?: unknown; sig?: unknown } }>(
		"/images/msg_:id(^[0-9a-z]{16})-:index(^\\d{1,3}$)",
		{ schema: { params: parameters, hide: true } },
		async (request, reply) => {
			const { id, index } = parameters.parse(request.params);
			const path = pathOf(`msg_${id}`, index);
			const secondsLeft = signer.secondsLeft(path, request.query);
			if (secondsLeft === null)
				throw new EngineError(
					"forbidden",
					"This URL is not signed by this server, or it has expired. Ask for the item again to get a new one.",
				);
			const picture = await conversations.findPicture(
				`msg_${id}`,
				Number(index),
			);
			if (picture === null)
				throw new EngineError("not_found", "There is no such image.");
			const stream = Readable.from(await picture.open());
			return await reply
				.header("cache-control", `private, max-age=${secondsLeft}`)
				.header("etag", `"${picture.sha256.slice(0, 32)}"`)
				.header("access-control-allow-origin", "*")
				.header("cross-origin-resource-policy", "cross-origin")
				// It came from a caller: nothing but a picture may be made of it.
				.header("x-content-type-options", "nosniff")
				.header("content-length", picture.sizeBytes)
				.type(picture.mediaType)
				.send(stream);
		},
	);
}
