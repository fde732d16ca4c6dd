/** What a call cost in dollars: what the vendor says, or else an estimate by its price list. */
import type { Consumption, Usage } from "../../providers/provider.ts";
import type { StoredRoute } from "./stored-route.ts";

export interface Cost {
	readonly dollars: number;
	readonly isEstimated: boolean;
}

/** @returns `undefined` when nobody knows. */
export function costOf(
	{ costDollars, usage }: Consumption,
	{ perImage, perMillionTokens }: StoredRoute["dollars"],
	images: number,
): Cost | undefined {
	if (costDollars !== undefined)
		return { dollars: costDollars, isEstimated: false };
	if (usage !== undefined && perMillionTokens !== undefined) {
		const dollars =
			(usage.inputTextTokens * perMillionTokens.inputText +
				usage.inputImageTokens * perMillionTokens.inputImage +
				usage.outputTextTokens * perMillionTokens.outputText +
				usage.outputImageTokens * perMillionTokens.outputImage) /
			1e6;
		return { dollars, isEstimated: true };
	}
	if (perImage === undefined) return undefined;
	return { dollars: perImage * images, isEstimated: true };
}

export function tokensOf(usage: Usage | undefined): number {
	if (usage === undefined) return 0;
	return (
		usage.inputTextTokens +
		usage.inputImageTokens +
		usage.outputTextTokens +
		usage.outputImageTokens
	);
}

export function addUsage(
	a: Usage | undefined,
	b: Usage | undefined,
): Usage | undefined {
	if (a === undefined || b === undefined) return a ?? b;
	return {
		inputTextTokens: a.inputTextTokens + b.inputTextTokens,
		inputImageTokens: a.inputImageTokens + b.inputImageTokens,
		outputTextTokens: a.outputTextTokens + b.outputTextTokens,
		outputImageTokens: a.outputImageTokens + b.outputImageTokens,
	};
}
