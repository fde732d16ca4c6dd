/** A call to us in the AI SDK's words, and what gets lost on the way. */
import {
	type ImageCall,
	type InputImage,
	ProviderError,
	type Warning,
} from "../provider.ts";
import type { AiSdkVendor } from "./ai-sdk-vendor.ts";
import type {
	ImageModelCall,
	ImageModelFile,
	SdkOptions,
} from "./image-model.ts";

/**
 * Packages want pictures whole and make text of them, and that once more as JSON: of each byte there are five in memory
 * before the first is sent.
 */
const MAX_INPUT_BYTES = 25_165_824;
/** As long as a call may take at all, when nobody set a limit: the call's own signal ends it before. */
const LONGEST_PATIENCE_MS = 3_600_000;

export interface RequestContext {
	readonly name: string;
	readonly vendor: Pick<
		AiSdkVendor<never, never>,
		"words" | "masks" | "seeds" | "losesSeed" | "optionsName"
	>;
	/** Of the configuration. */
	readonly providerOptions: SdkOptions;
	readonly callTimeoutMs: number | undefined;
	/** From 0 up to but not including 1. */
	readonly random: () => number;
	readonly signal: AbortSignal;
}

export interface ImageRequest {
	readonly call: ImageModelCall;
	readonly warnings: readonly Warning[];
}

/** @throws {ProviderError} `invalid` for what the vendor cannot be asked for. */
export async function imageRequestOf(
	call: ImageCall,
	context: RequestContext,
): Promise<ImageRequest> {
	const { vendor, random, signal } = context;
	const pictures = await readPictures(call, context);
	const seed = vendor.losesSeed?.(call)
		? undefined
		: seedOf(call.seed, vendor.seeds, random);
	const { options, warnings } = ownWordsOf(call, context);
	const { width, height, aspectRatio } = call.frame;
	return {
		call: {
			prompt: call.prompt,
			n: call.count,
			size:
				aspectRatio === undefined && vendor.words.size === undefined
					? `${width}x${height}`
					: undefined,
			aspectRatio: aspectRatio as ImageModelCall["aspectRatio"],
			seed,
			...pictures,
			providerOptions: { [vendor.optionsName]: options },
			abortSignal: signal,
		},
		warnings: [...warnings, ...seedWarnings(call.seed, seed)],
	};
}

function ownWordsOf(
	{ negativePrompt, quality, background, frame, inputImages }: ImageCall,
	{ name, vendor, providerOptions, callTimeoutMs }: RequestContext,
): { options: SdkOptions; warnings: Warning[] } {
	const { words } = vendor;
	const warnings: Warning[] = [];
	function say<T>(
		parameter: string,
		value: T | undefined,
		word: ((value: T) => SdkOptions) | undefined,
	): SdkOptions | undefined {
		if (value === undefined) return undefined;
		if (word === undefined)
			warnings.push({
				kind: "unsupported",
				parameter,
				message: `${name} has no such parameter.`,
			});
		return word?.(value);
	}
	const options = {
		...words.patience?.(callTimeoutMs ?? LONGEST_PATIENCE_MS),
		...providerOptions,
		...(inputImages.length > 1 && words.manyInputImages),
		...(frame.aspectRatio === undefined && words.size?.(frame)),
		...say("resolution", frame.tier, words.tier),
		...say("negativePrompt", negativePrompt, words.negativePrompt),
		...say("quality", quality, words.quality),
		...say("background", background, words.background),
	};
	return { options, warnings };
}

/** The seed to draw with: one of the vendor's, the same one always for the same wish. */
function seedOf(
	wanted: number | undefined,
	seeds: RequestContext["vendor"]["seeds"],
	random: () => number,
): number | undefined {
	if (seeds === undefined) return wanted;
	const { minimum, maximum } = seeds;
	const count = maximum - minimum + 1;
	if (wanted === undefined) return minimum + Math.floor(random() * count);
	return wanted >= minimum && wanted <= maximum
		? wanted
		: minimum + (wanted % count);
}

function seedWarnings(
	wanted: number | undefined,
	seed: number | undefined,
): Warning[] {
	if (wanted === undefined || wanted === seed) return [];
	return seed === undefined
		? [
				{
					kind: "unsupported",
					parameter: "seed",
					message: "The model takes no seed for this.",
				},
			]
		: [
				{
					kind: "substituted",
					parameter: "seed",
					message: `The model has no seed ${wanted}; it drew with ${seed}.`,
				},
			];
}

async function readPictures(
	{ inputImages, mask }: ImageCall,
	{ name, vendor, signal }: RequestContext,
): Promise<Pick<ImageModelCall, "files" | "mask">> {
	if (mask !== undefined && vendor.masks === "none")
		throw new ProviderError("invalid", `${name} is given no masks`);
	const sizeBytes = [...inputImages, ...(mask ? [mask] : [])].reduce(
		(sum, image) => sum + image.sizeBytes,
		0,
	);
	if (sizeBytes > MAX_INPUT_BYTES)
		throw new ProviderError(
			"invalid",
			`${name} was to be sent ${sizeBytes} bytes of input images`,
			{
				publicMessage: `The input images have ${sizeBytes} bytes together; this model takes at most ${MAX_INPUT_BYTES}.`,
			},
		);
	const files: ImageModelFile[] = [];
	for (const image of inputImages) files.push(await readPicture(image, signal));
	return {
		files: files.length > 0 ? files : undefined,
		mask: mask && (await readPicture(mask, signal)),
	};
}

async function readPicture(
	image: InputImage,
	signal: AbortSignal,
): Promise<ImageModelFile> {
	const pieces: Uint8Array[] = [];
	for await (const piece of await image.open()) {
		signal.throwIfAborted();
		pieces.push(piece);
	}
	return {
		type: "file",
		mediaType: image.mediaType,
		data: Buffer.concat(pieces),
	};
}
