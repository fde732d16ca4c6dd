/** What a picture costs a team, in credits, which are whole numbers. */
import type { Model } from "../models/model.ts";
import type { Plan } from "./check-capabilities.ts";

/** What the pictures of one generation cost. */
export interface Price {
	readonly creditsPerImage: number;
	/** So many of them, those that are drawn first, cost one credit more each. None but in a batch. */
	readonly dearerImages: number;
}

/** Credits for the first `count` pictures that are drawn. */
export function creditsFor(price: Price, count: number): number {
	return count * price.creditsPerImage + Math.min(count, price.dearerImages);
}

/** Total = price of the tier times the number of pictures (S1-48). */
export function price(model: Model, plan: Plan): Price {
	const creditsPerImage = model.creditPrices[plan.resolution];
	if (creditsPerImage === undefined) {
		throw new Error(`${model.id} has no price for ${plan.resolution}`);
	}
	return { creditsPerImage, dearerImages: 0 };
}

const MICRO = 1_000_000;
/** Of a model of which nobody says what its vendor's batches cost. */
const DEFAULT_BATCH_FACTOR = 0.5;

/**
 * Millionths of a credit in a batch; half of a credit is none, but a hundred halves are fifty.
 * @param credits what a picture, or an answer in words, costs outside of one.
 */
export function batchMicrocredits(model: Model, credits: number): number {
	const factor = model.dollarPrices?.batchFactor ?? DEFAULT_BATCH_FACTOR;
	return Math.round(credits * factor * MICRO);
}

/**
 * The price in whole credits of `count` pictures that come after others of a batch: what all of them cost together is
 * rounded down, so that the sum over the batch is exact to one credit.
 * @param microcreditsBefore what all those before cost.
 */
export function priceInBatch(
	microcreditsBefore: number,
	microcreditsPerImage: number,
	count: number,
): Price {
	const before = Math.floor(microcreditsBefore / MICRO);
	const after = Math.floor(
		(microcreditsBefore + count * microcreditsPerImage) / MICRO,
	);
	const creditsPerImage = Math.floor(microcreditsPerImage / MICRO);
	return {
		creditsPerImage,
		dearerImages: after - before - count * creditsPerImage,
	};
}
