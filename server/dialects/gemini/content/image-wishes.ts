/** Reads how a picture is to be, from every place and in every spelling in which callers say it. */
import type { ListedModel } from "../../../engine/engine.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import {
	ASPECT_RATIOS,
	type AspectRatio,
	type Resolution,
} from "../../../engine/models/model.ts";
import type { DialectContext } from "../../dialect.ts";
import type { NamedModel } from "../model-names.ts";
import type { ContentRequest, ImageConfig } from "./schema.ts";

export type OutputFormat = "png" | "jpeg" | "webp";

export interface ImageWishes {
	/** `undefined` for the input picture's, or a square. */
	readonly aspectRatio: AspectRatio | undefined;
	readonly resolution: Resolution | undefined;
	/** As it was drawn when missing. */
	readonly format: OutputFormat | undefined;
	/** Of jpeg and webp, 0 to 100. */
	readonly compressionQuality: number | undefined;
}

const RESOLUTION_OF_SIZE: Readonly<Record<string, Resolution>> = {
	"512": "low",
	"1K": "standard",
	"2K": "high",
	"4K": "4k",
};
export const SIZE_OF_RESOLUTION: Readonly<Record<Resolution, string>> = {
	low: "512",
	standard: "1K",
	high: "2K",
	"4k": "4K",
};
/** Spellings of sizes, after `IMAGE_SIZE_` is taken off. */
const SIZE: Readonly<Record<string, string>> = {
	"512": "512",
	"512PX": "512",
	"0.5K": "512",
	FIVE_TWELVE: "512",
	"1K": "1K",
	"1024": "1K",
	ONE_K: "1K",
	"2K": "2K",
	"2048": "2K",
	TWO_K: "2K",
	"4K": "4K",
	"4096": "4K",
	FOUR_K: "4K",
};
const NUMBER_WORDS = [
	"ONE",
	"TWO",
	"THREE",
	"FOUR",
	"FIVE",
	"SIX",
	"SEVEN",
	"EIGHT",
	"NINE",
];

/** In the order of section 12.4 of our notes on the wire: the place that is documented goes first. */
function placesOf(request: ContentRequest): readonly ImageConfig[] {
	const config = request.generationConfig;
	const places = [
		config?.imageConfig,
		config?.responseFormat?.image,
		config && {
			aspectRatio: config.aspectRatio,
			imageSize: config.imageSize,
		},
		request.imageConfig,
		{ aspectRatio: request.aspectRatio, imageSize: request.imageSize },
	];
	return places.filter((place) => place !== undefined);
}

/** @throws {EngineError} `invalid_request` for what nobody draws, and for a size that the model lacks (S2-5). */
export function readImageWishes(
	context: Pick<DialectContext, "engine">,
	named: NamedModel,
	request: ContentRequest,
): ImageWishes {
	const places = placesOf(request);
	const first = <T>(read: (place: ImageConfig) => T | undefined) =>
		places.map(read).find((value) => value !== undefined);
	return {
		aspectRatio: aspectRatioOf(
			first(({ aspectRatio }) => aspectRatio),
			"generationConfig.imageConfig.aspectRatio",
		),
		resolution: resolutionOf(
			context,
			named,
			first(({ imageSize }) => imageSize),
			"generationConfig.imageConfig.imageSize",
		),
		format: formatOf(
			first(
				({ outputMimeType, mimeType, imageOutputOptions }) =>
					outputMimeType ?? imageOutputOptions?.mimeType ?? mimeType,
			),
			"generationConfig.imageConfig.outputMimeType",
		),
		compressionQuality: first(
			({ outputCompressionQuality, imageOutputOptions }) =>
				outputCompressionQuality ?? imageOutputOptions?.compressionQuality,
		),
	};
}

/** @param said `16:9`, `16x9`, `ASPECT_RATIO_SIXTEEN_BY_NINE`, or `auto`. */
export function aspectRatioOf(
	said: string | undefined,
	field: string,
): AspectRatio | undefined {
	const text = said?.trim().toUpperCase() ?? "";
	if (/^(AUTO|ASPECT_RATIO_(UNSPECIFIED|AUTO))?$/.test(text)) return undefined;
	const plain = text
		.replace(/^ASPECT_RATIO_/, "")
		.replace(/TWENTY_?ONE/, "21")
		.replace("SIXTEEN", "16")
		.split(/_BY_|(?<=\d)X(?=\d)|[_/:]/)
		.map(digitsOf)
		.join(":");
	const ratio = ASPECT_RATIOS.find((each) => each === plain);
	if (ratio !== undefined) return ratio;
	throw invalid(
		field,
		`Invalid value at '${field}', "${said?.slice(0, 50)}". Allowed are ${ASPECT_RATIOS.join(", ")}.`,
		`one of ${ASPECT_RATIOS.join(", ")}`,
	);
}

function digitsOf(word: string): string {
	const digit = NUMBER_WORDS.indexOf(word) + 1;
	return digit > 0 ? String(digit) : word;
}

/** @throws {EngineError} with the advice of S2-5, when the model does not draw so fine. */
export function resolutionOf(
	{ engine }: Pick<DialectContext, "engine">,
	{ name, model }: NamedModel,
	said: string | undefined,
	field: string,
): Resolution | undefined {
	const text =
		said
			?.trim()
			.toUpperCase()
			.replace(/^IMAGE_SIZE_/, "") ?? "";
	if (text === "" || text === "UNSPECIFIED") return undefined;
	const size = Object.hasOwn(SIZE, text) ? SIZE[text] : undefined;
	const resolution = size === undefined ? undefined : RESOLUTION_OF_SIZE[size];
	if (resolution === undefined)
		throw invalid(
			field,
			`Invalid value at '${field}', "${said?.slice(0, 50)}". Allowed are 512, 1K, 2K and 4K.`,
			"one of 512, 1K, 2K, 4K",
		);
	if (hasTier(model, resolution)) return resolution;
	const others = engine
		.listModels()
		.filter(
			(other) =>
				other.status !== "not_configured" &&
				other.retired === null &&
				hasTier(other, resolution),
		)
		.map(({ id }) => id);
	const own = model.image?.resolutions.map(
		(each) => SIZE_OF_RESOLUTION[each.resolution],
	);
	const allowed = own?.join(", ") ?? "none";
	throw new EngineError(
		"invalid_request",
		`models/${name} does not draw at image size ${size}; it has ${allowed}. ${
			others.length > 0
				? `Ask for one of these, or for ${others.slice(0, 3).join(" or ")}.`
				: "Ask for one of these."
		}`,
		{ details: { field, allowed: `one of ${allowed}` } },
	);
}

function hasTier({ image }: ListedModel, resolution: Resolution): boolean {
	return (
		image?.resolutions.some((each) => each.resolution === resolution) ?? false
	);
}

/** @throws {EngineError} for a format in which no picture is written here. */
export function formatOf(
	said: string | undefined,
	field: string,
): OutputFormat | undefined {
	const text = said?.trim().toLowerCase() ?? "";
	if (text === "") return undefined;
	const [, name] = /^(?:image[/_])?(png|jpe?g|webp)$/.exec(text) ?? [];
	if (name === "jpg" || name === "jpeg") return "jpeg";
	if (name === "png" || name === "webp") return name;
	throw invalid(
		field,
		`Invalid value at '${field}', "${text.slice(0, 50)}". Allowed are image/png, image/jpeg and image/webp.`,
		"one of image/png, image/jpeg, image/webp",
	);
}
