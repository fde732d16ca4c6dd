/** Writes a line that asks for a row, in the spelling of Google's own samples: snake case, and camel case inside. */
import type {
	RequestedRow,
	SentPicture,
} from "../../../engine/catalogues/line-form.ts";
import type { AspectRatio, Size } from "../../../engine/models/model.ts";
import { Base64Of } from "../../../net/json-stream.ts";
import { SIZE_OF_RESOLUTION } from "../content/image-wishes.ts";
import { nearestRatio } from "../content/like-picture.ts";

/** Those that Google's models draw. */
const RATIOS: readonly AspectRatio[] = [
	"1:1",
	"2:3",
	"3:2",
	"3:4",
	"4:3",
	"4:5",
	"5:4",
	"9:16",
	"16:9",
	"21:9",
	"1:4",
	"4:1",
	"1:8",
	"8:1",
];
const TIERS = [
	[512, "low"],
	[1024, "standard"],
	[2048, "high"],
	[Number.POSITIVE_INFINITY, "4k"],
] as const;

/** Google's models draw one picture for each request, and its batches have one model: the line names none. */
export function writeRequest(
	row: RequestedRow,
	saysModalities: boolean,
): readonly unknown[] {
	const { key, answer, prompt, pictures } = row;
	const { count = 1 } = row.wishes;
	const config = {
		...(answer === "words" ? wordsConfig(row) : pictureConfig(row)),
		...(saysModalities && {
			responseModalities: answer === "words" ? ["TEXT"] : ["TEXT", "IMAGE"],
		}),
	};
	const request = () => ({
		contents: [{ parts: [{ text: prompt }, ...pictures.map(inlineData)] }],
		...(Object.keys(config).length > 0 && { generation_config: config }),
	});
	if (answer === "words" || count === 1) return [{ key, request: request() }];
	return Array.from({ length: count }, (_, index) => ({
		key: `${key}-${index + 1}`,
		request: request(),
	}));
}

/** S0-12: these, and nothing else. */
function wordsConfig({ wishes }: RequestedRow) {
	const { temperature, maxOutputTokens } = wishes;
	return {
		...(temperature !== undefined && { temperature }),
		...(maxOutputTokens !== undefined && {
			max_output_tokens: maxOutputTokens,
		}),
	};
}

function pictureConfig({ wishes }: RequestedRow) {
	const { seed, size } = wishes;
	const ratio = size === undefined ? wishes.aspectRatio : nativeRatio(size);
	const tier =
		wishes.resolution ?? (size === undefined ? undefined : tierOf(size));
	return {
		...((ratio ?? tier) !== undefined && {
			imageConfig: {
				...(ratio !== undefined && { aspectRatio: nativeRatio(sizeOf(ratio)) }),
				...(tier !== undefined && { imageSize: SIZE_OF_RESOLUTION[tier] }),
			},
		}),
		...(seed !== undefined && { seed }),
	};
}

function sizeOf(ratio: AspectRatio): Size {
	const [width = 1, height = 1] = ratio.split(":").map(Number);
	return { width, height };
}

function nativeRatio(size: Size): AspectRatio {
	return nearestRatio(size, RATIOS) ?? "1:1";
}

function tierOf({ width, height }: Size) {
	const longest = Math.max(width, height);
	return TIERS.find(([edge]) => longest <= edge)?.[1] ?? "4k";
}

function inlineData({ mediaType, sizeBytes, open }: SentPicture) {
	return {
		inline_data: { mime_type: mediaType, data: new Base64Of(sizeBytes, open) },
	};
}
