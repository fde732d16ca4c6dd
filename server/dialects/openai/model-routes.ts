/** GET /v1/models: the names under which something is drawn or said here (S3-12). */
import { z } from "zod";
import type { ListedModel } from "../../engine/engine.ts";
import { EngineError } from "../../engine/errors.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";

const docs = { tags: ["OpenAI models"], security: [{ apiKey: [] }] };

const modelResponse = z.object({
	id: z.string(),
	object: z.literal("model"),
	created: z.int().describe("Not known; always 0"),
	owned_by: z.string().describe("The provider that answers"),
	model_display_name: z.string(),
	category: z.enum(["image", "text"]),
	alias_of: z.string().optional().describe("The model's own name"),
	retired_on: z.string().optional().describe("YYYY-MM-DD"),
});
const modelParams = z.object({ id: z.string() });
const modelsResponse = z.object({
	object: z.literal("list"),
	data: z.array(modelResponse),
});
type ModelBody = z.infer<typeof modelResponse>;

export function registerModels(
	server: HttpServer,
	{ engine }: DialectContext,
): void {
	server.get(
		"/models",
		{
			schema: {
				...docs,
				summary: "List the models that are ready here",
				description:
					"With their other names. Names that are retired, or for which another model stands in, are not listed, and answered all the same.",
				response: { 200: modelsResponse },
			},
		},
		async () => ({
			object: "list" as const,
			data: engine
				.listModels()
				.filter(({ status, retired }) => status === "ready" && retired === null)
				.flatMap((model) =>
					[model.id, ...model.aliases].map((name) => modelBody(model, name)),
				),
		}),
	);

	const read = (name: string): ModelBody => {
		const model = findModel(engine, name);
		return modelBody(model, nameIn(model, name));
	};
	server.get(
		"/models/:id",
		{
			schema: {
				...docs,
				summary: "Read a model, by any of its names",
				params: modelParams,
				response: { 200: modelResponse },
			},
		},
		async (request) => read(request.params.id),
	);
	// Names with a slash in them, by callers who do not encode it.
	server.get<{ Params: { "*": string } }>(
		"/models/*",
		{ schema: { hide: true, response: { 200: modelResponse } } },
		async (request) => read(request.params["*"]),
	);
}

/** @throws {EngineError} `model_not_found`, also for a model that nobody here can answer for. */
function findModel(
	engine: DialectContext["engine"],
	name: string,
): ListedModel {
	const shown = name.slice(0, 200);
	try {
		const model = engine.getModel(name);
		if (model.status !== "not_configured") return model;
	} catch (fault) {
		if (!(fault instanceof EngineError && fault.code === "not_found"))
			throw fault;
	}
	throw new EngineError(
		"model_not_found",
		`The model "${shown}" does not exist here. GET /v1/models lists those there are.`,
		{ details: { field: "model" } },
	);
}

/** The name as it is listed: names are found whatever their case. */
function nameIn({ id, aliases }: ListedModel, name: string): string {
	const same = [id, ...aliases].find(
		(each) => each.toLowerCase() === name.toLowerCase(),
	);
	return same ?? id;
}

function modelBody(model: ListedModel, name: string): ModelBody {
	const ownName = model.retired?.successor ?? model.id;
	return {
		id: name,
		object: "model",
		created: 0,
		owned_by: model.answeredBy?.provider ?? model.offers[0]?.provider ?? "",
		model_display_name: model.title,
		category: model.image === null ? "text" : "image",
		...(name !== ownName && { alias_of: ownName }),
		...(model.retired !== null && { retired_on: model.retired.on }),
	};
}
