/** Opens the painter as it is configured. */
import { randomInt } from "node:crypto";
import type { InputImage, Provider } from "../provider.ts";
import type { PainterSettings } from "./config.ts";
import { createPainter } from "./painter.ts";
import { readPrompt } from "./read-prompt.ts";

const SEEDS = 2 ** 31;

export function openPainter({
	painter,
	dominantColours,
}: {
	painter: PainterSettings;
	dominantColours: (
		image: InputImage,
	) => Promise<readonly (readonly [number, number, number])[]>;
}): Provider {
	const provider = createPainter({
		threads: painter.threads,
		concurrency: painter.concurrency || painter.threads,
		dominantColours,
		readPrompt,
		randomSeed: () => randomInt(SEEDS),
	});
	if (painter.enabled) return provider;
	return {
		...provider,
		readiness: {
			status: "not_configured",
			detail: "switched off (PAINTER_ENABLED)",
		},
	};
}
