/** Builds the absolute URLs under which anybody who has them can see an image. */
import type { FastifyRequest } from "fastify";
import type { Image } from "../engine/generations/request.ts";
import type { Variant } from "../engine/library/variants.ts";

/** Makes the URL of an image's variant for whoever sent a request. */
export type PublicUrl = (
	request: FastifyRequest,
	image: Pick<Image, "publicToken">,
	variant: Exclude<Variant, "original" | "fitted">,
) => string;

/** @param configured GESSO_PUBLIC_URL; when it is empty, URLs begin with the host that the request was sent to. */
export function createPublicUrl(configured: string): PublicUrl {
	return (request, image, variant) =>
		`${baseUrl(configured, request)}/images/${image.publicToken}${variant === "thumbnail" ? "/thumbnail.webp" : `.${variant}`}`;
}

function baseUrl(configured: string, request: FastifyRequest): string {
	const base = configured || `${request.protocol}://${request.host}`;
	return base.replace(/\/+$/, "");
}
