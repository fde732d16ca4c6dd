/** Serves pictures that came with messages, under signed URLs such as `/images/msg_<16>-<part>?exp=...&sig=...`. */
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/errors.ts";
import type { HttpServer } from "./http-server.ts";
import { baseUrl } from "./public-url.ts";
import type { UrlSigner } from "./signing/signed-url.ts";

/** Makes the URL of a part of a conversation's item, or of a picture of an interaction. To be made anew for every answer, as that of an image. */
export type SignedInputUrl = (
	request: FastifyRequest,
	ownerId: string,
	index: number,
) => string;

const parameters = z.object({ id: z.string(), index: z.string() });

/** What a picture came with, by how it is called in the URL. */
const OWNERS = [
	{ prefix: "msg", digits: 16, room: "conversations" },
	{ prefix: "interaction", digits: 26, room: "interactions" },
] as const;

/** @param configured GESSO_PUBLIC_URL, as for `createSignedImageUrl`. */
export function createSignedInputUrl(
	configured: string,
	signer: UrlSigner,
): SignedInputUrl {
	return (request, ownerId, index) => {
		const path = pathOf(ownerId, String(index));
		return `${baseUrl(configured, request)}${path}?${signer.sign(path)}`;
	};
}

function pathOf(ownerId: string, index: string): string {
	return `/images/${ownerId}-${index}`;
}

type Rooms = Pick<Engine, "conversations" | "interactions">;

export function registerSignedInputs(
	server: HttpServer,
	rooms: Rooms,
	signer: UrlSigner,
): void {
	for (const { prefix, digits, room } of OWNERS)
		server.get<{ Querystring: { exp?: unknown; sig?: unknown } }>(
			`/images/${prefix}_:id(^[0-9a-z]{${digits}})-:index(^\\d{1,5}$)`,
			{ schema: { params: parameters, hide: true } },
			async (request, reply) => {
				const { id, index } = parameters.parse(request.params);
				const owner = `${prefix}_${id}`;
				const path = pathOf(owner, index);
				const secondsLeft = signer.secondsLeft(path, request.query);
				if (secondsLeft === null)
					throw new EngineError(
						"forbidden",
						"This URL is not signed by this server, or it has expired. Ask for the item again to get a new one.",
					);
				const picture = await rooms[room].findPicture(owner, Number(index));
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
