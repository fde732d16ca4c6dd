/** The painter as a kind of provider: there is one, and it is always there. */
import { randomInt } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import type { ImageCapabilities } from "../provider.ts";
import {
	commonOptions,
	defineProviderKind,
	limitsOf,
} from "../provider-kind.ts";
import { closedError, openBatches } from "./batches/batches.ts";
import { painterSettings } from "./config.ts";
import { createPainter } from "./painter.ts";
import { readPrompt } from "./read-prompt.ts";
import { pictureAskedIn } from "./talk/asked-picture.ts";
import { createTalk } from "./talk/talk.ts";

const SEEDS = 2 ** 31;

/** What the painter can do. */
const capabilities: ImageCapabilities = {
	sizing: { kind: "free", minEdge: 64, maxEdge: 4096, maxAspect: 8 },
	countPerCall: 1,
	maxInputImages: 16,
	mask: true,
	seed: "honoured",
	negativePrompt: "native",
	qualities: [],
	backgrounds: [],
	partialImages: 3,
};

export const painter = defineProviderKind({
	kind: "painter",
	settings: painterSettings,
	options: z.strictObject({
		...commonOptions,
		enabled: z.boolean(),
		threads: z.int().min(1).max(256),
		draft: z.boolean(),
	}),
	defaultCapabilities: capabilities,
	fromEnvironment: ({ enabled, threads, concurrency, draft }) => [
		{
			name: "painter",
			options: {
				enabled,
				threads,
				draft,
				concurrency: concurrency || threads,
			},
		},
	],
	open: (name, options, { dominantColours, restoreOpaque, ...services }) => {
		const randomSeed = () => randomInt(SEEDS);
		const provider = createPainter({
			threads: options.threads,
			isDraft: options.draft,
			dominantColours,
			restoreOpaque,
			readPrompt,
			randomSeed,
		});
		const chat = createTalk({ dominantColours });
		const closing = new AbortController();
		return {
			...provider,
			name,
			chat,
			pictureAskedIn,
			limits: limitsOf(options),
			...(options.enabled
				? {
						batches: openBatches({
							name,
							folder: path.join(services.ownFolder(name), "batches"),
							hand: { generateImages: provider.generateImages, chat },
							atOnce: options.threads,
							randomSeed,
							clock: services.clock,
							closing: closing.signal,
						}),
					}
				: {
						readiness: {
							status: "not_configured",
							detail: "switched off (PAINTER_ENABLED)",
						},
					}),
			close: () => {
				closing.abort(closedError(name));
				return provider.close();
			},
		};
	},
});
