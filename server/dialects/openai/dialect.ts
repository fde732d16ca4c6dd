/** The `openai` dialect: the API of OpenAI's SDKs and of Jan under /v1, and Jan's logins under /auth (S3). */
import { defineDialect } from "../dialect.ts";
import { registerRoutes } from "./routes.ts";

export const openai = defineDialect({
	name: "openai",
	settings: {},
	register: (server, context) => registerRoutes(server, context),
});
