/** GET /v0/models: what can be asked for by which name, what it can do here and what it costs. */
import type { FastifyRequest } from "fastify";
import type { ListedModel } from "../../engine/engine.ts";
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { modelResponse, modelsResponse } from "./model-responses.ts";
import { errorResponse } from "./responses.ts";
import { modelParams, modelsQuery } from "./schema.ts";

const docs = { tags: ["Models"], security: [{ apiKey: [] }] };

export function registerModels(
	server: HttpServer,
	{ engine }: DialectContext,
): void {
	const one = async (request: FastifyRequest, name: string) => {
		const { defaultModel } = await engine.getTeam(principalOf(request));
		return { data: modelBody(engine.getModel(name), defaultModel) };
	};

	server.get(
		"/models",
		{
			schema: {
				...docs,
				summary: "List models and retired names",
				querystring: modelsQuery,
				response: { 200: modelsResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { defaultModel } = await engine.getTeam(principalOf(request));
			const models = engine
				.listModels()
				.filter(({ status }) => !request.query.ready || status === "ready")
				.map((model) => modelBody(model, defaultModel));
			return { data: { models, total: models.length } };
		},
	);

	server.get(
		"/models/:id",
		{
			schema: {
				...docs,
				summary: "Read a model, by any of its names",
				params: modelParams,
				response: { 200: modelResponse, default: errorResponse },
			},
		},
		async (request) => await one(request, request.params.id),
	);

	// Names with a slash in them, by callers who do not encode it.
	server.get<{ Params: { "*": string } }>(
		"/models/*",
		{
			schema: {
				hide: true,
				response: { 200: modelResponse, default: errorResponse },
			},
		},
		async (request) => await one(request, request.params["*"]),
	);
}

/** @param ofTeam who draws for the team when nobody is named, if that is not left to the server (S1-12). */
function modelBody(model: ListedModel, ofTeam: string | null) {
	const { image, dollarPrices, retired } = model;
	const isDrawn = (tier: string) =>
		image?.resolutions.some(({ resolution }) => resolution === tier) ?? false;
	return {
		id: model.id,
		title: model.title,
		description: model.description,
		aliases: model.aliases,
		status: model.status,
		missing: model.missing,
		answeredBy: model.answeredBy,
		offers: model.offers,
		retired,
		capabilities: {
			image: image && {
				resolutions: image.resolutions.map(({ resolution, width, height }) => ({
					resolution,
					width,
					height,
				})),
				aspectRatios: image.aspectRatios,
				maxReferenceImages: image.maxReferenceImages,
				seed: image.honoursSeed,
				negativePrompt: image.negativePrompt,
				mask: image.mask,
				qualities: image.qualities,
				backgrounds: image.backgrounds,
			},
			text: model.talks,
			grounding: model.grounding,
			batch: model.batch,
			languages: model.languages,
			watermark: model.watermark,
		},
		prices: {
			credits: Object.fromEntries(
				(image?.resolutions ?? []).map(({ resolution, creditsPerImage }) => [
					resolution,
					creditsPerImage,
				]),
			),
			creditsPerReply: model.creditsPerReply,
			dollars: dollarPrices && {
				perImage: Object.fromEntries(
					Object.entries(dollarPrices.perImage ?? {}).filter(([tier]) =>
						isDrawn(tier),
					),
				),
				perMillionTokens: dollarPrices.perMillionTokens ?? null,
				batchFactor: dollarPrices.batchFactor,
				source: dollarPrices.source,
				checkedOn: dollarPrices.checkedOn,
			},
		},
		isDefault: ofTeam === null ? model.isDefault : model.id === ofTeam,
	};
}
