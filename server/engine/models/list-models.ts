/** Says of every model and every retired name who draws it here, what it can do, and what it costs. */
import type { Background, Quality, Sizing } from "../../providers/provider.ts";
import { EngineError } from "../errors.ts";
import { shapeForRatio } from "../generations/shape.ts";
import type { Found } from "./catalogue.ts";
import {
	ASPECT_RATIOS,
	type AspectRatio,
	type DollarPrices,
	type Offer,
	RESOLUTIONS,
	type Resolution,
	type Watermark,
} from "./model.ts";
import { noSuchModel } from "./model-messages.ts";
import {
	defaultModel,
	fallbackRoutes,
	type ModelHouse,
	missingFor,
	routesOf,
	standInFor,
} from "./resolve-model.ts";
import { isTalkedFor, standInTalkerFor, talkRoutesOf } from "./talkers.ts";

export interface ListedModel {
	readonly id: string;
	readonly title: string;
	readonly description: string;
	readonly aliases: readonly string[];
	/** `stand_in`: another one draws in its place. */
	readonly status: "ready" | "stand_in" | "not_configured";
	/** What lacks of those who have it, for the server's owner. */
	readonly missing: readonly string[];
	/** Who would answer now. */
	readonly answeredBy: {
		readonly model: string;
		readonly provider: string;
		readonly providerModel: string;
	} | null;
	readonly offers: readonly (Pick<Offer, "provider" | "providerModel"> & {
		readonly isReady: boolean;
	})[];
	readonly retired: {
		/** YYYY-MM-DD. */
		readonly on: string;
		readonly successor: string;
	} | null;
	/** `null` for a model that only talks. */
	readonly image: ListedImage | null;
	readonly talks: boolean;
	/** Whether somebody answers in words for it now. */
	readonly isTalkedFor: boolean;
	/** What an answer in words costs, of whoever would give it now; `null` for a model that does not talk. */
	readonly creditsPerReply: number | null;
	readonly grounding: boolean;
	readonly batch: boolean;
	readonly languages: readonly string[];
	readonly watermark: Watermark;
	readonly dollarPrices: DollarPrices | null;
	readonly isDefault: boolean;
}

/** What it can draw where it is drawn now; else where its vendor has it. */
export interface ListedImage {
	readonly resolutions: readonly {
		readonly resolution: Resolution;
		readonly creditsPerImage: number;
		/** Pixels of a square picture. */
		readonly width: number;
		readonly height: number;
	}[];
	readonly aspectRatios: {
		/** Those that are drawn as they are. */
		readonly native: readonly AspectRatio[];
		/** Those that are cut from the nearest. */
		readonly fitted: readonly AspectRatio[];
	};
	readonly maxReferenceImages: number;
	readonly honoursSeed: boolean;
	/** Whether a negative prompt is a parameter of its own, and not a part of the prompt. */
	readonly negativePrompt: boolean;
	readonly mask: boolean;
	/** How many unfinished pictures may be asked for on the way. */
	readonly partialImages: number;
	readonly qualities: readonly Quality[];
	readonly backgrounds: readonly Background[];
}

/** Models first, then retired names. */
export function listModels(house: ModelHouse): readonly ListedModel[] {
	const { models, retired } = house.catalogue;
	const ofDefault = defaultId(house);
	return [...models, ...retired].flatMap(({ id }) => {
		const found = house.catalogue.find(id);
		return found === undefined ? [] : [listed(house, found, ofDefault)];
	});
}

/** @param name any by which the model goes. @throws {EngineError} `not_found` */
export function getModel(house: ModelHouse, name: string): ListedModel {
	const found = house.catalogue.find(name);
	if (found !== undefined) return listed(house, found, defaultId(house));
	throw new EngineError("not_found", noSuchModel(name));
}

function listed(
	house: ModelHouse,
	found: Found,
	ofDefault: string | undefined,
): ListedModel {
	const { model, retirement } = found;
	const offers = model.offers.map(({ provider, providerModel }) => ({
		provider,
		providerModel,
		isReady: house.providers.get(provider)?.readiness.status === "ready",
	}));
	const isReady = offers.some((offer) => offer.isReady);
	const answeredBy = answererOf(house, found);
	return {
		id: (retirement ?? model).id,
		title: retirement?.id ?? model.title,
		description: retirement
			? `Retired. ${model.title} answers for it.`
			: model.description,
		aliases: (retirement ?? model).aliases,
		status: isReady ? "ready" : answeredBy ? "stand_in" : "not_configured",
		missing: missingFor(house, model),
		answeredBy,
		offers,
		retired: retirement
			? { on: retirement.retiredOn, successor: retirement.successor }
			: null,
		image: imageOf(house, found),
		talks: model.talks,
		isTalkedFor: isTalkedFor(house, found),
		creditsPerReply: creditsPerReplyOf(house, found),
		grounding: model.grounding,
		batch: model.batch,
		languages: model.languages,
		watermark: model.watermark,
		dollarPrices: model.dollarPrices,
		isDefault: (retirement ?? model).id === ofDefault,
	};
}

function answererOf(
	house: ModelHouse,
	found: Found,
): ListedModel["answeredBy"] {
	const { model } = found;
	const own = model.offers.find(
		({ provider }) =>
			house.providers.get(provider)?.readiness.status === "ready",
	);
	if (own !== undefined) {
		return {
			model: model.id,
			provider: own.provider,
			providerModel: own.providerModel,
		};
	}
	if (model.image === null) return null;
	const [route] = fallbackRoutes(house, found, []);
	const { model: other, offer } = route ?? standInFor(house, found) ?? {};
	if (other === undefined || offer === undefined) return null;
	return {
		model: other.id,
		provider: offer.provider,
		providerModel: offer.providerModel,
	};
}

function creditsPerReplyOf(house: ModelHouse, found: Found): number | null {
	const { model } = found;
	if (!model.talks) return null;
	const isOwn = talkRoutesOf(house, model).length > 0;
	const standIn = isOwn ? null : standInTalkerFor(house, found);
	return (standIn?.model ?? model).creditsPerReply;
}

function imageOf(house: ModelHouse, { model }: Found): ListedImage | null {
	const [route] = routesOf(house, model);
	const image = route?.image ?? model.image;
	if (image === null) return null;
	const { sizing } = image;
	return {
		resolutions: RESOLUTIONS.flatMap((resolution) => {
			const creditsPerImage = model.creditPrices[resolution];
			const shape = shapeForRatio(sizing, "1:1", resolution);
			if (creditsPerImage === undefined || shape === null) return [];
			const { width, height } = shape.delivered;
			return [{ resolution, creditsPerImage, width, height }];
		}),
		aspectRatios: {
			native: ASPECT_RATIOS.filter((ratio) => isNative(sizing, ratio)),
			fitted: ASPECT_RATIOS.filter((ratio) => !isNative(sizing, ratio)),
		},
		maxReferenceImages: image.maxInputImages,
		honoursSeed: image.seed === "honoured",
		negativePrompt: image.negativePrompt === "native",
		mask: image.mask,
		partialImages: image.partialImages,
		qualities: image.qualities,
		backgrounds: image.backgrounds,
	};
}

function isNative(sizing: Sizing, aspectRatio: AspectRatio): boolean {
	const [across = 1, down = 1] = aspectRatio.split(":").map(Number);
	if (sizing.kind === "free") {
		const { maxAspect = sizing.maxEdge / sizing.minEdge } = sizing;
		return Math.max(across / down, down / across) <= maxAspect;
	}
	return sizing.frames.some(
		(frame) =>
			frame.aspectRatio === aspectRatio ||
			frame.width * down === frame.height * across,
	);
}

/** `undefined` when nobody draws here. */
function defaultId(house: ModelHouse): string | undefined {
	try {
		const found = house.catalogue.find(defaultModel(house));
		return (found?.retirement ?? found?.model)?.id;
	} catch (error) {
		if (error instanceof EngineError) return undefined;
		throw error;
	}
}
