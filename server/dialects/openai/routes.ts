/** The paths of this dialect: /v1 for whoever has an apiKey or an access token, /auth to get one. */
import { EngineError } from "../../engine/errors.ts";
import { allowOrigins } from "../../http/cross-origin.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { registerAuth } from "./auth-routes.ts";
import { requireBearer } from "./authenticate.ts";
import { registerBatches } from "./batches/batch-routes.ts";
import { registerChat } from "./chat/chat-routes.ts";
import { registerConversations } from "./conversations/conversation-routes.ts";
import { renderError } from "./errors.ts";
import { registerFiles } from "./files/file-routes.ts";
import { registerImages } from "./images/routes.ts";
import { readJsonBodies } from "./json-body.ts";
import { registerModels } from "./model-routes.ts";
import { registerResponses } from "./responses/responses-routes.ts";
import { rowForm } from "./rows/row-form.ts";

export async function registerRoutes(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	context.engine.catalogues.enterForm(rowForm(context));
	await server.register(
		async (part: HttpServer) => {
			openDoor(part, context);
			await registerAuth(part, context);
		},
		{ prefix: "/auth" },
	);
	await server.register(
		async (part: HttpServer) => {
			openDoor(part, context);
			await part.register(async (guarded: HttpServer) => {
				guarded.addHook("onRequest", requireBearer(context));
				registerModels(guarded, context);
				await registerImages(guarded, context);
				registerConversations(guarded, context);
				registerChat(guarded, context);
				registerResponses(guarded, context);
				await registerFiles(guarded, context);
				registerBatches(guarded, context);
			});
		},
		{ prefix: "/v1" },
	);
}

/** What holds for every path, also for those there are not. */
function openDoor(server: HttpServer, context: DialectContext): void {
	server.setErrorHandler(renderError);
	allowOrigins(server, context, {
		allowed: /^(x-api-key|x-stainless-[\w-]+|openai-[\w-]+)$/,
		exposed: ["x-should-retry", "retry-after-ms"],
	});
	server.setNotFoundHandler(async ({ method, url }) => {
		const [path] = url.split("?");
		throw new EngineError(
			"not_found",
			`There is no ${method} ${path}. The API is described at /docs.`,
		);
	});
	readJsonBodies(server);
}
