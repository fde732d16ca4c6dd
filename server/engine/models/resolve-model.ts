/** Finds who draws for the name a caller gave, or for nobody in particular. */
import type {
	ImageCapabilities,
	Provider,
	Warning,
} from "../../providers/provider.ts";
import type { Catalogue, Found } from "./catalogue.ts";
import type { Model, Offer } from "./model.ts";
import {
	deprecated,
	drawsNothing,
	nobodyDraws,
	nobodyReady,
	notOfProvider,
	substituted,
	unknownModel,
	unknownProvider,
} from "./model-messages.ts";

/** What one model heeds and another may not, without spoiling the picture altogether. */
export const WISHES = ["mask", "quality", "background"] as const;
export type Wish = (typeof WISHES)[number];

/** One way to have a model's pictures drawn. */
export interface Route {
	readonly model: Model;
	readonly provider: Provider;
	readonly offer: Offer;
	/** What may be asked for. */
	readonly image: ImageCapabilities;
	/** Of what may be asked for, what whoever stands in for another model does not heed; nothing when left out. */
	readonly ignores?: readonly Wish[] | undefined;
	/** The name whose tiers and number of input images hold where they are not this model's own: a refusal names it. */
	readonly limitsOf?: string | undefined;
}

export interface ModelChoice {
	/** As the caller named it: what responses call the model. */
	readonly name: string;
	/** Every way that is ready now, the preferred one first. */
	readonly routes: readonly [Route, ...Route[]];
	readonly warnings: readonly Warning[];
}

export interface ModelHouse {
	readonly catalogue: Catalogue;
	readonly providers: ReadonlyMap<string, Provider>;
	readonly settings: {
		/** Empty for whichever is ready. */
		readonly defaultModel: string;
		readonly painterStandsIn: boolean;
	};
}

export interface AskedModel {
	readonly model?: string | undefined;
	/** The name of the provider that is to draw. */
	readonly provider?: string | undefined;
}

const STAND_IN = "painter";
/** The provider that the settings of the OpenAI dialect describe (S3-10). */
const OWN_IMAGE_PROVIDER = "image-provider";

/**
 * @throws {EngineError} `model_not_found` for a name nobody knows, or the provider does not, `invalid_request` for a
 * model that does not draw, `provider_not_configured` for one that nothing here can draw.
 */
export function resolveModel(
	house: ModelHouse,
	asked: AskedModel,
): ModelChoice {
	const { providers } = house;
	if (asked.provider !== undefined && !providers.has(asked.provider))
		throw unknownProvider(asked.provider, [...providers.keys()]);
	const name = asked.model ?? defaultModel(house, asked.provider);
	const found = house.catalogue.find(name);
	if (found === undefined) throw unknownModel(name, readyModels(house));
	const { model, retirement } = found;
	if (model.image === null) throw drawsNothing(name);
	checkProvider(model, name, asked.provider);
	const warnings = retirement ? [deprecated(name, retirement)] : [];
	const own = routesOf(house, model, asked.provider).map((route) => ({
		...route,
		limitsOf: retirement?.id,
	}));
	const [first, ...others] = [...own, ...fallbackRoutes(house, found, own)];
	if (first === undefined) {
		const route = standInFor(house, found);
		if (route === null) throw nobodyReady(name, missingFor(house, model));
		return {
			name,
			routes: [route],
			warnings: [
				...warnings,
				substituted(
					`No provider for "${name}" is configured here, so the embedded painter drew this picture.`,
				),
			],
		};
	}
	return {
		name,
		routes: [first, ...others],
		warnings:
			own.length > 0
				? warnings
				: [
						...warnings,
						substituted(
							`No provider for "${name}" is ready here, so ${first.model.id} draws in its place.`,
						),
					],
	};
}

/**
 * The model for those who name none.
 * @param provider only of this one.
 * @throws {EngineError} `provider_not_configured` when nobody can draw anything.
 */
export function defaultModel(
	house: ModelHouse,
	provider?: string | undefined,
): string {
	const { catalogue, settings } = house;
	const isReady = (model: Model, by?: string) =>
		routesOf(house, model, by).length > 0;
	if (provider !== undefined) {
		const has = ({ offers }: Model) =>
			offers.some((offer) => offer.provider === provider);
		const preferred = catalogue.find(settings.defaultModel)?.model;
		if (preferred && has(preferred)) return settings.defaultModel;
		const model = catalogue.models.find(
			(each) => each.image !== null && has(each),
		);
		if (model !== undefined) return model.id;
		throw unknownProvider(provider, [...house.providers.keys()]);
	}
	if (settings.defaultModel !== "") return settings.defaultModel;
	const standIn = catalogue.find(STAND_IN)?.model;
	const model =
		catalogue.models.find((each) => isReady(each, OWN_IMAGE_PROVIDER)) ??
		(standIn && isReady(standIn)
			? standIn
			: catalogue.models.find((each) => isReady(each)));
	if (model !== undefined) return model.id;
	throw nobodyDraws();
}

/** The ready ways to have a model drawn. @param provider only by this one. */
export function routesOf(
	{ providers }: Pick<ModelHouse, "providers">,
	model: Model,
	provider?: string | undefined,
): Route[] {
	const { image } = model;
	if (image === null) return [];
	return model.offers.flatMap((offer) => {
		const by = providers.get(offer.provider);
		const isWanted = provider === undefined || offer.provider === provider;
		if (!isWanted || by?.readiness.status !== "ready") return [];
		return [
			{
				model,
				provider: by,
				offer,
				image: { ...image, ...offer.capabilities },
			},
		];
	});
}

/** The ways of the models that draw when nobody who has this one can; none twice. */
export function fallbackRoutes(
	house: ModelHouse,
	found: Found,
	own: readonly Route[],
): Route[] {
	const { model } = found;
	const taken = new Set(own.map(placeOf));
	return model.fallbacks
		.flatMap((id) => {
			const fallback = house.catalogue.find(id);
			return fallback === undefined ? [] : routesOf(house, fallback.model);
		})
		.filter((route) => {
			const isNew = !taken.has(placeOf(route));
			taken.add(placeOf(route));
			return isNew;
		})
		.map((route) => withinLimits(route, found));
}

function placeOf({ offer }: Route): string {
	return JSON.stringify([offer.provider, offer.providerModel]);
}

/** The painter, in the place of a model that nobody here has; `null` where it may not or cannot. */
export function standInFor(house: ModelHouse, found: Found): Route | null {
	const standIn = house.catalogue.find(STAND_IN)?.model;
	if (!house.settings.painterStandsIn || standIn === undefined) return null;
	const [route] = routesOf(house, standIn);
	return route === undefined ? null : withinLimits(route, found);
}

/**
 * Who draws in the place of another model promises what that one does: a request is not accepted today and refused
 * tomorrow. What it cannot heed of that is told.
 */
function withinLimits(route: Route, { model, retirement }: Found): Route {
	const asked = model.image;
	if (asked === null) return route;
	const { image } = route;
	return {
		...route,
		limitsOf: (retirement ?? model).id,
		ignores: WISHES.filter((wish) => !heedsAll(image, asked, wish)),
		model: {
			...route.model,
			creditPrices: Object.fromEntries(
				Object.entries(route.model.creditPrices).filter(
					([tier]) => tier in model.creditPrices,
				),
			),
		},
		image: {
			...route.image,
			maxInputImages: Math.min(image.maxInputImages, asked.maxInputImages),
			mask: asked.mask,
			qualities: asked.qualities,
			backgrounds: asked.backgrounds,
		},
	};
}

function heedsAll(
	image: ImageCapabilities,
	asked: ImageCapabilities,
	wish: Wish,
): boolean {
	if (wish === "mask") return image.mask || !asked.mask;
	const name = wish === "quality" ? "qualities" : "backgrounds";
	const choices: readonly string[] = image[name];
	return asked[name].every((choice) => choices.includes(choice));
}

/** What each provider that has the model lacks, for the server's owner. */
export function missingFor(
	{ providers }: Pick<ModelHouse, "providers">,
	{ offers }: Model,
): string[] {
	const names = new Set(offers.map(({ provider }) => provider));
	return [...names].flatMap((name) => {
		const readiness = providers.get(name)?.readiness;
		if (readiness === undefined) return [`${name}: not on this server`];
		return readiness.status === "ready" ? [] : [`${name}: ${readiness.detail}`];
	});
}

/** @throws {EngineError} when the provider that is to draw does not have the model. */
function checkProvider(
	{ offers }: Model,
	name: string,
	provider: string | undefined,
): void {
	const names = [...new Set(offers.map((offer) => offer.provider))];
	if (provider === undefined || names.includes(provider)) return;
	throw notOfProvider(name, provider, names);
}

function readyModels(house: ModelHouse): string[] {
	return house.catalogue.models
		.filter((model) => routesOf(house, model).length > 0)
		.map(({ id }) => id);
}
