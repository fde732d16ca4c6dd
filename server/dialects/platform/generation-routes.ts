/** POST /v0/images/generations, and what can be done with the generation it makes. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { EngineError, failureOf, reasonOf } from "../../engine/errors.ts";
import type { Generation, Image } from "../../engine/generations/request.ts";
import { principalOf } from "../../http/authenticate.ts";
import { closingSignal } from "../../http/closing-signal.ts";
import { setDeprecation } from "../../http/deprecation.ts";
import type { HttpServer } from "../../http/http-server.ts";
import { registerMultipart } from "../../http/read-multipart.ts";
import { Base64Of, jsonStream } from "../../net/json-stream.ts";
import type { DialectContext } from "../dialect.ts";
import { takeForm, withAsked } from "./asked-generation.ts";
import {
	cancelResponse,
	errorResponse,
	generationResponse,
	queuedResponse,
	quoteResponse,
} from "./responses.ts";
import {
	generationBody,
	generationParams,
	generationQuery,
	pollQuery,
	type ResponseFormat,
} from "./schema.ts";
import {
	costBody,
	generatedImageBody,
	headOf,
	quoteBody,
	responseFormatOf,
	warningsOf,
} from "./translate.ts";

const docs = { tags: ["Images"], security: [{ apiKey: [] }] };

export async function registerGenerations(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	await server.register(async (part: HttpServer) => {
		await registerMultipart(part);
		registerGenerating(part, context);
	});
	registerFollowing(server, context);
}

function registerGenerating(server: HttpServer, context: DialectContext): void {
	const { engine } = context;
	server.post(
		"/images/generations",
		{
			schema: {
				...docs,
				summary: "Generate images",
				description:
					"Waits for the images, or returns an id at once with `?async=true`. A form may bring the files that a preset asks for, each under its key; `variables` is JSON in it.",
				consumes: ["application/json", "multipart/form-data"],
				querystring: generationQuery,
				body: generationBody,
				response: {
					200: z.union([generationResponse, queuedResponse, quoteResponse]),
					default: errorResponse,
				},
			},
			preValidation: takeForm(engine),
			// `withAsked` throws it, so that the files of a form are let go then too.
			attachValidation: true,
		},
		async (request, reply) => {
			const principal = principalOf(request);
			const { query } = request;
			const format = responseFormatOf(query);
			const read = { body: request.body, format };
			if (query.dry_run) {
				const quote = await withAsked(engine, request, read, (asked) =>
					engine.quote(principal, asked),
				);
				setDeprecation(reply, quote.warnings);
				return { data: quoteBody(quote) };
			}
			const { generation } = await withAsked(engine, request, read, (asked) =>
				engine.generate(principal, asked),
			);
			setDeprecation(reply, generation.warnings);
			if (query.async)
				return {
					data: { ...headOf(generation), warnings: warningsOf(generation) },
				};
			const ended = await engine.waitForEnd(
				principal,
				generation.id,
				closingSignal(reply),
			);
			throwUnlessCompleted(ended, engine.syncWaitSeconds);
			await sendGeneration(context, request, reply, ended, format);
			return reply;
		},
	);
}

function registerFollowing(server: HttpServer, context: DialectContext): void {
	const { engine } = context;
	server.get(
		"/images/generations/:jobId",
		{
			schema: {
				...docs,
				summary: "Poll a generation",
				params: generationParams,
				querystring: pollQuery,
				response: { 200: generationResponse, default: errorResponse },
			},
		},
		async (request, reply) => {
			const generation = await engine.getGeneration(
				principalOf(request),
				request.params.jobId,
			);
			setDeprecation(reply, generation.warnings);
			const format = responseFormatOf(request.query, generation);
			await sendGeneration(context, request, reply, generation, format);
			return reply;
		},
	);

	server.post(
		"/images/generations/:jobId/cancel",
		{
			schema: {
				...docs,
				summary: "Cancel a generation",
				description:
					"Images not drawn are refunded. One that is being drawn stops as soon as its worker hears of it.",
				params: generationParams,
				response: { 200: cancelResponse, default: errorResponse },
			},
		},
		async (request, reply) => {
			const generation = await engine.cancelGeneration(
				principalOf(request),
				request.params.jobId,
			);
			setDeprecation(reply, generation.warnings);
			return {
				data: { ...headOf(generation), cancelRequested: true as const },
			};
		},
	);
}

function throwUnlessCompleted(
	generation: Generation,
	waitedSeconds: number,
): void {
	if (generation.status === "completed") return;
	const { id, error } = generation;
	if (error !== null) throw failureOf(id, error);
	throw new EngineError(
		"wait_timed_out",
		`Generation timed out after ${waitedSeconds}s`,
		{ details: { generationId: id } },
	);
}

async function sendGeneration(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	generation: Generation,
	format: ResponseFormat,
): Promise<void> {
	const data = {
		...headOf(generation),
		provider: generation.provider,
		drawnBy: generation.drawnBy,
		...(generation.progressPercent !== null && {
			progress: generation.progressPercent,
		}),
		...(generation.error !== null && {
			error: generation.error.message,
			code: generation.error.code,
			reason: reasonOf(generation.error.code),
		}),
		...(generation.status === "completed" && {
			data: await Promise.all(
				generation.images.map((image) =>
					imageBody(context, request, image, format),
				),
			),
			usage: { credits: generation.credits },
			cost: costBody(generation),
		}),
		warnings: warningsOf(generation),
	};
	if (format === "url") {
		await reply.send({ data });
		return;
	}
	const { stream, sizeBytes } = jsonStream({ data });
	await reply
		.type("application/json; charset=utf-8")
		.header("content-length", sizeBytes)
		.send(stream);
}

async function imageBody(
	{ engine, publicUrl }: DialectContext,
	request: FastifyRequest,
	image: Image,
	format: ResponseFormat,
) {
	const url = publicUrl(request, image, "webp");
	const thumbnailUrl = publicUrl(request, image, "thumbnail");
	return {
		...(format !== "b64_json" && { url }),
		...generatedImageBody(image, { url, thumbnailUrl }),
		...(format !== "url" && {
			b64_json: new Base64Of(
				await engine.variantSize(image, "fitted"),
				async () => (await engine.openVariant(image, "fitted")).stream,
			),
			mimeType: engine.variantFacts(image, "fitted").mediaType,
		}),
	};
}
