/** Translates between the team API's words and the engine's. */

import type { LibraryImage } from "../../engine/engine.ts";
import { invalid } from "../../engine/errors.ts";
import type {
	Generation,
	GenerationRequest,
	Image,
	InputImageSource,
	PresetUse,
	Quote,
	StagedSource,
} from "../../engine/generations/request.ts";
import type { GenerationBody, ResponseFormat } from "./schema.ts";
import { generationBody } from "./schema.ts";

/** @param files those of a form, each for a requirement of the preset. @throws {EngineError} naming the field. */
export function requestOf(
	body: GenerationBody,
	responseFormat: ResponseFormat,
	files: readonly StagedSource[],
): GenerationRequest {
	const preset = presetOf(body, files);
	if (body.prompt === undefined && preset === undefined)
		throw invalid(
			"prompt",
			"prompt is missing: say what to draw, or name a preset in presetId.",
			"text",
		);
	if (body.size !== undefined && body.aspectRatio !== undefined)
		throw invalid(
			"size",
			"A size says the shape already: send size or aspectRatio, not both.",
			"size or aspectRatio",
		);
	return {
		dialect: "platform",
		prompt: body.prompt ?? "",
		preset,
		negativePrompt: body.negativePrompt || undefined,
		model: body.modelVersion,
		count: body.sampleCount,
		aspectRatio: body.aspectRatio,
		size: body.size,
		resolution: body.resolution,
		firstSeed: body.seed,
		isPublic: body.isPublic,
		inputImages: inputImagesOf(body),
		mask: maskOf(body),
		quality: body.quality,
		background: body.background,
		dialectData: {
			responseFormat,
			unknownFields: unknownFieldsOf(body),
			hasIdleVariables:
				preset === undefined && Object.keys(body.variables ?? {}).length > 0,
		},
	};
}

function presetOf(
	{ presetId, variables = {} }: GenerationBody,
	files: readonly StagedSource[],
): PresetUse | undefined {
	if (presetId) return { presetId, variables, files };
	const [file] = files;
	if (file === undefined) return undefined;
	const { field } = file;
	throw invalid(
		field,
		`${field} is a file, and a file is for a preset that asks for it: name one in presetId. Reference images come in refImageUrls or refImageBase64.`,
		"no file without a presetId",
	);
}

/** The first few, shortened: a caller's mistake is named, not kept at any length. */
function unknownFieldsOf(body: GenerationBody): string[] {
	return Object.keys(body)
		.filter((name) => !Object.hasOwn(generationBody.shape, name))
		.slice(0, 20)
		.map((name) => name.slice(0, 100));
}

function inputImagesOf(body: GenerationBody): InputImageSource[] {
	return [
		...(body.refImageBase64 ?? []).map(({ data }, index) => ({
			kind: "base64" as const,
			field: `refImageBase64.${index}`,
			data,
		})),
		...(body.refImageUrls ?? []).map((url, index) => ({
			kind: "url" as const,
			field: `refImageUrls.${index}`,
			url,
		})),
	];
}

function maskOf(body: GenerationBody): InputImageSource | undefined {
	if (body.maskBase64 !== undefined && body.maskUrl !== undefined) {
		throw invalid(
			"maskUrl",
			"There is one mask: send maskBase64 or maskUrl, not both.",
			"maskBase64 or maskUrl",
		);
	}
	if (body.maskBase64 !== undefined) {
		const { data } = body.maskBase64;
		return { kind: "base64", field: "maskBase64", data };
	}
	return body.maskUrl === undefined
		? undefined
		: { kind: "url", field: "maskUrl", url: body.maskUrl };
}

/** The format this request asks for; else the one the generation was made with; else URLs. */
export function responseFormatOf(
	query: {
		response_format?: ResponseFormat | undefined;
		include_base64: boolean;
	},
	generation?: Generation,
): ResponseFormat {
	if (query.include_base64) return "both";
	const remembered = generation?.dialectData.responseFormat;
	return (
		query.response_format ??
		(remembered === "b64_json" || remembered === "both" ? remembered : "url")
	);
}

/** S1-29 knows four statuses; a canceled generation is one that failed because somebody wished it. */
function statusOf(generation: Generation) {
	return generation.status === "canceled" ? "failed" : generation.status;
}

export function headOf(generation: Generation) {
	return {
		id: generation.id,
		status: statusOf(generation),
		created: Math.floor(generation.createdAt / 1000),
		model: generation.model,
	};
}

const IDLE_VARIABLES = {
	kind: "unsupported",
	parameter: "variables",
	message: "variables are for a preset, and presetId names none.",
} as const;

export function warningsOf(generation: Generation) {
	const { unknownFields, hasIdleVariables } = generation.dialectData;
	const unknown = Array.isArray(unknownFields) ? unknownFields : [];
	return [
		...generation.warnings,
		...(hasIdleVariables === true ? [IDLE_VARIABLES] : []),
		...unknown.map((parameter: string) => ({
			kind: "unsupported" as const,
			parameter,
			message: `${parameter} is not a field of this request and was ignored.`,
		})),
	];
}

export function quoteBody(quote: Quote) {
	return {
		dryRun: true as const,
		model: quote.model,
		provider: quote.provider,
		prompt: quote.renderedPrompt,
		sampleCount: quote.count,
		width: quote.width,
		height: quote.height,
		price: { creditsPerImage: quote.creditsPerImage, credits: quote.credits },
		balance: quote.balance,
		isAffordable: quote.balance >= quote.credits,
		warnings: quote.warnings,
	};
}

/** Where an image can be seen. */
export interface ImageUrls {
	readonly url: string;
	readonly thumbnailUrl: string;
}

/** What a generation costs the server's owner, beside the credits that the team pays. */
export function costBody(generation: Generation) {
	return {
		dollars: generation.costDollars,
		isEstimated: generation.isCostEstimated,
		tokens: generation.usage,
	};
}

/** How a picture came to be. */
function originBody({
	provenance,
	watermark,
	provider,
	providerModel,
}: Pick<Image, "provenance" | "watermark" | "provider" | "providerModel">) {
	return { provenance, watermark, drawnBy: { provider, providerModel } };
}

export function generatedImageBody(image: Image, urls: ImageUrls) {
	return {
		id: image.id,
		storageKey: image.storageKey,
		thumbnailUrl: urls.thumbnailUrl,
		width: image.width,
		height: image.height,
		seed: image.seed,
		...originBody(image),
	};
}

/** One of a list (S1-37). */
export function listedImageBody(image: LibraryImage, urls: ImageUrls) {
	return {
		id: image.id,
		...urls,
		width: image.width,
		height: image.height,
		presetId: image.presetId,
		modelVersion: image.model,
		userPrompt: image.prompt,
		isPublic: image.isPublic,
		createdAt: new Date(image.createdAt).toISOString(),
	};
}

/** One by itself (S1-39), and what else there is to know of it. */
export function imageBody(image: LibraryImage, urls: ImageUrls) {
	return {
		...listedImageBody(image, urls),
		prompt: image.renderedPrompt,
		negativePrompt: image.negativePrompt,
		variables: image.variables,
		presetVersion: image.presetVersion,
		sourceType: null,
		seed: image.seed,
		jobId: image.generationId,
		storageKey: image.storageKey,
		mimeType: image.mediaType,
		sizeBytes: image.sizeBytes,
		sha256: image.sha256,
		...originBody(image),
	};
}
