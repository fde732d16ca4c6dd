/** What a model's pictures cost a team when nobody says otherwise, as far as the model draws so fine. */
import type { Sizing } from "../../providers/provider.ts";
import { LONGEST_EDGE, tierOfFrame } from "../generations/shape.ts";
import { type Model, RESOLUTIONS, type Resolution } from "./model.ts";

/** S1-47. */
const CREDITS: Readonly<Record<Resolution, number>> = {
	low: 1,
	standard: 1,
	high: 2,
	"4k": 4,
};

/** Vendors call 3840 pixels 4K. */
const NEARLY = 0.9;

/** A tier finer than the model draws is missing, so that it cannot be asked for; what is drawn finer is scaled down. */
export function defaultCreditPrices(sizing: Sizing): Model["creditPrices"] {
	const finest = RESOLUTIONS.indexOf(finestTier(sizing));
	return Object.fromEntries(
		RESOLUTIONS.slice(0, finest + 1).map((tier) => [tier, CREDITS[tier]]),
	);
}

function finestTier(sizing: Sizing): Resolution {
	const isDrawn =
		sizing.kind === "free"
			? (tier: Resolution) =>
					sizing.maxEdge >= NEARLY * LONGEST_EDGE[tier] &&
					longestEdge(sizing) >= NEARLY * LONGEST_EDGE[tier]
			: (tier: Resolution) =>
					sizing.frames.some((frame) => tierOfFrame(frame) === tier);
	return RESOLUTIONS.findLast(isDrawn) ?? "low";
}

/** Of the longest picture there is room for. */
function longestEdge({
	maxPixels = Number.POSITIVE_INFINITY,
	maxAspect = Number.POSITIVE_INFINITY,
}: Sizing & { kind: "free" }): number {
	return Math.sqrt(maxPixels * maxAspect);
}
