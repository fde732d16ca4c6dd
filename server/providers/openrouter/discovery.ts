/** What OpenRouter says its models can do, as the engine's words have it. */
import { z } from "zod";
import type {
	Background,
	Frame,
	ImageCapabilities,
	Quality,
	VendorModel,
} from "../provider.ts";

/** "Capability descriptors" of the documentation. A descriptor of a kind that nobody knows yet says no more than that it is there. */
const descriptor = z
	.looseObject({
		values: z.array(z.string()).optional().catch(undefined),
		max: z.number().optional().catch(undefined),
	})
	.catch({});

const modalities = z.array(z.string()).catch([]);
const architecture = z
	.looseObject({ input_modalities: modalities, output_modalities: modalities })
	.catch({ input_modalities: [], output_modalities: [] });

const imageModelSchema = z.looseObject({
	id: z.string(),
	supported_parameters: z.record(z.string(), descriptor).catch({}),
	supports_streaming: z.boolean().catch(false),
});
const anyModelSchema = z.looseObject({ id: z.string(), architecture });

/** One of `GET /images/models`. */
export type ImageModel = z.infer<typeof imageModelSchema>;
/** One of `GET /models`. */
export type AnyModel = z.infer<typeof anyModelSchema>;

const listOf = <T>(model: z.ZodType<T>) =>
	z
		.looseObject({ data: z.array(z.unknown()) })
		.transform(({ data }) =>
			data.flatMap((each) => model.safeParse(each).data ?? []),
		);

export const imageModelList = listOf(imageModelSchema);
export const anyModelList = listOf(anyModelSchema);

/** Tiers of `resolution` with the edge of their square, in pixels. */
const TIERS: Readonly<Record<string, number>> = {
	"512": 512,
	"1K": 1024,
	"2K": 2048,
	"4K": 4096,
};
const DEFAULT_EDGE = 1024;
const EDGE_MULTIPLE = 16;

/** The most common ratios, for models of which nothing else is known: providers take the nearest that they have. */
export const commonFrames: readonly Frame[] = [
	"1:1",
	"3:2",
	"2:3",
	"4:3",
	"3:4",
	"16:9",
	"9:16",
].map((ratio) => frameOf(ratio, undefined));

/** The Image API's own upper bound. */
const MAX_COUNT = 10;
/** As many as anybody can ask us for. */
const MAX_PARTIAL_IMAGES = 3;

export function vendorModelOf({
	id,
	supported_parameters: parameters,
	supports_streaming,
}: ImageModel): VendorModel {
	const frames = framesOf(parameters);
	return {
		id,
		image: {
			...(frames.length > 0 && { sizing: { kind: "frames", frames } }),
			countPerCall: Math.min(Math.max(parameters.n?.max ?? 1, 1), MAX_COUNT),
			maxInputImages: parameters.input_references?.max ?? 0,
			mask: false,
			seed: parameters.seed === undefined ? "ignored" : "honoured",
			negativePrompt: "folded",
			qualities: wordsOf<Quality>(parameters.quality, [
				"low",
				"medium",
				"high",
			]),
			backgrounds: wordsOf<Background>(parameters.background, [
				"transparent",
				"opaque",
			]),
			partialImages: supports_streaming ? MAX_PARTIAL_IMAGES : 0,
		},
	};
}

/** How many pictures are shown to a model through chat; OpenRouter does not say how many each takes. */
const CHAT_INPUT_IMAGES = 3;

/** Of a model that draws in a chat only. */
export function chatCapabilitiesOf({
	architecture: { input_modalities },
}: AnyModel): ImageCapabilities {
	return {
		sizing: { kind: "frames", frames: commonFrames },
		countPerCall: 1,
		maxInputImages: input_modalities.includes("image") ? CHAT_INPUT_IMAGES : 0,
		mask: false,
		seed: "ignored",
		negativePrompt: "folded",
		qualities: [],
		backgrounds: [],
		partialImages: 0,
	};
}

export function draws({ architecture: { output_modalities } }: AnyModel) {
	return output_modalities.includes("image");
}

function wordsOf<T extends string>(
	parameter: { values?: readonly string[] | undefined } | undefined,
	known: readonly T[],
): readonly T[] {
	return known.filter((word) => parameter?.values?.includes(word));
}

function framesOf(parameters: ImageModel["supported_parameters"]): Frame[] {
	const sizes = (parameters.size?.values ?? []).flatMap((size) => {
		const [, width, height] = /^(\d+)x(\d+)$/.exec(size) ?? [];
		return width === undefined || height === undefined
			? []
			: [{ width: Number(width), height: Number(height) }];
	});
	if (sizes.length > 0) return sizes;
	const ratios = (parameters.aspect_ratio?.values ?? []).filter(
		(ratio) => shapeOf(ratio) !== undefined,
	);
	const tiers = (parameters.resolution?.values ?? []).filter(
		(tier) => tier in TIERS,
	);
	if (ratios.length === 0) return tiers.map((tier) => frameOf(undefined, tier));
	if (tiers.length === 0)
		return ratios.map((ratio) => frameOf(ratio, undefined));
	return tiers.flatMap((tier) => ratios.map((ratio) => frameOf(ratio, tier)));
}

/** Width to height; `undefined` for `auto` and what else is no ratio. */
function shapeOf(ratio: string): number | undefined {
	const [, width, height] =
		/^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(ratio) ?? [];
	const shape = Number(width) / Number(height);
	return Number.isFinite(shape) && shape > 0 ? shape : undefined;
}

/** Each provider has pixels of its own for a ratio and a tier; these have the ratio, and the area of the tier's square. */
function frameOf(ratio: string | undefined, tier: string | undefined): Frame {
	const edge = TIERS[tier ?? ""] ?? DEFAULT_EDGE;
	const stretch = Math.sqrt(shapeOf(ratio ?? "1:1") ?? 1);
	const multiple = (length: number) =>
		Math.max(1, Math.round(length / EDGE_MULTIPLE)) * EDGE_MULTIPLE;
	return {
		width: multiple(edge * stretch),
		height: multiple(edge / stretch),
		aspectRatio: ratio,
		tier,
	};
}
