/** Tells whoever runs Gesso whether it is alive (/healthz) and whether it can work (/readyz). */
import type { Engine } from "../engine/engine.ts";
import type { HttpServer } from "./http-server.ts";

export function registerHealth(
	server: HttpServer,
	engine: Engine,
	isStopping: () => boolean,
): void {
	const options = { schema: { hide: true } };
	server.get("/healthz", options, async () => ({ status: "ok" }));
	server.get("/readyz", options, async (request, reply) => {
		if (isStopping())
			return await reply.status(503).send({ status: "stopping" });
		try {
			await engine.checkHealth();
			return { status: "ready" };
		} catch (fault) {
			request.log.error({ err: fault }, "The database does not answer");
			return await reply.status(503).send({
				status: "unavailable",
				reason: "The database does not answer.",
			});
		}
	});
}
