/** Pictures of artworks on the wall of a gallery, each untouched and in its own shape. */
import { ASPECT_RATIOS, type AspectRatio } from "../../models/model.ts";
import type { CatalogueKind, Words } from "./catalogue-kind.ts";
import { USUAL_IMAGE_COLUMNS } from "./image-links.ts";
import { asSentence } from "./phrases.ts";

const columnAliases = {
	sku: ["SKU"],
	title: ["Title", "Name"],
	artist: ["Artist"],
	medium: ["Medium", "Material"],
	dimensions: ["Dimensions", "Size"],
	aspectRatio: ["Aspect Ratio", "Ratio"],
	style: ["Style"],
	category: ["Category", "Primary Category"],
	year: ["Year", "Date"],
	description: ["Description"],
} as const;

type ArtworkWord = keyof typeof columnAliases;
type ArtworkWords = Words<ArtworkWord>;

const MAX_DESCRIPTION_CHARACTERS = 1_000;
const DEFAULT_RATIO: AspectRatio = "1:1";

const RATIO_NAMES: Readonly<Record<string, AspectRatio>> = {
	square: "1:1",
	portrait: "1:2",
	tall: "1:2",
	landscape: "2:1",
	wide: "2:1",
};

const WALLS: Readonly<Record<string, string>> = {
	modern: "a clean white gallery wall with hardly any texture",
	contemporary: "a smooth light gray museum wall",
	classical: "a warm off-white wall with a fine texture",
	impressionist: "a soft cream gallery wall",
	abstract: "a pure white gallery wall",
	renaissance: "a warm beige museum wall with a fine texture",
	"pop art": "a bright white gallery wall",
	minimalist: "a flawless white wall without texture",
	traditional: "a gallery wall in a warm neutral color",
};
const USUAL_WALL = "an elegant off-white gallery wall with a fine texture";

export const artworks: CatalogueKind<ArtworkWord> = {
	name: "artworks",
	label: "Artworks on a wall",
	columnAliases,
	tellingWords: ["aspectRatio", "artist", "medium"],
	subjectWords: [],
	imageColumns: USUAL_IMAGE_COLUMNS,
	negativePrompt:
		"low quality, blurry, distorted, watermark, text, logo, glare, reflections, harsh shadows, cropped artwork, more than one artwork, cartoon",
	fileName: "{key}",
	photoClauses: {
		drawing:
			"The artwork is the one in the attached picture: show it exactly as it is, with its own colors, strokes, details and proportions, and reinterpret nothing.",
		describing:
			"A picture of the artwork is attached: describe what it shows, its composition, colors and strokes.",
	},
	keyOf: ({ sku }, position) =>
		`artwork-${sku === "" ? `idx-${position}` : sku}`,
	promptOf,
	descriptionPromptOf,
	aspectRatioOf: ({ aspectRatio }) => readRatio(aspectRatio) ?? DEFAULT_RATIO,
	remarksOn({ aspectRatio }) {
		if (aspectRatio === "" || readRatio(aspectRatio) !== null) return [];
		return [
			{
				code: "unknown_aspect_ratio",
				message: `"${aspectRatio.slice(0, 50)}" is no aspect ratio; ${DEFAULT_RATIO} is drawn. It may be ${ASPECT_RATIOS.join(", ")}, square, portrait, tall, landscape or wide.`,
			},
		];
	},
};

/** Seven parts: artwork, placing, wall and light, reality, faithfulness, camera, size. */
function promptOf(words: ArtworkWords): string {
	const wall = WALLS[words.style.toLowerCase()] ?? USUAL_WALL;
	return [
		`Photo-realistic picture of ${named(words)}, hanging on ${wall}.`,
		"The artwork is in the middle of the picture, whole, with the wall to be seen around it on every side, 15 to 20 percent of the picture.",
		"Soft gallery light falls on it from above, with gentle shadows below it and no glare.",
		"It hangs on a real wall: its edges and its frame, if it has one, cast shadows of their own.",
		"Its colors, strokes, textures and proportions are kept exactly.",
		"Sharp focus on the artwork, seen straight from eye level, as a gallery would photograph it.",
		words.dimensions === ""
			? ""
			: `The artwork measures ${words.dimensions}; it is true to scale.`,
	]
		.filter((part) => part !== "")
		.join(" ");
}

function named(words: ArtworkWords): string {
	const title = words.title === "" ? "an artwork" : `"${words.title}"`;
	const facts = [words.medium, words.style, words.category, words.year].filter(
		(fact) => fact !== "",
	);
	const artist = words.artist === "" ? "" : ` by ${words.artist}`;
	return `${title}${artist}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

function descriptionPromptOf(words: ArtworkWords, prompt: string): string {
	const description = words.description.slice(0, MAX_DESCRIPTION_CHARACTERS);
	return [
		"Write a detailed scene description from which an image generator can draw one photograph without seeing anything else.",
		"Describe the artwork itself, its frame, the wall, the light, and the place of the camera.",
		"Answer with the description alone, in whole sentences, without headings, lists or remarks.",
		description === ""
			? ""
			: `What is known of the artwork: ${asSentence(description)}`,
		`This is the scene: ${prompt}`,
		`It must not show: ${artworks.negativePrompt}.`,
	]
		.filter((part) => part !== "")
		.join(" ");
}

/** @returns `null` for what is none. */
function readRatio(text: string): AspectRatio | null {
	const plain = text.toLowerCase().replace(/\s+/g, "");
	const named = RATIO_NAMES[plain];
	if (named !== undefined) return named;
	const ratio = plain.replace(/[x×/]/, ":");
	return ASPECT_RATIOS.find((each) => each === ratio) ?? null;
}
