/** Reads what shape the picture is to have: exact pixels, a ratio, a tier, or that of the picture it is made from. */
import { MAX_EDGE, MIN_EDGE } from "../../../engine/engine.ts";
import { invalid } from "../../../engine/errors.ts";
import {
	ASPECT_RATIOS,
	type AspectRatio,
	type Resolution,
	type Size,
} from "../../../engine/models/model.ts";
import type { ImageFields } from "./fields.ts";

export type Shape =
	| {
			readonly kind: "exact";
			readonly size: Size;
			readonly resolution: Resolution | undefined;
	  }
	| {
			readonly kind: "ratio";
			readonly aspectRatio: AspectRatio | undefined;
			readonly resolution: Resolution | undefined;
	  }
	/** Whatever suits. */
	| { readonly kind: "auto"; readonly resolution: Resolution | undefined }
	/** The pixels of the first input image. */
	| { readonly kind: "original" };

/** S3-24. */
export const DEFAULT_SIZE: Size = { width: 1024, height: 1024 };
/** Ratios this close are the same: sizes are rounded to whole pixels. */
const SAME_RATIO = 1.02;

const TIERS: Readonly<Record<string, Resolution>> = {
	"512": "low",
	"1K": "standard",
	"2K": "high",
	"4K": "4k",
};

/** @throws {EngineError} `invalid_request` for what is no size, and for two that contradict each other. */
export function readShape(fields: ImageFields): Shape {
	const text = fields.size?.trim() ?? "";
	// A bare 512 in the place of a size is rather half of one.
	const tier = text === "512" ? undefined : TIERS[text.toUpperCase()];
	const resolution = tier ?? TIERS[fields.resolution ?? ""];
	const aspectRatio = readRatio(fields.aspect_ratio);
	if (text === "original") return { kind: "original" };
	const size = tier === undefined ? readSize(text) : null;
	if (size !== null) {
		checkRatio(size, aspectRatio);
		return { kind: "exact", size, resolution };
	}
	if (aspectRatio !== undefined)
		return { kind: "ratio", aspectRatio, resolution };
	return { kind: "auto", resolution };
}

/** @returns `null` for no size in particular. */
function readSize(text: string): Size | null {
	if (text === "" || text === "auto") return null;
	const match = /^(\d{1,6})x(\d{1,6})$/i.exec(text);
	const size = { width: Number(match?.[1]), height: Number(match?.[2]) };
	const isAllowed = (edge: number) => edge >= MIN_EDGE && edge <= MAX_EDGE;
	if (isAllowed(size.width) && isAllowed(size.height)) return size;
	const allowed = `auto, or WIDTHxHEIGHT such as 512x512, 1024x1024, 1792x1024 or 1024x1792, each edge ${MIN_EDGE} to ${MAX_EDGE} pixels`;
	throw invalid(
		"size",
		`The size "${text.slice(0, 40)}" is not possible; allowed is ${allowed}.`,
		allowed,
	);
}

function readRatio(text: string | undefined): AspectRatio | undefined {
	if (text === undefined || text === "auto") return undefined;
	const ratio = ASPECT_RATIOS.find((each) => each === text.trim());
	if (ratio !== undefined) return ratio;
	const allowed = `one of ${ASPECT_RATIOS.join(", ")}`;
	throw invalid("aspect_ratio", `aspect_ratio must be ${allowed}.`, allowed);
}

function checkRatio(size: Size, aspectRatio: AspectRatio | undefined): void {
	if (aspectRatio === undefined) return;
	const [across = 1, down = 1] = aspectRatio.split(":").map(Number);
	const stretch = (size.width * down) / (size.height * across);
	if (stretch <= SAME_RATIO && stretch >= 1 / SAME_RATIO) return;
	throw invalid(
		"aspect_ratio",
		`A picture of ${size.width}x${size.height} pixels has not the ratio ${aspectRatio}; leave out one of them.`,
		"a ratio that agrees with the size, or none",
	);
}

/** Pixels of the longest edge of each tier. */
export const LONGEST_EDGE: Record<Resolution, number> = {
	low: 512,
	standard: 1024,
	high: 2048,
	"4k": 4096,
};

/** The shape of a picture at a tier; `undefined` for its own pixels, as far as they are within what anybody may ask for. */
export function sizeLike(original: Size, tier: Resolution | undefined): Size {
	const longest = Math.max(original.width, original.height);
	const wanted = tier === undefined ? longest : LONGEST_EDGE[tier];
	const scale = Math.min(wanted, MAX_EDGE) / longest;
	const edge = (pixels: number) =>
		Math.min(MAX_EDGE, Math.max(MIN_EDGE, Math.round(pixels * scale)));
	return { width: edge(original.width), height: edge(original.height) };
}
