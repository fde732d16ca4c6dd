/** Knows for a while which models OpenRouter has, so that how one is drawn with is decided by what it says and not by trying. */
import type { Vendor } from "../wire/vendor.ts";
import {
	type AnyModel,
	anyModelList,
	draws,
	type ImageModel,
	imageModelList,
} from "./discovery.ts";

/** How a model is drawn with. */
export type DrawingWay =
	/** `model` is `undefined` when OpenRouter did not say what it can do. */
	| { readonly kind: "images"; readonly model: ImageModel | undefined }
	| { readonly kind: "chat"; readonly model: AnyModel };

export interface Models {
	imageModels(signal: AbortSignal): Promise<readonly ImageModel[]>;
	allModels(signal: AbortSignal): Promise<readonly AnyModel[]>;
	/** Never fails over a list that cannot be had. @throws the signal's own reason. */
	wayOf(model: string, signal: AbortSignal): Promise<DrawingWay>;
}

const REMEMBERED_MS = 10 * 60_000;
/** After a list could not be had, nobody waits for it again for so long. */
const MISSED_MS = 60_000;
const LONGEST_WAIT_MS = 5_000;

export function createModels(
	vendor: Vendor,
	url: string,
	clock: () => number,
): Models {
	const imageModels = async (signal: AbortSignal) =>
		imageModelList.parse(
			(await vendor.json({ url: `${url}/images/models` }, { signal })).value,
		);
	const allModels = async (signal: AbortSignal) =>
		anyModelList.parse(
			(
				await vendor.json(
					{ url: `${url}/models?output_modalities=all` },
					{ signal },
				)
			).value,
		);
	const rememberedImageModels = remember(imageModels, clock);
	const rememberedModels = remember(allModels, clock);
	return {
		imageModels,
		allModels,
		wayOf: async (id, signal) => {
			const known = await rememberedImageModels(signal);
			const model = known?.find((each) => each.id === id);
			if (known === undefined || model !== undefined)
				return { kind: "images", model };
			const others = await rememberedModels(signal);
			const drawer = others?.find((each) => each.id === id && draws(each));
			return drawer === undefined
				? { kind: "images", model: undefined }
				: { kind: "chat", model: drawer };
		},
	};
}

/** @returns a question whose answer is good for a while, and `undefined` when there is none. */
function remember<T>(
	ask: (signal: AbortSignal) => Promise<T>,
	clock: () => number,
): (signal: AbortSignal) => Promise<T | undefined> {
	let known: T | undefined;
	let goodUntil = Number.NEGATIVE_INFINITY;
	return async (signal) => {
		if (clock() < goodUntil) return known;
		try {
			known = await ask(
				AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]),
			);
			goodUntil = clock() + REMEMBERED_MS;
		} catch {
			signal.throwIfAborted();
			// What was known before is still the best guess.
			goodUntil = clock() + MISSED_MS;
		}
		return known;
	};
}
