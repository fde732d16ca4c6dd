/** What vendors ask in batches of their own: a part of what they ask otherwise, where only the price list tells. */
import type { EngineDependencies } from "../dependencies.ts";
import type { StoredRoute } from "../generations/stored-route.ts";
import type { DollarPrices } from "../models/model.ts";

const DEFAULT_FACTOR = 0.5;

/** @param model its id in the catalogue. */
export function priceFactorOf(
	{ catalogue }: Pick<EngineDependencies, "catalogue">,
	model: string,
): number {
	const found = catalogue.find(model)?.model;
	return found?.dollarPrices?.batchFactor ?? DEFAULT_FACTOR;
}

export function scaledPrices(
	{ perImage, perMillionTokens }: StoredRoute["dollars"],
	factor: number,
): StoredRoute["dollars"] {
	return {
		perImage: perImage === undefined ? undefined : perImage * factor,
		perMillionTokens: scaledTokens(perMillionTokens, factor),
	};
}

export function scaledTokens(
	prices: DollarPrices["perMillionTokens"],
	factor: number,
): DollarPrices["perMillionTokens"] {
	return (
		prices && {
			inputText: prices.inputText * factor,
			inputImage: prices.inputImage * factor,
			outputText: prices.outputText * factor,
			outputImage: prices.outputImage * factor,
		}
	);
}
