/** One way of drawing a generation, kept with it from when it was accepted: whoever works on it needs nothing else of the catalogue. */
import type { Frame, ImageCapabilities } from "../../providers/provider.ts";
import type { DollarPrices, Model, Watermark } from "../models/model.ts";
import type { Route, Wish } from "../models/resolve-model.ts";
import { frameOfAlternative, type Plan } from "./check-capabilities.ts";
import type { GenerationRequest } from "./request.ts";
import { tierOfFrame } from "./shape.ts";

export interface StoredRoute
	extends Pick<ImageCapabilities, "countPerCall" | "seed" | "negativePrompt"> {
	/** The model's id in the catalogue. */
	readonly model: string;
	readonly provider: string;
	readonly providerModel: string;
	readonly frame: Frame;
	/** What may have been asked for and is not passed on. */
	readonly ignores: readonly Wish[];
	/** How many unfinished pictures may be asked for; missing in rows that are older than the question. */
	readonly partialImages?: number | undefined;
	readonly watermark: Watermark;
	/** What the vendor asks, as far as known. */
	readonly dollars: {
		readonly perImage: number | undefined;
		readonly perMillionTokens: DollarPrices["perMillionTokens"];
	};
}

/** The way that was asked for, and those among the others that lead to what was promised. */
export function storedRoutes(
	[asked, ...others]: readonly [Route, ...Route[]],
	request: GenerationRequest,
	plan: Plan,
): readonly [StoredRoute, ...StoredRoute[]] {
	return [
		storedRoute(asked, plan.frame),
		...others.flatMap((route) => {
			const frame = frameOfAlternative(route, request, plan);
			return frame === null ? [] : [storedRoute(route, frame)];
		}),
	];
}

function storedRoute(
	{ model, provider, offer, image, ignores = [] }: Route,
	frame: Frame,
): StoredRoute {
	return {
		model: model.id,
		provider: provider.name,
		providerModel: offer.providerModel,
		frame,
		countPerCall: image.countPerCall,
		seed: image.seed,
		negativePrompt: image.negativePrompt,
		ignores,
		partialImages: image.partialImages,
		watermark: model.watermark,
		dollars: {
			perImage: perImageOf(model, frame),
			perMillionTokens: model.dollarPrices?.perMillionTokens,
		},
	};
}

function perImageOf(model: Model, frame: Frame): number | undefined {
	return model.dollarPrices?.perImage?.[tierOfFrame(frame)];
}
