/** The paths of the team API. */

import { requireApiKey } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { registerBatches } from "./batch-routes.ts";
import { renderError } from "./errors.ts";
import { registerGallery } from "./gallery-routes.ts";
import { registerGenerations } from "./generation-routes.ts";
import { registerLibrary } from "./library-routes.ts";
import { registerModels } from "./models-routes.ts";
import { registerPresets } from "./preset-routes.ts";
import { registerUsage } from "./usage-routes.ts";

export async function registerRoutes(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	server.setErrorHandler(renderError);
	server.setNotFoundHandler(async (request, reply) =>
		renderError(
			{ statusCode: 404, message: notFound(request) },
			request,
			reply,
		),
	);
	registerGallery(server, context);
	await server.register(async (guarded: HttpServer) => {
		guarded.addHook("onRequest", requireApiKey(context.engine));
		await registerGenerations(guarded, context);
		registerLibrary(guarded, context);
		registerModels(guarded, context);
		registerPresets(guarded, context);
		await registerBatches(guarded, context);
		registerUsage(guarded, context);
	});
}

function notFound({ method, url }: { method: string; url: string }): string {
	const [path] = url.split("?");
	return `There is no ${method} ${path}. The API is described at /docs.`;
}
