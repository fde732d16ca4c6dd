/** The `platform` dialect: the team API under /v0, which our own pages use too. */
import { defineDialect } from "../dialect.ts";
import { registerRoutes } from "./routes.ts";

export const platform = defineDialect({
	name: "platform",
	settings: {},
	register: async (server, context) => {
		await server.register(async (part) => registerRoutes(part, context), {
			prefix: "/v0",
		});
	},
});
