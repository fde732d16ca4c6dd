/** Finds who answers in words for a model. */
import type { Provider } from "../../providers/provider.ts";
import type { Found } from "./catalogue.ts";
import type { Model, Offer } from "./model.ts";
import {
	fallbackRoutes,
	type ModelHouse,
	routesOf,
	standInFor,
} from "./resolve-model.ts";

export type TalkingProvider = Provider & {
	readonly chat: NonNullable<Provider["chat"]>;
};

/** One way to have a model talk. */
export interface TalkRoute {
	readonly provider: TalkingProvider;
	readonly offer: Offer;
}

/** The ready ways to have a model talk, the preferred one first. */
export function talkRoutesOf(
	{ providers }: Pick<ModelHouse, "providers">,
	model: Model,
): TalkRoute[] {
	if (!model.talks) return [];
	return model.offers.flatMap((offer) => {
		const provider = providers.get(offer.provider);
		const isReady = provider?.readiness.status === "ready";
		return isReady && isTalking(provider) ? [{ provider, offer }] : [];
	});
}

/**
 * Whoever stands in for the pictures of a model that talks as well: it answers as what it is, and a warning says so. For
 * a model that only talks nobody stands in, since its answers would be nothing of what was asked for.
 * @returns `null` where it may not or cannot.
 */
export function standInTalkerFor(
	house: ModelHouse,
	found: Found,
): { readonly model: Model; readonly routes: readonly TalkRoute[] } | null {
	const { model } = found;
	if (model.image === null || !model.talks) return null;
	const isDrawn =
		routesOf(house, model).length > 0 ||
		fallbackRoutes(house, found, []).length > 0;
	const standIn = isDrawn ? undefined : standInFor(house, found)?.model;
	if (standIn === undefined) return null;
	const routes = talkRoutesOf(house, standIn);
	return routes.length === 0 ? null : { model: standIn, routes };
}

/** Whether somebody answers in words for it now. */
export function isTalkedFor(house: ModelHouse, found: Found): boolean {
	return (
		talkRoutesOf(house, found.model).length > 0 ||
		standInTalkerFor(house, found) !== null
	);
}

function isTalking(provider: Provider): provider is TalkingProvider {
	return provider.chat !== undefined;
}
