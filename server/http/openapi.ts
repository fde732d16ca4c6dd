/** The OpenAPI 3.1 document at /openapi.json, made from the schemas that validate, and its reading room at /docs. */
import swagger from "@fastify/swagger";
import fastify, { type FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { HttpServer } from "./http-server.ts";

const READING_ROOM = "/docs";

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
	let readingRoom: Promise<FastifyInstance> | undefined;
	for (const path of ["", "/", "/js/scalar.js"])
		server.get(
			READING_ROOM + path,
			{ schema: { hide: true } },
			async (request, reply) => {
				readingRoom ??= openReadingRoom();
				const room = await readingRoom;
				const { statusCode, headers, rawPayload } = await room.inject(
					request.url,
				);
				for (const name of ["content-type", "location"] as const)
					if (headers[name] !== undefined)
						void reply.header(name, headers[name]);
				return await reply.status(statusCode).send(rawPayload);
			},
		);
}

/** A server behind the server, opened when somebody first reads there: it loads megabytes of script, a fifth of what a start takes. */
async function openReadingRoom(): Promise<FastifyInstance> {
	const { default: scalar } = await import("@scalar/fastify-api-reference");
	const room = fastify();
	await room.register(scalar, {
		routePrefix: READING_ROOM,
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
	return room;
}
