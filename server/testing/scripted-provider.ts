/** A provider that does what a test tells it: draws small real pictures, fails, waits, and keeps count. */
import { createHash } from "node:crypto";
import sharp from "sharp";
import type { Model } from "../engine/models/model.ts";
import {
	type CallContext,
	type ImageCall,
	type ImageCallResult,
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
					: await plainPng(options.draws ?? call.size, text),
			);
		switch (step.kind) {
			case "draw":
				return await draw(step.count ?? call.count);
			case "spoil":
				return await draw(call.count, step.broken, step.bytes);
			case "fail":
				await draw(step.drawnFirst ?? 0);
				throw step.error;
			case "wait":
				await (step.isDeaf ? step.until : untilOrAborted(step.until, context));
				return await follow(step.next ?? { kind: "draw" }, call, context);
		}
	}
	const provider: ScriptedProvider = {
		name: options.name ?? "scripted",
		readiness: { status: "ready", detail: "for tests" },
		provenance: "generative",
		concurrency: options.concurrency ?? 8,
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
		close: async () => {},
	};
	return provider;
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
		const file = await context.keepImage(
			(async function* () {
				yield bytes;
			})(),
		);
		images.push({ file, seed, revisedPrompt: undefined });
	}
	return { images, warnings: [], costDollars: 0.01, totalTokens: 10 };
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

/** A model that the scripted provider draws, for an app's `models`. */
export function scriptedModel(changes: Partial<Model> = {}): Model {
	return {
		id: "scripted",
		provider: "scripted",
		providerModel: "scripted",
		sizing: { kind: "free", minEdge: 16, maxEdge: 4096 },
		countPerCall: 1,
		maxInputImages: 10,
		honoursSeed: true,
		honoursNegativePrompt: true,
		creditPrices: { low: 1, standard: 1, high: 2, "4k": 4 },
		...changes,
	};
}

/** A fault that may pass. */
export function passingFault(): ProviderError {
	return new ProviderError("unavailable", "out for a moment");
}
