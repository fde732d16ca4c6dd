/** How much a generation through /v0 costs over calling the painter directly. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createPainter } from "../server/providers/painter/painter.ts";
import { readPrompt } from "../server/providers/painter/read-prompt.ts";
import { createStaging } from "../server/storage/staging.ts";
import { type Measurement, median, ratio, timed } from "./measurement.ts";
import { startGesso } from "./server-process.ts";

const ROUNDS = 15;
const WARM_UP_ROUNDS = 3;
const PROMPT = "a serene mountain lake at sunrise";

export async function measureGenerate(): Promise<Measurement[]> {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
	const staging = await createStaging(directory);
	const painter = createPainter({
		threads: 1,
		isDraft: false,
		readPrompt,
		randomSeed: () => 1,
		dominantColours: async () => [],
		restoreOpaque: async ({ drawn }) => drawn,
	});
	const gesso = await startGesso({ PAINTER_THREADS: "1" });
	const direct: number[] = [];
	const throughApi: number[] = [];
	try {
		for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
			// Side by side in one run, so that a busy machine slows both.
			const directMs = await timed(async () => {
				const { images } = await painter.generateImages(
					{
						model: "painter",
						prompt: PROMPT,
						negativePrompt: undefined,
						count: 1,
						frame: { width: 1024, height: 1024 },
						seed: round,
						inputImages: [],
						mask: undefined,
						quality: undefined,
						background: undefined,
						partialImages: 0,
					},
					{
						signal: new AbortController().signal,
						keepFile: (bytes) => staging.stage(bytes),
					},
				);
				for (const { file } of images) await staging.discard(file);
			});
			const throughApiMs = await timed(() =>
				generate(gesso, { prompt: PROMPT, seed: round }),
			);
			if (round < WARM_UP_ROUNDS) continue;
			direct.push(directMs);
			throughApi.push(throughApiMs);
		}
	} finally {
		await gesso.stop();
		await painter.close();
		await staging.close();
		rmSync(directory, { recursive: true, force: true });
	}
	return [
		{
			what: "1024x1024 through /v0, against the painter called directly",
			value: ratio(median(throughApi), median(direct)),
			details: `${median(throughApi).toFixed(0)} ms against ${median(direct).toFixed(0)} ms, median of ${ROUNDS}`,
		},
	];
}

export async function generate(
	gesso: { url: string; apiKey: string },
	body: object,
): Promise<{ id: string }> {
	const response = await fetch(`${gesso.url}/v0/images/generations`, {
		method: "POST",
		headers: {
			authorization: `Bearer ${gesso.apiKey}`,
			"content-type": "application/json",
		},
		body: JSON.stringify(body),
	});
	if (!response.ok) throw new Error(await response.text());
	return ((await response.json()) as { data: { id: string } }).data;
}
