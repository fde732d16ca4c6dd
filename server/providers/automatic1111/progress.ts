/** Asks the web UI now and then how far it is, while it draws. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Lifted } from "../../net/lifted-json.ts";
import type { CallContext, KeptFile } from "../provider.ts";
import type { Vendor } from "../wire/vendor.ts";

const POLL_EVERY_MS = 500;

const progressSchema = z.looseObject({
	progress: z.number().min(0).max(1).catch(0),
	current_image: z.unknown().optional(),
});

export interface Watch {
	readonly vendor: Vendor;
	/** The server's, without a slash at its end. */
	readonly url: string;
	/** How many unfinished pictures are wanted. */
	readonly partialImages: number;
	readonly context: CallContext;
}

/**
 * Tells how far the server is until the signal aborts, and never fails: a picture does not hang on it. The server knows of
 * one progress only, that of whatever it is drawing.
 */
export async function watchProgress(
	{ vendor, url, partialImages, context }: Watch,
	signal: AbortSignal,
): Promise<void> {
	const shown = new Set<string>();
	let furthest = 0;
	while (!signal.aborted) {
		try {
			await sleep(POLL_EVERY_MS, undefined, { signal });
			const wantsPicture =
				context.onPartialImage !== undefined && shown.size < partialImages;
			const { value } = await vendor.json(
				{
					url: `${url}/sdapi/v1/progress?skip_current_image=${!wantsPicture}`,
				},
				{ ...context, signal },
				([name, ...rest]) => name === "current_image" && rest.length === 0,
			);
			const { progress, current_image } = progressSchema.parse(value);
			if (progress > furthest) {
				furthest = progress;
				context.onProgress?.(progress);
			}
			if (!(current_image instanceof Lifted)) continue;
			const file = current_image.kept as KeptFile;
			if (shown.has(file.sha256)) continue;
			context.onPartialImage?.(file, shown.size);
			shown.add(file.sha256);
		} catch {
			// It is over, or the next time may go better.
		}
	}
}
