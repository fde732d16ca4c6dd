/** Translates between the team API's words and the engine's. */

import type { LibraryImage } from "../../engine/engine.ts";
import { EngineError, invalid } from "../../engine/errors.ts";
import type {
	Generation,
	GenerationRequest,
	Image,
	InputImageSource,
	Quote,
} from "../../engine/generations/request.ts";
import type { GenerationBody, ResponseFormat } from "./schema.ts";
import { generationBody } from "./schema.ts";

const MAX_SEED = 2 ** 31 - 1;

/** @throws {EngineError} naming the field. */
export function requestOf(
	body: GenerationBody,
	responseFormat: ResponseFormat,
): GenerationRequest {
	if (body.presetId) {
		throw new EngineError(
			"not_found",
			`There is no preset ${body.presetId} in this team.`,
			{ details: { field: "presetId" } },
		);
	}
	if (body.prompt === undefined)
		throw invalid("prompt", "prompt is missing: say what to draw.", "text");
	const count = body.sampleCount ?? 1;
	return {
		dialect: "platform",
		prompt: body.prompt,
		negativePrompt: body.negativePrompt || undefined,
		model: body.modelVersion,
		count,
		aspectRatio: body.aspectRatio,
		resolution: body.resolution ?? "standard",
		seeds: body.seed === undefined ? undefined : seedsFrom(body.seed, count),
		isPublic: body.isPublic,
		inputImages: inputImagesOf(body),
		mask: maskOf(body),
		quality: body.quality,
		background: body.background,
		dialectData: {
			responseFormat,
			unknownFields: unknownFieldsOf(body),
		},
	};
}

/** The first few, shortened: a caller's mistake is named, not kept at any length. */
function unknownFieldsOf(body: GenerationBody): string[] {
	return Object.keys(body)
		.filter((name) => !(name in generationBody.shape))
		.slice(0, 20)
		.map((name) => name.slice(0, 100));
}

function seedsFrom(first: number, count: number): number[] {
	if (first > MAX_SEED)
		throw invalid(
			"seed",
			`seed must be a whole number from 0 to ${MAX_SEED}.`,
			`0 to ${MAX_SEED}`,
		);
	const length = Math.min(count, 1_000);
	return Array.from({ length }, (_, index) => (first + index) % (MAX_SEED + 1));
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

export function warningsOf(generation: Generation) {
	const { unknownFields } = generation.dialectData;
	const unknown = Array.isArray(unknownFields) ? unknownFields : [];
	return [
		...generation.warnings,
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
		presetId: null,
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
		variables: {},
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
