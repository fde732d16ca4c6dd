/** Cached contents: nothing is cached here, and that is told. */
import type { FastifyReply } from "fastify";
import { EngineError } from "../../engine/errors.ts";
import type { HttpServer } from "../../http/http-server.ts";
import { JSON_TYPE } from "./errors.ts";
import { sendJson } from "./send-json.ts";

const docs = { tags: ["Gemini models"], security: [{ apiKey: [] }] };

export function registerCachedContents(server: HttpServer): void {
	server.get(
		"/cachedContents",
		{ schema: { ...docs, summary: "List cached contents: there are none" } },
		async (_request, reply) => await sendJson(reply, { cachedContents: [] }),
	);
	server.post(
		"/cachedContents",
		{ schema: { ...docs, summary: "Not implemented: nothing is cached here" } },
		async (_request, reply) => await refuse(reply),
	);
	server.route({
		method: ["GET", "PATCH", "DELETE"],
		url: "/cachedContents/*",
		schema: { ...docs, hide: true },
		handler: async () => {
			throw new EngineError(
				"not_found",
				"CachedContent not found: contents are not cached here.",
			);
		},
	});
}

async function refuse(reply: FastifyReply): Promise<FastifyReply> {
	const error = {
		code: 501,
		message:
			"Operation is not implemented, or supported, or enabled: contents are not cached here. Send them with each request.",
		status: "UNIMPLEMENTED",
	};
	return await reply
		.status(501)
		.type(JSON_TYPE)
		.send(JSON.stringify({ error }));
}
