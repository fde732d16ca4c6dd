/** POST /v1/images/generations, /edits and /variations: pictures from words, and from other pictures (S3-6, X24). */
import type { HttpServer } from "../../../http/http-server.ts";
import { registerMultipart } from "../../../http/read-multipart.ts";
import type { DialectContext } from "../../dialect.ts";
import { askedInJson, askedInJsonOrForm } from "./asked.ts";
import { draw } from "./draw.ts";
import { imageFields } from "./fields.ts";
import { registerRouterImages } from "./router-routes.ts";
import { editBody, imagesResponse, variationBody } from "./schema.ts";
import { readEdit, readGeneration, readVariation } from "./translate.ts";

const docs = { tags: ["OpenAI images"], security: [{ apiKey: [] }] };

/** A form is no JSON, and what a body must be is told by its reader; the schemas are for the document. */
const unchecked = {
	validatorCompiler: () => (value: unknown) => ({ value }),
};

export async function registerImages(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	await server.register(async (part: HttpServer) => {
		await registerMultipart(part);
		part.addHook("onRequest", async ({ method }) => {
			// Before anything that is wrong with the request (S3, reading h).
			if (method === "POST") context.engine.requireEnabled();
		});
		registerGenerations(part, context);
		registerEdits(part, context);
		registerRouterImages(part, context);
	});
}

function registerGenerations(
	server: HttpServer,
	context: DialectContext,
): void {
	server.post(
		"/images/generations",
		{
			...unchecked,
			schema: {
				...docs,
				summary: "Generate images from a prompt",
				body: imageFields,
				response: { 200: imagesResponse },
			},
		},
		async (request, reply) =>
			await draw(context, request, reply, {
				events: "image_generation",
				usageWords: "openai",
				read: (house) => askedInJson(request, house, readGeneration),
			}),
	);
}

function registerEdits(server: HttpServer, context: DialectContext): void {
	const forms = {
		...docs,
		consumes: ["multipart/form-data", "application/json"],
		response: { 200: imagesResponse },
	};
	server.post(
		"/images/edits",
		{
			...unchecked,
			schema: {
				...forms,
				summary: "Edit an image, or draw from others",
				description:
					"A form with files in `image`, `image[]` and `mask`, or JSON. What is transparent in the mask is drawn anew.",
				body: editBody,
			},
		},
		async (request, reply) =>
			await draw(context, request, reply, {
				events: "image_edit",
				usageWords: "openai",
				read: (house) => askedInJsonOrForm(request, house, readEdit),
			}),
	);
	server.post(
		"/images/variations",
		{
			...unchecked,
			schema: {
				...forms,
				summary: "Draw variations of an image",
				description:
					"Drawn from the image as a reference, with a fixed prompt.",
				body: variationBody,
			},
		},
		async (request, reply) =>
			await draw(context, request, reply, {
				events: "image_generation",
				usageWords: "openai",
				read: (house) => askedInJsonOrForm(request, house, readVariation),
			}),
	);
}
