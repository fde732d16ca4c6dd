/** Lets web pages of other origins call a dialect (CORS). Nothing goes by cookies, so a page can do no more than the token it has. */
import type { FastifyRequest } from "fastify";
import { EngineError } from "../engine/errors.ts";
import type { HttpServer } from "./http-server.ts";

export interface AllowedOrigins {
	/** `*` for all. */
	readonly corsOrigins: readonly string[];
}

/** Headers of one dialect's clients, beside those of every client. */
export interface DialectHeaders {
	/** Whole names, in small letters, that a page may send. */
	readonly allowed: RegExp;
	/** What a page may read of an answer. */
	readonly exposed: readonly string[];
}

const ALLOWED_HEADER =
	/^(authorization|content-type|accept|user-agent|x-request-id|idempotency-key)$/;
const EXPOSED_HEADERS = [
	"x-request-id",
	"retry-after",
	"deprecation",
	"content-disposition",
];
const PREFLIGHT_SECONDS = 7_200;

/** Answers preflights, which carry no token, and marks every answer, errors included. */
export function allowOrigins(
	server: HttpServer,
	{ corsOrigins }: AllowedOrigins,
	{ allowed, exposed }: DialectHeaders,
): void {
	const exposedHeaders = [...EXPOSED_HEADERS, ...exposed].join(", ");
	const isForAll = corsOrigins.includes("*");
	server.addHook("onRequest", async (request, reply) => {
		if (!isForAll) void reply.header("vary", "origin");
		const { origin } = request.headers;
		if (origin === undefined) return;
		if (!isForAll && !corsOrigins.includes(origin)) return;
		void reply
			.header("access-control-allow-origin", isForAll ? "*" : origin)
			.header("access-control-expose-headers", exposedHeaders);
	});
	server.options("/*", { schema: { hide: true } }, async (request, reply) => {
		const asked = String(
			request.headers["access-control-request-headers"] ?? "",
		);
		return await reply
			.status(204)
			.header("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE")
			.header(
				"access-control-allow-headers",
				asked
					.toLowerCase()
					.split(",")
					.map((name) => name.trim())
					.filter((name) => ALLOWED_HEADER.test(name) || allowed.test(name))
					.join(", "),
			)
			.header("access-control-max-age", PREFLIGHT_SECONDS)
			.send();
	});
}

/**
 * A guest's login needs no token, so any page that its developer happens to visit could spend on a server that only listens
 * to this machine.
 * @throws {EngineError} `forbidden` for such a page, unless its origin is one that the settings name.
 */
export function refuseForeignPage(
	request: Pick<FastifyRequest, "headers" | "hostname">,
	{ corsOrigins }: AllowedOrigins,
): void {
	const { origin } = request.headers;
	if (origin === undefined || corsOrigins.includes(origin)) return;
	if (!isLoopback(request.hostname) || isLoopback(hostOf(origin))) return;
	throw new EngineError(
		"forbidden",
		`A web page of ${origin.slice(0, 200)} may not make guests of a server on this machine. Name its origin in GESSO_CORS_ORIGINS if it may.`,
	);
}

/** Empty for `null`, the origin of a page that has none. */
function hostOf(origin: string): string {
	return URL.canParse(origin) ? new URL(origin).hostname : "";
}

function isLoopback(hostname: string): boolean {
	return /^((.+\.)?localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(hostname);
}
