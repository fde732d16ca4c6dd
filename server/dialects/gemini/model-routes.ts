/** GET /models and /models/{model}: what is drawn or said here, as Google lists its models. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { ListedModel } from "../../engine/engine.ts";
import { invalid } from "../../engine/errors.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { JSON_TYPE } from "./errors.ts";
import { wholeNumber } from "./field-types.ts";
import { tellRetired } from "./model-methods.ts";
import { findModel, type NamedModel } from "./model-names.ts";
import { readMessage } from "./read-message.ts";

const docs = { tags: ["Gemini models"], security: [{ apiKey: [] }] };
const parameters = z.object({ version: z.string(), "*": z.string() });

/** Google's own limits. */
const DEFAULT_PAGE = 50;
const MAX_PAGE = 1_000;
const pageQuery = z.object({
	pageSize: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
	pageToken: z.string().optional(),
});

/** A prompt has at most 32,000 characters here, which is about as many tokens. */
const PROMPT_TOKENS = 8_000;

export function registerModels(
	server: HttpServer,
	context: DialectContext,
): void {
	server.get(
		"/models",
		{
			schema: {
				...docs,
				summary: "List the models that are ready here",
				description:
					"Names that are retired, or for which another model stands in, are not listed, and answered all the same.",
			},
		},
		async (request, reply) =>
			await reply
				.type(JSON_TYPE)
				.send(JSON.stringify(pageOf(context, request))),
	);
	server.get(
		"/models/*",
		{
			schema: {
				...docs,
				summary: "Read a model, by any of its names",
				params: parameters,
			},
		},
		async (request, reply) => {
			const { version, "*": given } = request.params;
			const named = findModel(context, given, { version, method: "get" });
			tellRetired(reply, named);
			return await reply.type(JSON_TYPE).send(JSON.stringify(modelBody(named)));
		},
	);
}

function pageOf({ engine }: DialectContext, request: FastifyRequest) {
	const { pageSize, pageToken } = readMessage(pageQuery, request.query).message;
	const ready = engine
		.listModels()
		.filter(({ status, retired }) => status === "ready" && retired === null);
	const last = pageToken ? lastOf(ready, pageToken) : -1;
	const size = Math.min(pageSize || DEFAULT_PAGE, MAX_PAGE);
	const page = ready.slice(last + 1, last + 1 + size);
	const next = ready[last + 1 + size] === undefined ? undefined : page.at(-1);
	return {
		models: page.map((model) => modelBody({ name: model.id, model })),
		...(next && { nextPageToken: Buffer.from(next.id).toString("base64url") }),
	};
}

/** @throws {EngineError} for a token that no page ended with. */
function lastOf(models: readonly ListedModel[], token: string): number {
	const id = Buffer.from(token, "base64url").toString();
	const last = models.findIndex((model) => model.id === id);
	if (last === -1)
		throw invalid(
			"pageToken",
			"The page token is not valid.",
			"none, or the nextPageToken of a page",
		);
	return last;
}

function modelBody({ name, model }: NamedModel) {
	const { title, description, image, talks } = model;
	return {
		name: `models/${name}`,
		baseModelId: model.retired?.successor ?? model.id,
		version: versionIn(name),
		displayName: title,
		description,
		...(image !== null && { inputTokenLimit: PROMPT_TOKENS }),
		supportedGenerationMethods: [
			...(image !== null || talks
				? [
						"generateContent",
						"streamGenerateContent",
						"countTokens",
						"batchGenerateContent",
					]
				: []),
			...(image !== null ? ["predict"] : []),
		],
	};
}

/** Of `gemini-3.1-flash-image`, `3.1`; of a name that has none, `001`, as Google has it there. */
function versionIn(name: string): string {
	return /(?:^|-)(\d+(?:\.\d+)?)(?=-|$)/.exec(name)?.[1] ?? "001";
}
