/** The shapes of models that go by ratios: how large such a vendor's pictures are, as nearly as one can tell. */
import type { Frame } from "../provider.ts";

/** Edges of pictures that models draw are multiples of it. */
const STEP = 16;

/** @param pixels about so many has a picture; `tier` is the vendor's name for them, if it has one. */
export function ratioFrames(
	ratios: readonly string[],
	pixels: number,
	tier?: string,
): Frame[] {
	return ratios.map((aspectRatio) => {
		const [across = 1, down = 1] = aspectRatio.split(":").map(Number);
		return {
			width: stepped(Math.sqrt((pixels * across) / down)),
			height: stepped(Math.sqrt((pixels * down) / across)),
			aspectRatio,
			...(tier !== undefined && { tier }),
		};
	});
}

function stepped(edge: number): number {
	return Math.max(STEP, Math.round(edge / STEP) * STEP);
}

export const MEGAPIXEL = 1024 * 1024;

/** Those that the models of the FLUX.1 family draw, whoever serves them. */
export const FLUX_RATIOS = [
	"1:1",
	"16:9",
	"9:16",
	"4:3",
	"3:4",
	"3:2",
	"2:3",
	"5:4",
	"4:5",
	"21:9",
	"9:21",
] as const;
