/** Finds the few colours that make up most of a picture. */
import { MAX_PIXELS, withSharp } from "./gated-sharp.ts";

/** Red, green and blue in sRGB, whole numbers from 0 to 255. */
export type Colour = [number, number, number];

/** Pixels on each side of the picture that is looked at. */
const SAMPLE_EDGE = 48;
const ROUNDS = 12;
/** How much a difference in red, green and blue counts, as the eye sees it. */
const CHANNEL_WEIGHTS = [2, 4, 3] as const;

/** A colour of a picture. */
export interface Swatch {
	readonly colour: Colour;
	/** How much of the picture has it or one near it: above 0 and up to 1; all of them together are 1. */
	readonly share: number;
}

/** A colour and how much of it there is. */
interface Patch {
	readonly colour: Colour;
	readonly weight: number;
}

/**
 * The same picture always gives the same colours, the most common first. Transparent parts do not count.
 * @returns at most `count` colours; fewer when the picture has not so many.
 */
export async function dominantColours(
	path: string,
	count: number,
): Promise<Swatch[]> {
	const pixels = await withSharp(
		path,
		{ limitInputPixels: MAX_PIXELS },
		(image) =>
			image
				.resize(SAMPLE_EDGE, SAMPLE_EDGE, { fit: "fill" })
				.toColourspace("srgb")
				.ensureAlpha()
				.raw({ depth: "uchar" })
				.toBuffer(),
	);
	const patches = gatherPatches(pixels);
	let centres = pickStart(patches, count);
	for (let round = 0; round < ROUNDS; round++)
		centres = gatherAround(centres, patches).map((cluster) => mean(cluster));
	const opaque = total(patches);
	return gatherAround(centres, patches)
		.map((cluster) => ({
			colour: mean(cluster).map(Math.round) as Colour,
			share: total(cluster) / opaque,
		}))
		.sort((one, other) => other.share - one.share);
}

/** Puts pixels that differ by less than a sixteenth of a channel into one patch. */
function gatherPatches(pixels: Uint8Array): Patch[] {
	const buckets = new Map<number, Patch[]>();
	for (let at = 0; at < pixels.length; at += 4) {
		const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at);
		if (alpha < 128) continue;
		const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
		const bucket = buckets.get(key) ?? [];
		bucket.push({ colour: [red, green, blue], weight: 1 });
		buckets.set(key, bucket);
	}
	return [...buckets.values()].map((bucket) => ({
		colour: mean(bucket),
		weight: bucket.length,
	}));
}

/** The most common colour, then each time the one that is most missed: far from all chosen, and not rare. */
function pickStart(patches: readonly Patch[], count: number): Colour[] {
	const chosen: Colour[] = [];
	while (chosen.length < Math.min(count, patches.length)) {
		let best: Patch | undefined;
		let most = 0;
		for (const patch of patches) {
			const missed = patch.weight * nearest(patch.colour, chosen).distance;
			if (missed > most) {
				best = patch;
				most = missed;
			}
		}
		if (best === undefined) break;
		chosen.push(best.colour);
	}
	return chosen;
}

/** @returns one cluster for each centre that has any. */
function gatherAround(
	centres: readonly Colour[],
	patches: readonly Patch[],
): Patch[][] {
	const clusters: Patch[][] = centres.map(() => []);
	for (const patch of patches)
		clusters[nearest(patch.colour, centres).index]?.push(patch);
	return clusters.filter((cluster) => cluster.length > 0);
}

/** With no centre at all, every colour is equally far. */
function nearest(
	colour: Colour,
	centres: readonly Colour[],
): { index: number; distance: number } {
	const result = { index: -1, distance: centres.length > 0 ? Infinity : 1 };
	for (const [index, centre] of centres.entries()) {
		let distance = 0;
		for (const [channel, weight] of CHANNEL_WEIGHTS.entries())
			distance +=
				weight * ((colour[channel] ?? 0) - (centre[channel] ?? 0)) ** 2;
		if (distance < result.distance) Object.assign(result, { index, distance });
	}
	return result;
}

function mean(cluster: readonly Patch[]): Colour {
	const sum: Colour = [0, 0, 0];
	for (const { colour, weight } of cluster) {
		sum[0] += colour[0] * weight;
		sum[1] += colour[1] * weight;
		sum[2] += colour[2] * weight;
	}
	const weight = total(cluster);
	return [sum[0] / weight, sum[1] / weight, sum[2] / weight];
}

function total(cluster: readonly Patch[]): number {
	return cluster.reduce((sum, { weight }) => sum + weight, 0);
}
