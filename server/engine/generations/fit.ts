/** Sees to it that a picture has the size the caller was promised, by making a fitted variant when the original has another. */
import { ProviderError, type Warning } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { makeVariant } from "../library/variants.ts";
import type { Size } from "../models/model.ts";
import type { Job } from "./job.ts";
import { isSame } from "./shape.ts";
import type { StoredOriginal } from "./store-original.ts";

export interface Fitted {
	/** Pixels of the picture as shown. */
	readonly shown: Size;
	readonly warnings: readonly Warning[];
}

/**
 * Made now rather than when it is first looked at, so that a picture that cannot be fitted fails while it can still be
 * refunded.
 * @throws {ProviderError} `unavailable` when the picture cannot be fitted.
 */
export async function fit(
	dependencies: Pick<EngineDependencies, "storage" | "staging" | "log">,
	job: Pick<Job, "teamId" | "route" | "delivered">,
	original: StoredOriginal,
): Promise<Fitted> {
	const { delivered, route } = job;
	const drawn = route.frame;
	const shown = delivered;
	if (isSame(original.size, delivered)) return { shown, warnings: [] };
	const variant = {
		teamId: job.teamId,
		storageKey: original.storageKey,
		sha256: original.sha256,
		mediaType: original.mediaType,
		originalWidth: original.size.width,
		originalHeight: original.size.height,
		...delivered,
	};
	try {
		await makeVariant(dependencies, variant, "fitted");
	} catch (error) {
		throw new ProviderError("unavailable", String(error), {
			publicMessage: `The provider's picture could not be brought to ${inWords(delivered)} pixels.`,
			mayBePaid: true,
			cause: error,
		});
	}
	if (isSame(original.size, drawn)) return { shown, warnings: [] };
	return {
		shown,
		warnings: [
			{
				kind: "adjusted",
				parameter: "size",
				message: `${route.model} drew ${inWords(original.size)} instead of ${inWords(drawn)}; the picture was fitted to ${inWords(delivered)} by cropping and resizing.`,
			},
		],
	};
}

function inWords({ width, height }: Size): string {
	return `${width}x${height}`;
}
