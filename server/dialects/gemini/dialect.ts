/** The `gemini` dialect: the API of Google's SDKs for Gemini under /v1beta, /v1alpha and /v1, and under /gemini (S2). */
import { defineDialect } from "../dialect.ts";
import { ownPath } from "./own-path.ts";
import { registerRoutes } from "./routes.ts";

export const gemini = defineDialect({
	name: "gemini",
	settings: {},
	ownPath,
	register: (server, context) => registerRoutes(server, context),
});
