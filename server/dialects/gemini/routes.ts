/** The paths of this dialect, all under /gemini: `own-path.ts` tells which others lead here. */
import { EngineError } from "../../engine/errors.ts";
import { allowOrigins } from "../../http/cross-origin.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { requireKey } from "./authenticate.ts";
import { registerBatches } from "./batches/batch-routes.ts";
import { batchMethods } from "./batches/create-batch.ts";
import { registerCachedContents } from "./cached-contents.ts";
import { contentMethods } from "./content/content-methods.ts";
import { renderError } from "./errors.ts";
import { registerDownloads, registerFiles } from "./files/file-routes.ts";
import { registerUploads } from "./files/upload-routes.ts";
import { registerInteractions } from "./interactions/interaction-routes.ts";
import { readJsonBodies } from "./json-body.ts";
import { registerModelMethods } from "./model-methods.ts";
import { registerModels } from "./model-routes.ts";
import { PREFIX } from "./own-path.ts";
import { rowForm } from "./rows/row-form.ts";

/** All versions are answered alike. */
const VERSION = "/:version(^v1|v1alpha|v1beta$)";

export async function registerRoutes(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	context.engine.catalogues.enterForm(rowForm(context));
	await server.register(
		async (part: HttpServer) => {
			openDoor(part, context);
			await part.register(
				async (guarded: HttpServer) => {
					guarded.addHook("onRequest", requireKey(context));
					registerModels(guarded, context);
					registerFiles(guarded, context);
					registerBatches(guarded, context);
					registerCachedContents(guarded);
					await guarded.register(async (interactions: HttpServer) =>
						registerInteractions(interactions, context),
					);
					registerModelMethods(guarded, context, {
						...contentMethods(context),
						...batchMethods(context),
					});
				},
				{ prefix: VERSION },
			);
			await part.register(
				async (uploads: HttpServer) => await registerUploads(uploads, context),
				{ prefix: `/upload${VERSION}` },
			);
			await part.register(
				async (guarded: HttpServer) => {
					guarded.addHook("onRequest", requireKey(context));
					registerDownloads(guarded, context);
				},
				{ prefix: `/download${VERSION}` },
			);
		},
		{ prefix: PREFIX },
	);
}

/** What holds for every path, also for those there are not. */
function openDoor(server: HttpServer, context: DialectContext): void {
	server.setErrorHandler(renderError);
	readJsonBodies(server);
	allowOrigins(server, context, {
		allowed: /^x-(goog-[\w-]+|server-timeout)$/,
		exposed: [
			"x-goog-upload-url",
			"x-goog-upload-status",
			"x-goog-upload-control-url",
			"x-goog-upload-chunk-granularity",
			"x-goog-upload-size-received",
			"x-gesso-ignored",
		],
	});
	server.setNotFoundHandler(async ({ method, originalUrl }) => {
		const [path] = originalUrl.split("?");
		throw new EngineError(
			"not_found",
			`There is no ${method} ${path}. The API is described at /docs.`,
		);
	});
}
