/** A request without its query, in which an apiKey may stand: what is kept of a request must not depend on it. */
import type { FastifyRequest } from "fastify";

export function withoutQuery({ method, url, headers, body }: FastifyRequest) {
	const [path = url] = url.split("?");
	return { method, url: path, headers, body };
}
