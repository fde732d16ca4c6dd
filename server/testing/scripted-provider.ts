/** A provider that does what a test tells it: draws small real pictures, fails, waits, and keeps count. */
import { createHash } from "node:crypto";
import sharp from "sharp";
import type { Model } from "../engine/models/model.ts";
import {
	type CallContext,
	type ImageCall,
	type ImageCallResult,
	type ImageCapabilities,
	type NativeBatches,
	type Provider,
	ProviderError,
} from "../providers/provider.ts";

/** What a call is to do. */
export type Step =
	/** Draws as many pictures as asked, or `count` of them. */
	| { readonly kind: "draw"; readonly count?: number }
	/** Draws as many as asked, but gives `bytes` for those at `broken`; without bytes, some that are no picture. */
	| {
			readonly kind: "spoil";
			readonly broken: readonly number[];
			readonly bytes?: Buffer;
	  }
	/** Throws, after it drew `drawnFirst` pictures that nobody will hear of. */
	| {
			readonly kind: "fail";
			readonly error: Error;
			readonly drawnFirst?: number;
	  }
	/** Shows unfinished pictures, and goes on with `next`. */
	| {
			readonly kind: "show";
			readonly pictures: readonly Buffer[];
			readonly next?: Step;
	  }
	/** Goes on with `next` when the promise resolves; stops early when the call is aborted, unless it is deaf to that. */
	| {
			readonly kind: "wait";
			readonly until: Promise<unknown>;
			readonly next?: Step;
			readonly isDeaf?: boolean;
	  };

export interface ScriptedProvider extends Provider {
	/** Every call it got, in order. */
	readonly calls: ImageCall[];
	/** The calls that are under way. */
	readonly atOnce: number;
	/** The most calls that were under way at once. */
	readonly mostAtOnce: number;
	script: (call: ImageCall, index: number) => Step;
}

export interface ScriptedOptions {
	readonly name?: string;
	readonly concurrency?: number;
	readonly imagesPerMinute?: number;
	readonly callTimeoutMs?: number;
	readonly isEmbedded?: boolean;
	/** Batches of its own. */
	readonly batches?: NativeBatches;
	/** Pixels of what it draws, if not what is asked. */
	readonly draws?: { readonly width: number; readonly height: number };
}

export function createScriptedProvider(
	options: ScriptedOptions = {},
): ScriptedProvider {
	const calls: ImageCall[] = [];
	let atOnce = 0;
	let mostAtOnce = 0;
	async function follow(
		step: Step,
		call: ImageCall,
		context: CallContext,
	): Promise<ImageCallResult> {
		const draw = (
			count: number,
			broken: readonly number[] = [],
			bytes: Buffer = Buffer.from("<html>Bad Gateway</html>"),
		) =>
			drawPictures(call, context, count, async (index, text) =>
				broken.includes(index)
					? bytes
					: await plainPng(options.draws ?? call.frame, text),
			);
		switch (step.kind) {
			case "draw":
				return await draw(step.count ?? call.count);
			case "spoil":
				return await draw(call.count, step.broken, step.bytes);
			case "fail":
				await draw(step.drawnFirst ?? 0);
				throw step.error;
			case "show":
				for (const [index, picture] of step.pictures.entries())
					context.onPartialImage?.(
						await context.keepFile(onePiece(picture)),
						index,
					);
				return await follow(step.next ?? { kind: "draw" }, call, context);
			case "wait":
				await (step.isDeaf ? step.until : untilOrAborted(step.until, context));
				return await follow(step.next ?? { kind: "draw" }, call, context);
		}
	}
	const provider: ScriptedProvider = {
		name: options.name ?? "scripted",
		readiness: { status: "ready", detail: "for tests" },
		provenance: "generative",
		isEmbedded: options.isEmbedded ?? false,
		limits: {
			concurrency: options.concurrency ?? 8,
			imagesPerMinute: options.imagesPerMinute,
			callTimeoutMs: options.callTimeoutMs,
		},
		calls,
		get atOnce() {
			return atOnce;
		},
		get mostAtOnce() {
			return mostAtOnce;
		},
		script: () => ({ kind: "draw" }),
		generateImages: async (call, context) => {
			calls.push(call);
			const step = provider.script(call, calls.length - 1);
			atOnce++;
			mostAtOnce = Math.max(mostAtOnce, atOnce);
			try {
				return await follow(step, call, context);
			} finally {
				atOnce--;
			}
		},
		...(options.batches && { batches: options.batches }),
		close: async () => {},
	};
	return provider;
}

async function* onePiece(bytes: Buffer): AsyncGenerator<Buffer> {
	yield bytes;
}

async function untilOrAborted(
	until: Promise<unknown>,
	{ signal }: CallContext,
): Promise<void> {
	signal.throwIfAborted();
	await new Promise<unknown>((resolve, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason));
		until.then(resolve, reject);
	});
}

async function drawPictures(
	call: ImageCall,
	context: CallContext,
	count: number,
	bytesOf: (index: number, text: string) => Promise<Buffer>,
): Promise<ImageCallResult> {
	const images = [];
	for (let index = 0; index < count; index++) {
		const seed = call.seed === undefined ? undefined : call.seed + index;
		const bytes = await bytesOf(index, `${call.prompt} ${seed ?? index}`);
		const file = await context.keepFile(onePiece(bytes));
		images.push({ file, seed, revisedPrompt: undefined });
	}
	return {
		images,
		warnings: [],
		costDollars: 0.01,
		usage: {
			inputTextTokens: 2,
			inputImageTokens: 0,
			outputTextTokens: 0,
			outputImageTokens: 8,
		},
	};
}

/** A picture of one colour, which depends on the text. */
export async function plainPng(
	size: { width: number; height: number },
	text: string,
): Promise<Buffer> {
	const [r = 0, g = 0, b = 0] = createHash("sha256").update(text).digest();
	return await sharp({
		create: { ...size, channels: 3, background: { r, g, b } },
	})
		.png()
		.toBuffer();
}

/** What the scripted provider can draw, for `image` of a model. */
export const SCRIPTED_IMAGE: ImageCapabilities = {
	sizing: { kind: "free", minEdge: 16, maxEdge: 4096 },
	countPerCall: 1,
	maxInputImages: 10,
	mask: false,
	seed: "honoured",
	negativePrompt: "native",
	qualities: [],
	backgrounds: [],
	partialImages: 0,
};

export interface ScriptedModelChanges
	extends Partial<Omit<Model, "image" | "offers">> {
	/** The name of the provider that has it. */
	readonly provider?: string;
	readonly offers?: Model["offers"];
	readonly image?: Partial<ImageCapabilities>;
}

/** A model that the scripted provider draws, for an app's `models`. */
export function scriptedModel({
	provider = "scripted",
	image,
	...changes
}: ScriptedModelChanges = {}): Model {
	return {
		id: "scripted",
		title: "Scripted",
		description: "For tests",
		aliases: [],
		offers: [{ provider, providerModel: "scripted" }],
		image: { ...SCRIPTED_IMAGE, ...image },
		talks: false,
		grounding: false,
		batch: false,
		languages: [],
		watermark: "none",
		creditPrices: { low: 1, standard: 1, high: 2, "4k": 4 },
		creditsPerReply: 1,
		dollarPrices: null,
		fallbacks: [],
		...changes,
	};
}

/** A fault that may pass. */
export function passingFault(): ProviderError {
	return new ProviderError("unavailable", "out for a moment");
}
