/** A process for the tests to kill: submits one batch after the other and prints the id of each that was taken. */
import { writeSync } from "node:fs";
import type { BatchLine, ImageCall } from "../../provider.ts";
import { openBatches } from "./batches.ts";

/** Of every batch. */
const LINES = 20;
const PICTURE_BYTES = 64 * 1_024;

const [folder = ""] = process.argv.slice(2);
const nothing = () => Promise.reject(new Error("Nothing is drawn here."));
const batches = openBatches({
	name: "painter",
	folder,
	hand: { generateImages: nothing, chat: async function* () {} },
	atOnce: 1,
	randomSeed: () => 1,
	clock: Date.now,
	closing: new AbortController().signal,
});

async function* lines(round: number): AsyncGenerator<BatchLine> {
	for (let index = 0; index < LINES; index++) {
		const call: ImageCall = {
			model: "painter",
			prompt: `rug ${index}`,
			negativePrompt: undefined,
			count: 1,
			frame: { width: 64, height: 64 },
			seed: index,
			inputImages: [
				{
					mediaType: "image/png",
					width: 8,
					height: 8,
					sizeBytes: PICTURE_BYTES,
					open: async () =>
						(async function* () {
							yield Buffer.alloc(PICTURE_BYTES, `${round} ${index}`);
						})(),
				},
			],
			mask: undefined,
			quality: undefined,
			background: undefined,
			partialImages: 0,
		};
		yield { key: `row ${index}`, request: { kind: "image", call } };
	}
}

for (let round = 0; ; round++) {
	const { batchId } = await batches.submit(
		{ model: "painter", displayName: `round ${round}`, lines: lines(round) },
		{ signal: new AbortController().signal, keepFile: nothing },
	);
	writeSync(1, `${batchId}\n`);
}
