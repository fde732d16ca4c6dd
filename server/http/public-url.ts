/** Builds the absolute URLs under which anybody who has them can see an image. */
import type { FastifyRequest } from "fastify";
import type { Image } from "../engine/generations/request.ts";
import type { Variant } from "../engine/library/variants.ts";

/** How a request came to this server; all that a URL for its sender depends on. */
export type Arrival = Pick<FastifyRequest, "protocol" | "host">;

/** Makes the URL of an image's variant for whoever sent a request. */
export type PublicUrl = (
	request: FastifyRequest,
	image: Pick<Image, "publicToken">,
	variant: Exclude<Variant, "original" | "fitted">,
) => string;

/** Makes the beginning of all URLs of this server, for whoever sent a request. */
export type BaseUrl = (request: FastifyRequest) => string;

/** @param configured GESSO_PUBLIC_URL; when it is empty, URLs begin with the host that the request was sent to. */
export function createPublicUrl(configured: string): PublicUrl {
	return (request, image, variant) =>
		`${baseUrl(configured, request)}/images/${image.publicToken}${variant === "thumbnail" ? "/thumbnail.webp" : `.${variant}`}`;
}

/** Without a slash at its end. @param configured as for `createPublicUrl`. */
export function baseUrl(configured: string, request: Arrival): string {
	const base = configured || `${request.protocol}://${request.host}`;
	return base.replace(/\/+$/, "");
}
