/** The OpenAPI 3.1 document at /openapi.json, made from the schemas that validate, and its reading room at /docs. */
import swagger from "@fastify/swagger";
import scalar from "@scalar/fastify-api-reference";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { HttpServer } from "./http-server.ts";

/** Must be registered before the routes it describes. */
export async function registerOpenApi(
	server: HttpServer,
	version: string,
): Promise<void> {
	await server.register(swagger, {
		openapi: {
			openapi: "3.1.0",
			info: {
				title: "Gesso",
				version,
				description:
					"One engine, every dialect: what is generated through one API is kept, paid for and found through every other.",
			},
			components: {
				securitySchemes: {
					apiKey: {
						type: "http",
						scheme: "bearer",
						description: "A team's apiKey, `sk-img-...`",
					},
				},
			},
		},
		transform: jsonSchemaTransform,
	});
	server.get("/openapi.json", { schema: { hide: true } }, async () =>
		server.swagger(),
	);
	await server.register(scalar, {
		routePrefix: "/docs",
		configuration: {
			url: "/openapi.json",
			// Everything comes from this server: a laptop without a network can read its documentation.
			withDefaultFonts: false,
			telemetry: false,
			hideClientButton: true,
			showDeveloperTools: "never",
			agent: { disabled: true },
			mcp: { disabled: true },
			authentication: { preferredSecurityScheme: "apiKey" },
		},
	});
}
