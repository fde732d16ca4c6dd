/** The envelope around everything this dialect answers, good or bad (S4-15 to 21). */
import type { Generation, Image } from "../../engine/generations/request.ts";
import type { Base64Of } from "../../net/json-stream.ts";
import type { Outcome } from "./generate.ts";

/** When a request came in and how long it took, in milliseconds. */
export interface Timing {
	readonly startedAt: number;
	readonly durationMs: number;
}

/** A drawn image, and the bytes the caller gets of it. */
export interface Picture {
	readonly image: Image;
	readonly mediaType: string;
	readonly base64: Base64Of;
}

export interface Success extends Outcome {
	readonly timing: Timing;
	/** The generation's, in order. */
	readonly images: readonly Picture[];
}

export function successBody(success: Success) {
	const { parameters, generation, cacheKey, timing, warnings } = success;
	const images = success.images.map(({ image, mediaType, base64 }) => ({
		image_base64: base64,
		image_format: mediaType.slice("image/".length),
		size: `${image.width}x${image.height}`,
		seed: image.seed ?? parameters.seeds?.[image.position] ?? null,
	}));
	const [first] = images;
	if (first === undefined)
		throw new Error(`${generation.id} is completed without an image`);
	return {
		status: "success",
		request: requestPart(timing.startedAt, {
			prompt: parameters.prompt,
			size: `${parameters.size.width}x${parameters.size.height}`,
			quality: parameters.quality,
			n: parameters.n,
			...(parameters.seeds && { seeds: parameters.seeds }),
		}),
		process: processPart({
			id: generation.id,
			startedAt: timing.startedAt,
			completed: iso(timing.startedAt + timing.durationMs),
			duration: timing.durationMs,
			llm_info: llmInfo(generation),
			is_from_cache: cacheKey !== null,
			cache_key: cacheKey,
		}),
		data: {
			image_base64: first.image_base64,
			image_format: first.image_format,
			size: first.size,
			model: generation.model,
			prompt: parameters.prompt,
			seed: parameters.seeds === undefined ? null : first.seed,
			images,
			// The contract has no such field, so it is there only when there is something to say.
			...(warnings.length > 0 && { warnings }),
		},
		error: null,
	};
}

export function errorBody(refused: {
	id: string;
	startedAt: number;
	code: string;
	message: string;
	details: object;
}) {
	const { id, startedAt, code, message, details } = refused;
	return {
		status: "error",
		request: requestPart(startedAt, {}),
		process: processPart({
			id,
			startedAt,
			completed: null,
			duration: null,
			llm_info: null,
			is_from_cache: false,
			cache_key: null,
		}),
		data: null,
		error: { code, message, details },
	};
}

function requestPart(timestamp: number, parameters: object) {
	return {
		processor: "text2image",
		timestamp: iso(timestamp),
		parameters,
	};
}

function processPart(facts: {
	id: string;
	startedAt: number;
	completed: string | null;
	duration: number | null;
	llm_info: object | null;
	is_from_cache: boolean;
	cache_key: string | null;
}) {
	return {
		id: facts.id,
		main_processor: "text2image",
		started: iso(facts.startedAt),
		completed: facts.completed,
		duration: facts.duration,
		sub_processors: [],
		llm_info: facts.llm_info,
		is_from_cache: facts.is_from_cache,
		cache_key: facts.cache_key,
	};
}

/** One entry for each image; tokens are counted for all of them together, so each gets its share. */
function llmInfo(generation: Generation) {
	const { totalTokens, images, provider } = generation;
	const share = Math.floor(totalTokens / images.length);
	const processor = `${provider.charAt(0).toUpperCase()}${provider.slice(1)}Provider`;
	return {
		total_tokens: totalTokens,
		total_cost: generation.costDollars,
		requests: images.map(({ createdAt }, index) => ({
			model: generation.model,
			purpose: "text2image",
			tokens: index === 0 ? totalTokens - share * (images.length - 1) : share,
			// From the beginning of the work until this image was there.
			duration_ms: Math.max(
				0,
				createdAt - (generation.startedAt ?? generation.createdAt),
			),
			processor,
		})),
	};
}

function iso(milliseconds: number): string {
	return new Date(milliseconds).toISOString();
}
