/** Serves images under URLs that are signed and open for a while (S3-15, X21): `/images/jan_<26>.png?exp=...&sig=...`. */
import { z } from "zod";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/errors.ts";
import type { Image } from "../engine/generations/request.ts";
import type { Variant } from "../engine/library/variants.ts";
import type { HttpServer } from "./http-server.ts";
import { sendVariant, VARIANT_OF_EXTENSION } from "./public-images.ts";
import { type Arrival, baseUrl } from "./public-url.ts";
import type { UrlSigner } from "./signing/signed-url.ts";

export type SignedExtension = keyof typeof VARIANT_OF_EXTENSION;

/** Makes the URL under which whoever has it sees an image for as long as GESSO_IMAGE_URL_MINUTES says. To be made anew for every answer. */
export type SignedImageUrl = (
	request: Arrival,
	image: Pick<Image, "id">,
	extension: SignedExtension,
	/** Of webp and jpeg, from 0 to 100; the house's own when left out. */
	quality?: number | undefined,
	/** Of a URL that is not read at once. */
	lifetimeSeconds?: number | undefined,
) => string;

const parameters = z.object({
	name: z.string().regex(/^[0-9a-z]{26}(-\d{1,3})?$/),
	extension: z.enum(["webp", "png", "jpg", "jpeg"]),
});

/** @param configured GESSO_PUBLIC_URL; when it is empty, URLs begin with the host that the request was sent to. */
export function createSignedImageUrl(
	configured: string,
	signer: UrlSigner,
): SignedImageUrl {
	return (request, image, extension, quality, lifetimeSeconds) => {
		const id = image.id.replace(/^img_/, "");
		const path = pathOf(
			quality === undefined ? id : `${id}-${quality}`,
			extension,
		);
		return `${baseUrl(configured, request)}${path}?${signer.sign(path, lifetimeSeconds)}`;
	};
}

/** @param name an id without its prefix, and after a dash the quality of the picture, if not the house's own. */
function pathOf(name: string, extension: SignedExtension): string {
	return `/images/jan_${name}.${extension}`;
}

function variantOf(
	extension: SignedExtension,
	quality: string | undefined,
): Variant {
	const variant = VARIANT_OF_EXTENSION[extension];
	return quality === undefined || variant === "png"
		? variant
		: `${variant}-${Number(quality)}`;
}

export function registerSignedImages(
	server: HttpServer,
	engine: Engine,
	signer: UrlSigner,
): void {
	server.get<{ Querystring: { exp?: unknown; sig?: unknown } }>(
		// The expression keeps names that only begin like this, as the token of a public image may, for the routes of those.
		"/images/jan_:name(^[0-9a-z]{26}(?:-\\d{1,3}|)$).:extension(^webp|png|jpe?g$)",
		{ schema: { params: parameters, hide: true }, exposeHeadRoute: true },
		async (request, reply) => {
			const { name, extension } = parameters.parse(request.params);
			const [id, quality] = name.split("-");
			const secondsLeft = signer.secondsLeft(
				pathOf(name, extension),
				request.query,
			);
			if (secondsLeft === null)
				throw new EngineError(
					"forbidden",
					"This URL is not signed by this server, or it has expired. Ask for the image again to get a new one.",
				);
			const image = await engine.findSignedImage(`img_${id}`);
			if (image === null)
				throw new EngineError("not_found", "There is no such image.");
			void reply
				.header("cache-control", `private, max-age=${secondsLeft}`)
				.header("access-control-allow-origin", "*")
				.header("cross-origin-resource-policy", "cross-origin");
			return await sendVariant(
				engine,
				request,
				reply,
				image,
				variantOf(extension, quality),
			);
		},
	);
}
