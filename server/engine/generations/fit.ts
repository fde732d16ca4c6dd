/** Sees to it that a picture has the size the caller was promised, by making a fitted variant when the original has another. */
import type { EngineDependencies } from "../dependencies.ts";
import { makeVariant } from "../library/variants.ts";
import type { Size } from "../models/model.ts";
import type { StoredOriginal } from "./store-original.ts";

/**
 * Made now rather than when it is first looked at, so that a picture that cannot be fitted fails while it can still be
 * refunded.
 * @returns the pixels of the picture as shown.
 */
export async function fit(
	dependencies: Pick<EngineDependencies, "storage" | "staging" | "log">,
	teamId: string,
	original: StoredOriginal,
	delivered: Size,
): Promise<Size> {
	const isFitting =
		original.size.width === delivered.width &&
		original.size.height === delivered.height;
	if (!isFitting) {
		await makeVariant(
			dependencies,
			{
				teamId,
				storageKey: original.storageKey,
				sha256: original.sha256,
				mediaType: original.mediaType,
				originalWidth: original.size.width,
				originalHeight: original.size.height,
				...delivered,
			},
			"fitted",
		);
	}
	return delivered;
}
