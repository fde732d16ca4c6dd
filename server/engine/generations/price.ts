/** What a picture costs a team, in credits. */
import type { Model } from "../models/model.ts";
import type { Plan } from "./check-capabilities.ts";

/** Total = price of the tier times the number of pictures (S1-48). */
export function price(
	model: Model,
	plan: Plan,
): { creditsPerImage: number; credits: number } {
	const creditsPerImage = model.creditPrices[plan.resolution];
	if (creditsPerImage === undefined) {
		throw new Error(`${model.id} has no price for ${plan.resolution}`);
	}
	return { creditsPerImage, credits: creditsPerImage * plan.count };
}
