/** What size a model is asked for when a caller names a shape and a tier, and what the caller then gets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Frame, Sizing } from "../../providers/provider.ts";
import { ASPECT_RATIOS, RESOLUTIONS, type Size } from "../models/model.ts";
import { type Shape, shapeForRatio, shapeForSize, sizeOf } from "./shape.ts";

/** As vendors have them that go by names: pixels near the ratio, not exactly of it. */
const NAMED: readonly Frame[] = [
	{ width: 1024, height: 1024, aspectRatio: "1:1", tier: "1K" },
	{ width: 1376, height: 768, aspectRatio: "16:9", tier: "1K" },
	{ width: 768, height: 1376, aspectRatio: "9:16", tier: "1K" },
	{ width: 2048, height: 2048, aspectRatio: "1:1", tier: "2K" },
	{ width: 2752, height: 1536, aspectRatio: "16:9", tier: "2K" },
	{ width: 1536, height: 2752, aspectRatio: "9:16", tier: "2K" },
];
const BY_NAME: Sizing = { kind: "frames", frames: NAMED };
/** As GPT Image 2 is said to draw. */
const BOUNDED: Sizing = {
	kind: "free",
	minEdge: 256,
	maxEdge: 3840,
	multipleOf: 16,
	maxPixels: 3840 * 2160,
	maxAspect: 3,
};

function inWords({ width, height }: Size): string {
	return `${width}x${height}`;
}

function told(shape: Shape | null) {
	assert.ok(shape);
	return [inWords(shape.frame), inWords(shape.delivered), shape.isFitted];
}

for (const [ratio, tier, drawn, delivered, isFitted] of [
	// A vendor's own shape is delivered as it is, though 1376x768 is not 16:9 to the pixel.
	["16:9", "standard", "1376x768", "1376x768", false],
	["16:9", "high", "2752x1536", "2752x1536", false],
	["1:1", "high", "2048x2048", "2048x2048", false],
	// A ratio that it lacks is cut out of the nearest, never enlarged.
	["21:9", "standard", "1376x768", "1376x590", true],
	["1:8", "standard", "768x1376", "172x1376", true],
	["4:3", "standard", "1024x1024", "1024x768", true],
	// A tier that it lacks is drawn finer and made smaller.
	["1:1", "low", "1024x1024", "512x512", true],
	["16:9", "low", "1376x768", "512x286", true],
] as const) {
	test(`a model with named shapes draws ${drawn} for ${ratio} at ${tier}, of which the caller gets ${delivered}`, () => {
		assert.deepEqual(told(shapeForRatio(BY_NAME, ratio, tier)), [
			drawn,
			delivered,
			isFitted,
		]);
	});
}

test("S1-k, S2-a: a picture is never called finer than the model draws", () => {
	assert.equal(shapeForRatio(BY_NAME, "1:1", "4k"), null);
});

for (const [ratio, tier, drawn, delivered] of [
	["16:9", "standard", "1024x576", "1024x576"],
	["1:1", "4k", "2880x2880", "2880x2880"],
	["16:9", "4k", "3840x2160", "3840x2160"],
	["9:19.5", "standard", "480x1024", "473x1024"],
	["1:8", "high", "688x2048", "256x2048"],
] as const) {
	test(`a model with bounds draws ${drawn} for ${ratio} at ${tier}, of which the caller gets ${delivered}`, () => {
		const shape = shapeForRatio(BOUNDED, ratio, tier);
		assert.deepEqual(told(shape).slice(0, 2), [drawn, delivered]);
	});
}

test("S1-j: whatever is asked, what is drawn keeps all bounds of the model, and what is delivered has the ratio asked and is no larger", () => {
	const sizing = fc.record({
		kind: fc.constant("free" as const),
		minEdge: fc.integer({ min: 1, max: 256 }),
		maxEdge: fc.integer({ min: 1024, max: 4096 }),
		multipleOf: fc.constantFrom(1, 8, 16, 64),
		maxPixels: fc.integer({ min: 1_048_576, max: 16_777_216 }),
		maxAspect: fc.constantFrom(2, 3, 8),
	});
	fc.assert(
		fc.property(
			sizing,
			fc.constantFrom(...ASPECT_RATIOS),
			fc.constantFrom(...RESOLUTIONS),
			(bounds, ratio, tier) => {
				const shape = shapeForRatio(bounds, ratio, tier);
				assert.ok(shape);
				const { frame, delivered } = shape;
				for (const edge of [frame.width, frame.height]) {
					assert.equal(edge % bounds.multipleOf, 0, inWords(frame));
					assert.ok(edge >= bounds.minEdge && edge <= bounds.maxEdge);
				}
				assert.ok(frame.width * frame.height <= bounds.maxPixels);
				assert.ok(
					delivered.width <= frame.width && delivered.height <= frame.height,
					`${inWords(delivered)} of ${inWords(frame)}`,
				);
				const wanted = sizeOf(ratio, "4k");
				const off =
					delivered.width / delivered.height / (wanted.width / wanted.height);
				// To the pixel that the short edge is rounded to.
				const pixel = 1 + 1.01 / Math.min(delivered.width, delivered.height);
				assert.ok(off < pixel && 1 / off < pixel, inWords(delivered));
			},
		),
		{ numRuns: 2_000 },
	);
});

test("exact pixels are delivered, from the nearest that the model draws", () => {
	const asked = { width: 1792, height: 1024 };
	assert.deepEqual(told(shapeForSize(BY_NAME, asked, asked)), [
		"2752x1536",
		"1792x1024",
		true,
	]);
	const exact = { width: 1376, height: 768 };
	assert.deepEqual(told(shapeForSize(BY_NAME, exact, exact)), [
		"1376x768",
		"1376x768",
		false,
	]);
});
