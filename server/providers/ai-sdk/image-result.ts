/** What a package hands back, in our words: the pictures are files already, and its own words are read with care. */
import {
	type DrawnImage,
	type ImageCallResult,
	ProviderError,
	type Usage,
	type Warning,
} from "../provider.ts";
import { redacted } from "../wire/fault-text.ts";
import type { AiSdkVendor } from "./ai-sdk-vendor.ts";
import type { Conversation } from "./conversation.ts";
import type {
	ImageModelCall,
	ImageModelResult,
	SdkWarning,
} from "./image-model.ts";
import { recordOf, recordsIn, type UnknownRecord } from "./record.ts";

/** @throws {ProviderError} when there is no picture in it that may be shown. */
export function imageResultOf(
	result: ImageModelResult,
	call: ImageModelCall,
	conversation: Conversation,
	{
		name,
		costDollarsOf,
	}: { name: string } & Pick<AiSdkVendor<never, never>, "costDollarsOf">,
): ImageCallResult {
	const metadata = recordOf(Object.values(result.providerMetadata ?? {})[0]);
	const details = recordsIn(metadata.images);
	const isSeedHeeded = !result.warnings.some(
		({ feature }) => feature === "seed",
	);
	// A call's seed is the first picture's only; what the others were drawn with nobody knows.
	const ownSeed =
		numberIn(metadata.seed) ?? (isSeedHeeded ? call.seed : undefined);
	const images = result.images.flatMap((picture, index): DrawnImage[] => {
		const detail = details[index] ?? {};
		// In its place the vendor drew something black.
		if (detail.nsfw === true) return [];
		const file = conversation.fileOf(picture);
		if (file === undefined || file.sizeBytes === 0)
			throw new ProviderError(
				"unavailable",
				`${name} answered with something else than a picture: ${redacted(beginningOf(picture))}`,
				{ mayBePaid: true },
			);
		const seed = numberIn(detail.seed) ?? (index === 0 ? ownSeed : undefined);
		const { revisedPrompt } = detail;
		return [
			{
				file,
				seed,
				revisedPrompt:
					typeof revisedPrompt === "string" ? revisedPrompt : undefined,
			},
		];
	});
	if (images.length === 0)
		throw new ProviderError(
			result.images.length > 0 ? "content_blocked" : "unavailable",
			`${name} drew nothing that may be shown`,
			{ mayBePaid: conversation.isPaid },
		);
	return {
		images,
		warnings: result.warnings.flatMap((warning) => warningOf(warning, call)),
		usage: usageOf(result, details),
		costDollars: costDollarsOf?.(metadata),
	};
}

function beginningOf(picture: string | Uint8Array): string {
	return typeof picture === "string"
		? picture.slice(0, 200)
		: Buffer.from(picture).toString("latin1", 0, 200);
}

/** Features as the packages name them, and whether the call asked for them: some packages warn of what nobody asked for. */
const FEATURES: Readonly<
	Record<string, { parameter: string; isAsked(call: ImageModelCall): boolean }>
> = {
	n: { parameter: "count", isAsked: ({ n }) => n > 1 },
	size: { parameter: "size", isAsked: ({ size }) => size !== undefined },
	aspectRatio: {
		parameter: "aspectRatio",
		isAsked: ({ aspectRatio }) => aspectRatio !== undefined,
	},
	seed: { parameter: "seed", isAsked: ({ seed }) => seed !== undefined },
	files: {
		parameter: "inputImages",
		isAsked: ({ files }) => files !== undefined,
	},
	mask: { parameter: "mask", isAsked: ({ mask }) => mask !== undefined },
};

function warningOf(
	{ type, feature, details, message }: SdkWarning,
	call: ImageModelCall,
): Warning[] {
	if (feature === undefined)
		return [
			{
				kind: "adjusted",
				parameter: "providerOptions",
				message: message ?? "The model did not do all that was asked.",
			},
		];
	const known = FEATURES[feature];
	if (known?.isAsked(call) === false) return [];
	return [
		{
			kind: type === "unsupported" ? "unsupported" : "adjusted",
			parameter: known?.parameter ?? feature,
			message: details ?? "The model does not take it.",
		},
	];
}

/** What is drawn counts as drawn: no package tells apart what was thought on the way. */
function usageOf(
	{ usage }: ImageModelResult,
	details: readonly UnknownRecord[],
): Usage | undefined {
	if (usage?.inputTokens === undefined || usage.outputTokens === undefined)
		return undefined;
	const inputImageTokens = details.reduce(
		(sum, { imageTokens }) => sum + (numberIn(imageTokens) ?? 0),
		0,
	);
	return {
		inputTextTokens: Math.max(0, usage.inputTokens - inputImageTokens),
		inputImageTokens,
		outputTextTokens: 0,
		outputImageTokens: usage.outputTokens,
	};
}

function numberIn(value: unknown): number | undefined {
	return typeof value === "number" ? value : undefined;
}
