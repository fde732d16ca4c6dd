/** The embedded provider: paints pictures itself, from nothing but the prompt's words and a seed, with no key and no network. */

import { setTimeout as wait } from "node:timers/promises";
import {
	type CallContext,
	type DrawnImage,
	type ImageCall,
	type ImageCallResult,
	type InputImage,
	type KeptFile,
	type Provider,
	ProviderError,
	type ProviderErrorKind,
	type Warning,
} from "../provider.ts";
import type { Swatch } from "../provider-kind.ts";
import type { Brief } from "./brief.ts";
import { readControlWords } from "./control-words.ts";
import { Crew } from "./crew.ts";
import { COMPOSITE_XMP } from "./marking.ts";
import { previewSizes } from "./previews.ts";

const MODEL = "painter";
const LEAST_PIXELS = 64;
const MOST_PIXELS = 4096;
const MOST_ASPECT = 8;
const SEEDS = 4294967296;
/** References beyond these no longer change the palette. */
const MOST_REFERENCES = 4;

type Size = Pick<ImageCall["frame"], "width" | "height">;

/** sRGB, 0..255. */
type Rgb = readonly [number, number, number];

export interface PainterOptions {
	/** On how many threads it paints. */
	readonly threads: number;
	/** Whether it paints coarsely. */
	readonly isDraft: boolean;
	/** Settles what to paint. Must be a pure function: the same words and seed give the same brief. */
	readonly readPrompt: (
		prompt: string,
		options: {
			readonly seed: number;
			readonly negativePrompt?: string;
			readonly referenceColours?: readonly Rgb[];
		},
	) => Brief;
	/** The colours that rule a picture, strongest first. */
	readonly dominantColours: (image: InputImage) => Promise<readonly Swatch[]>;
	/** Puts a picture back over a new one wherever the mask is opaque. */
	readonly restoreOpaque: (
		sources: {
			readonly drawn: KeptFile;
			readonly original: InputImage;
			readonly mask: InputImage;
		},
		xmp: string,
		keepFile: CallContext["keepFile"],
	) => Promise<KeptFile>;
	/** A seed for a call that brings none: a whole number from 0 to 2^32-1. */
	readonly randomSeed: () => number;
}

export function createPainter(options: PainterOptions): Provider {
	const crew = new Crew(options.threads, options.isDraft);

	async function paintOne(
		call: ImageCall,
		prompt: string,
		seed: number,
		referenceColours: readonly Rgb[],
		context: CallContext,
	): Promise<DrawnImage> {
		const brief = options.readPrompt(prompt, {
			seed,
			referenceColours,
			...(call.negativePrompt === undefined
				? {}
				: { negativePrompt: call.negativePrompt }),
		});
		const paintAt = async ({ width, height }: Size) => {
			const bytes = crew.paint(brief, width, height, context.signal);
			return await restore(call, await context.keepFile(bytes), context);
		};
		const previews = previewSizes(call.frame, call.partialImages);
		for (const [index, size] of previews.entries())
			context.onPartialImage?.(await paintAt(size), index);
		return {
			file: await paintAt(call.frame),
			seed,
			revisedPrompt: undefined,
		};
	}

	/** With a mask, only what is transparent in it is painted anew. */
	async function restore(
		{ mask, inputImages: [original] }: ImageCall,
		drawn: KeptFile,
		context: CallContext,
	): Promise<KeptFile> {
		if (mask === undefined || original === undefined) return drawn;
		return await options.restoreOpaque(
			{ drawn, original, mask },
			COMPOSITE_XMP,
			(bytes) => context.keepFile(bytes),
		);
	}

	async function generateImages(
		call: ImageCall,
		context: CallContext,
	): Promise<ImageCallResult> {
		refuseImpossible(call);
		const { prompt, failure, delayMs } = readControlWords(call.prompt);
		if (delayMs > 0) {
			await wait(delayMs, undefined, { signal: context.signal });
		}
		if (failure !== undefined) {
			throw refusal(failure, FAILURE_MESSAGES[failure]);
		}
		const colours = await coloursOf(call.inputImages, options);
		const firstSeed = call.seed ?? options.randomSeed();
		const images: DrawnImage[] = [];
		for (let index = 0; index < call.count; index++) {
			const seed = (firstSeed + index) % SEEDS;
			images.push(await paintOne(call, prompt, seed, colours, context));
		}
		return {
			images,
			warnings: warningsFor(call),
			costDollars: 0,
			usage: undefined,
		};
	}

	return {
		name: MODEL,
		readiness: {
			status: "ready",
			detail: `paints on ${options.threads} threads, needs no key and no network`,
		},
		provenance: "procedural",
		isEmbedded: true,
		limits: {
			concurrency: options.threads,
			imagesPerMinute: undefined,
			callTimeoutMs: undefined,
		},
		async generateImages(call, context) {
			try {
				return await generateImages(call, context);
			} catch (error) {
				if (context.signal.aborted) throw context.signal.reason;
				if (error instanceof ProviderError) throw error;
				throw new ProviderError("unavailable", `Painting failed: ${error}`, {
					publicMessage: "The painter could not finish the picture.",
					cause: error,
				});
			}
		},
		close: () => crew.close(),
	};
}

const FAILURE_MESSAGES = {
	invalid: "The prompt says painter-fail, so the painter fails.",
	unavailable:
		"The prompt says painter-unavailable, so the painter is unavailable.",
	content_blocked:
		"The prompt says painter-block, so the painter refuses the content.",
} as const;

/** The painter has no secrets: what it says is for the caller too. */
function refusal(kind: ProviderErrorKind, message: string): ProviderError {
	return new ProviderError(kind, message, { publicMessage: message });
}

/** @throws ProviderError `invalid` for what no painter could paint. */
function refuseImpossible(call: ImageCall): void {
	const { width, height } = call.frame;
	const isPossible =
		Number.isInteger(width) &&
		Number.isInteger(height) &&
		Math.min(width, height) >= LEAST_PIXELS &&
		Math.max(width, height) <= MOST_PIXELS;
	if (!isPossible) {
		throw refusal(
			"invalid",
			`The painter paints from ${LEAST_PIXELS} to ${MOST_PIXELS} pixels a side; asked were ${width} x ${height}.`,
		);
	}
	if (Math.max(width, height) > MOST_ASPECT * Math.min(width, height)) {
		throw refusal(
			"invalid",
			`The painter's pictures are at most ${MOST_ASPECT} times as long as they are short; asked were ${width} x ${height}.`,
		);
	}
	const { seed } = call;
	if (
		seed !== undefined &&
		!(Number.isInteger(seed) && seed >= 0 && seed < SEEDS)
	) {
		throw refusal(
			"invalid",
			`A seed is a whole number from 0 to ${SEEDS - 1}; asked was ${seed}.`,
		);
	}
	if (call.model !== MODEL) {
		throw refusal(
			"invalid",
			`The painter has one model, "${MODEL}"; asked was "${call.model}".`,
		);
	}
}

async function coloursOf(
	inputImages: readonly InputImage[],
	options: PainterOptions,
): Promise<readonly Rgb[]> {
	const palettes = await Promise.all(
		inputImages
			.slice(0, MOST_REFERENCES)
			.map((image) => options.dominantColours(image)),
	);
	return palettes.flat().map(({ colour }) => colour);
}

function warningsFor(call: ImageCall): Warning[] {
	if (call.inputImages.length === 0) return [];
	return [
		{
			kind: "adjusted",
			parameter: "inputImages",
			message:
				call.mask === undefined
					? "The painter cannot see what a reference picture shows: it used only its colours."
					: "The painter cannot see what a picture shows: it painted a new one by the prompt and the picture's colours, and put the picture back wherever the mask is opaque.",
		},
	];
}
