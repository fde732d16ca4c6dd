/** The painter as the engine meets it: seeds, control words, references, aborted calls. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import {
	type CallContext,
	type ImageCall,
	type InputImage,
	type KeptFile,
	ProviderError,
} from "../provider.ts";
import type { Brief } from "./brief.ts";
import { createPainter, type PainterOptions } from "./painter.ts";

type ReadOptions = Parameters<PainterOptions["readPrompt"]>[1];

/** What the painter asked to be read, in order. */
const read: { prompt: string; options: ReadOptions }[] = [];

/** What was to be put back over what was painted, in order. */
const restored: (Parameters<PainterOptions["restoreOpaque"]>[0] & {
	readonly xmp: string;
})[] = [];

const painter = createPainter({
	threads: 1,
	isDraft: false,
	readPrompt(prompt, options): Brief {
		read.push({ prompt, options });
		return {
			scene: "desert",
			timeOfDay: "day",
			weather: "clear",
			season: "summer",
			colours: [],
			seed: options.seed,
		};
	},
	dominantColours: async () => [
		{ colour: [200, 10, 10], share: 0.7 },
		{ colour: [10, 10, 200], share: 0.3 },
	],
	restoreOpaque: async ({ drawn, original, mask }, xmp, keepFile) => {
		restored.push({ drawn, original, mask, xmp });
		return await keepFile(
			(async function* () {
				yield Buffer.from("restored");
			})(),
		);
	},
	randomSeed: () => 4_294_967_295,
});
after(() => painter.close());

/** Keeps pictures in memory and remembers them in order. */
function createContext(signal = new AbortController().signal) {
	const kept: Buffer[] = [];
	const context: CallContext = {
		signal,
		async keepFile(bytes): Promise<KeptFile> {
			const parts: Uint8Array[] = [];
			for await (const part of bytes) parts.push(part);
			const file = Buffer.concat(parts);
			kept.push(file);
			return {
				path: `/pictures/${kept.length}`,
				sha256: createHash("sha256").update(file).digest("hex"),
				sizeBytes: file.length,
			};
		},
	};
	return { context, kept };
}

function callFor(change: Partial<ImageCall> = {}): ImageCall {
	return {
		model: "painter",
		prompt: "dunes",
		negativePrompt: undefined,
		count: 1,
		frame: { width: 64, height: 64 },
		seed: 7,
		inputImages: [],
		mask: undefined,
		quality: undefined,
		background: undefined,
		partialImages: 0,
		...change,
	};
}

async function failureOf(call: ImageCall): Promise<ProviderError> {
	const { context } = createContext();
	try {
		await painter.generateImages(call, context);
	} catch (error) {
		assert.ok(error instanceof ProviderError, String(error));
		return error;
	}
	return assert.fail("It painted.");
}

test("it paints a PNG for nothing, says which seed it used, and calls itself procedural", async () => {
	const { context, kept } = createContext();
	const result = await painter.generateImages(callFor(), context);
	assert.equal(kept[0]?.toString("latin1", 1, 4), "PNG");
	assert.equal(result.images[0]?.seed, 7);
	assert.equal(result.images[0]?.file.sizeBytes, kept[0]?.length);
	assert.deepEqual(
		[result.costDollars, result.usage, result.warnings],
		[0, undefined, []],
	);
	assert.equal(painter.provenance, "procedural");
	assert.equal(painter.readiness.status, "ready");
	assert.equal(painter.limits.concurrency, 1);
});

test("the same seed paints the same bytes", async () => {
	const first = createContext();
	const second = createContext();
	await painter.generateImages(callFor(), first.context);
	await painter.generateImages(callFor(), second.context);
	assert.ok(first.kept[0]?.equals(second.kept[0] as Buffer));
});

test("a call without a seed gets one, and its further pictures the seeds after it, around the end too", async () => {
	const { context, kept } = createContext();
	const call = callFor({ seed: undefined, count: 3 });
	const { images } = await painter.generateImages(call, context);
	assert.deepEqual(
		images.map(({ seed }) => seed),
		[4_294_967_295, 0, 1],
	);
	assert.equal(new Set(images.map(({ file }) => file.sha256)).size, 3);
	assert.equal(kept.length, 3);
});

test("the negative prompt and the colours of references reach the reading of the prompt, with a warning", async () => {
	read.length = 0;
	const reference: InputImage = {
		mediaType: "image/png",
		width: 1,
		height: 1,
		sizeBytes: 1,
		open: () => assert.fail("The painter must not open references itself."),
	};
	const { context } = createContext();
	const { warnings } = await painter.generateImages(
		callFor({ negativePrompt: "rain", inputImages: [reference] }),
		context,
	);
	assert.deepEqual(read, [
		{
			prompt: "dunes",
			options: {
				seed: 7,
				negativePrompt: "rain",
				referenceColours: [
					[200, 10, 10],
					[10, 10, 200],
				],
			},
		},
	]);
	assert.deepEqual(
		warnings.map(({ kind, parameter }) => [kind, parameter]),
		[["adjusted", "inputImages"]],
	);
});

test("control words fail for good, fail for now, or refuse the content", async () => {
	const kinds = [
		["painter-fail", "invalid", false],
		["painter-unavailable", "unavailable", true],
		["painter-block", "content_blocked", false],
	] as const;
	for (const [word, kind, isRetryable] of kinds) {
		const error = await failureOf(callFor({ prompt: `dunes ${word}` }));
		assert.deepEqual([error.kind, error.isRetryable], [kind, isRetryable]);
	}
});

test("control words are not painted", async () => {
	read.length = 0;
	const call = callFor({ prompt: "dunes painter-slow-0s at noon" });
	await painter.generateImages(call, createContext().context);
	assert.equal(read[0]?.prompt, "dunes at noon");
});

test("a slow painting can be aborted while it waits, and throws the signal's own reason", async () => {
	const controller = new AbortController();
	const reason = new Error("no longer wanted");
	const { context } = createContext(controller.signal);
	const painting = painter.generateImages(
		callFor({ prompt: "painter-slow-600s" }),
		context,
	);
	controller.abort(reason);
	await assert.rejects(painting, reason);
});

test("sizes, shapes, seeds and models that it cannot paint are refused as invalid, with the reason", async () => {
	const impossible: [Partial<ImageCall>, RegExp][] = [
		[{ frame: { width: 63, height: 64 } }, /63 x 64/],
		[{ frame: { width: 64, height: 4097 } }, /4096/],
		[{ frame: { width: 64.5, height: 64 } }, /64\.5/],
		[{ frame: { width: 640, height: 64 } }, /8 times/],
		[{ seed: -1 }, /seed/],
		[{ seed: 4_294_967_296 }, /seed/],
		[{ seed: 1.5 }, /seed/],
		[{ model: "brush" }, /"brush"/],
	];
	for (const [change, message] of impossible) {
		const error = await failureOf(callFor(change));
		assert.equal(error.kind, "invalid");
		assert.match(error.publicMessage, message);
	}
});

test("a picture that cannot be kept is a failure that may be tried again, and its cause is not told to the caller", async () => {
	const { context } = createContext();
	const broken: CallContext = {
		...context,
		keepFile: () => Promise.reject(new Error("disk /secret/path is full")),
	};
	await assert.rejects(
		painter.generateImages(callFor(), broken),
		(error) =>
			error instanceof ProviderError &&
			error.isRetryable &&
			!error.publicMessage.includes("secret"),
	);
});

const picture: InputImage = {
	mediaType: "image/png",
	width: 64,
	height: 64,
	sizeBytes: 1,
	open: () => assert.fail("The painter must not open pictures itself."),
};

test("with a mask the first picture is put back over what was painted, marked as a composite, and a warning says so", async () => {
	restored.length = 0;
	const { context, kept } = createContext();
	const mask = { ...picture };
	const { images, warnings } = await painter.generateImages(
		callFor({ inputImages: [picture, { ...picture }], mask }),
		context,
	);
	const [only] = restored;
	assert.equal(restored.length, 1);
	assert.equal(only?.original, picture);
	assert.equal(only?.mask, mask);
	assert.equal(only?.drawn.sizeBytes, kept[0]?.length);
	assert.match(only?.xmp ?? "", /compositeSynthetic/);
	assert.equal(images[0]?.file.sizeBytes, "restored".length);
	assert.match(warnings[0]?.message ?? "", /wherever the mask is opaque/);
});

for (const [wanted, expected] of [
	[0, []],
	[1, ["64x40"]],
	[2, ["51x32", "64x40"]],
	[3, ["51x32", "64x40", "128x80"]],
] as const) {
	test(`${wanted} unfinished pictures are the same picture smaller, from the coarsest on`, async () => {
		const { context, kept } = createContext();
		const shown: number[] = [];
		await painter.generateImages(
			callFor({
				frame: { width: 256, height: 160 },
				partialImages: wanted,
			}),
			{ ...context, onPartialImage: (_file, index) => shown.push(index) },
		);
		const sizes = kept.map(
			(png) => `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`,
		);
		assert.deepEqual(sizes, [...expected, "256x160"]);
		assert.deepEqual(shown, [...expected.keys()]);
	});
}

test("a small picture has fewer unfinished ones", async () => {
	const { context, kept } = createContext();
	await painter.generateImages(
		callFor({ frame: { width: 64, height: 64 }, partialImages: 3 }),
		{ ...context, onPartialImage: () => {} },
	);
	assert.equal(kept.length, 2);
});
