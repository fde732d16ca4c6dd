/** The paths of this dialect: POST /api/text2image/generate, and nothing else (S4-2). */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../../engine/engine.ts";
import { EngineError } from "../../engine/errors.ts";
import type { Image } from "../../engine/generations/request.ts";
import { bearerToken, principalOf } from "../../http/authenticate.ts";
import { closingSignal } from "../../http/closing-signal.ts";
import { setDeprecation } from "../../http/deprecation.ts";
import type { HttpServer } from "../../http/http-server.ts";
import { idempotencyOf } from "../../http/idempotency.ts";
import { Base64Of, jsonStream } from "../../net/json-stream.ts";
import type { DialectContext } from "../dialect.ts";
import { successBody } from "./envelope.ts";
import { renderErrors } from "./errors.ts";
import { generate } from "./generate.ts";
import { registerForms } from "./read-form.ts";
import { readParameters } from "./read-parameters.ts";
import { generateBody, responses } from "./schema.ts";

/** The dialect's settings, as its routes use them. */
export interface RouteSettings {
	/** Empty for any that has the model. */
	readonly provider: string;
	/** Empty for the server's default model. */
	readonly model: string;
	readonly maxImages: number;
}

/** Room for the longest prompt, however it is written, and for little else. */
const MAX_BODY_BYTES = 1_048_576;
const FORM_TIMEOUT_MS = 60_000;

const docs = {
	tags: ["Text2Image"],
	security: [{ apiKey: [] }],
	summary: "Generate images from a text",
	description:
		"Waits for the images and returns them as base64. The apiKey may also be sent as `X-Secretary-Api-Key`. Error messages are German, or English for callers whose `Accept-Language` prefers it.",
	consumes: [
		"application/json",
		"multipart/form-data",
		"application/x-www-form-urlencoded",
	],
};

export async function registerRoutes(
	server: HttpServer,
	context: DialectContext,
	settings: RouteSettings,
): Promise<void> {
	const { engine } = context;
	// The server's own limit may be the smaller one.
	const maxBodyBytes = Math.min(
		MAX_BODY_BYTES,
		server.initialConfig.bodyLimit ?? MAX_BODY_BYTES,
	);
	const renderError = renderErrors({ clock: context.clock, maxBodyBytes });
	server.setErrorHandler(renderError);
	server.setNotFoundHandler(async ({ method, url }, reply) => {
		const [path] = url.split("?");
		const error = new EngineError(
			"not_found",
			`There is no ${method} ${path}.`,
		);
		return await renderError(error, reply.request, reply);
	});
	await server.register(async (guarded: HttpServer) => {
		guarded.addHook("onRequest", async (request) => {
			request.principal = await engine.authenticate(apiKeyOf(request));
		});
		await registerForms(guarded, {
			maxBodyBytes,
			arrivalTimeoutMs: FORM_TIMEOUT_MS,
		});
		guarded.addHook("preValidation", async (request) => {
			// Without any body there is no prompt either, and that is what to complain of.
			request.body ??= {};
		});
		registerGenerate(guarded, context, { ...settings, maxBodyBytes });
	});
}

function registerGenerate(
	server: HttpServer,
	{ engine, clock }: DialectContext,
	settings: RouteSettings & { readonly maxBodyBytes: number },
): void {
	const maxImages = Math.min(settings.maxImages, engine.maxImagesPerRequest);
	server.post(
		"/generate",
		{
			bodyLimit: settings.maxBodyBytes,
			schema: { ...docs, body: generateBody, response: responses },
		},
		async (request, reply) => {
			const outcome = await generate(
				engine,
				principalOf(request),
				readParameters(request.body, maxImages),
				{
					provider: settings.provider || undefined,
					model: settings.model || undefined,
					idempotency: idempotencyOf(request),
					signal: closingSignal(reply),
				},
			);
			setDeprecation(reply, outcome.warnings);
			const images = await Promise.all(
				outcome.generation.images.map((image) => pictureOf(engine, image)),
			);
			const durationMs = reply.elapsedTime;
			const timing = { startedAt: clock() - durationMs, durationMs };
			const { stream, sizeBytes } = jsonStream(
				successBody({ ...outcome, images, timing }),
			);
			await reply
				.type("application/json; charset=utf-8")
				.header("content-length", sizeBytes)
				.send(stream);
			return reply;
		},
	);
}

/** The Bearer token, or the header of the service whose language this is. */
function apiKeyOf(request: FastifyRequest): string | undefined {
	const header = request.headers["x-secretary-api-key"];
	return (
		bearerToken(request) ?? (typeof header === "string" ? header : undefined)
	);
}

async function pictureOf(engine: Engine, image: Image) {
	return {
		image,
		mediaType: engine.variantFacts(image, "fitted").mediaType,
		base64: new Base64Of(
			await engine.variantSize(image, "fitted"),
			async () => (await engine.openVariant(image, "fitted")).stream,
		),
	};
}
