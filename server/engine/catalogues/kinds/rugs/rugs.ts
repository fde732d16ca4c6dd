/** Rugs, each in a room that suits it: the first kind of catalogue there was (S0). */
import type { CatalogueKind, Words } from "../catalogue-kind.ts";
import { USUAL_IMAGE_COLUMNS } from "../image-links.ts";
import { asSentence, listed, withArticle } from "../phrases.ts";
import { decorFor, sceneFor } from "./rug-scene.ts";
import { type SettledShape, settleShape } from "./rug-shape.ts";
import { type RugSize, readRugSize } from "./rug-size.ts";

const columnAliases = {
	sku: ["SKU"],
	title: ["Title"],
	description: ["Description"],
	collection: ["Primary Category"],
	secondaryCategory: ["Secondary Category"],
	pile: ["Pile", "Rug Pile"],
	foundation: ["Foundation", "Rug Foundation"],
	borderColor: ["borderColor", "Rug Border Color"],
	fieldColor: ["fieldColor", "Rug Field Color"],
	exactFieldColor: ["Exact Field Color"],
	otherColors: ["otherColors", "Other Color"],
	color: ["color"],
	style: ["Style"],
	material: ["Material"],
	weave: ["Weavetype"],
	use: ["Rugtype"],
	origin: ["Origin"],
	size: ["exactSize", "Exact Size", "size"],
	area: ["total Sq Ft", "total_sq_ft"],
	shape: ["Stock Shape"],
} as const;

type RugWord = keyof typeof columnAliases;
type RugWords = Words<RugWord>;

/** A description is for the pattern; what a shop promises beyond it is of no use. */
const MAX_DESCRIPTION_CHARACTERS = 1_000;

export const rugs: CatalogueKind<RugWord> = {
	name: "rugs",
	label: "Rugs in rooms",
	columnAliases,
	tellingWords: ["pile", "foundation", "weave", "use", "fieldColor"],
	subjectWords: [],
	imageColumns: USUAL_IMAGE_COLUMNS,
	negativePrompt:
		"low quality, overexposed, watermark, extra rugs, distorted perspective, cartoon, text, logo",
	fileName: "{key}",
	photoClauses: {
		drawing:
			"The rug is the one in the attached photo: take over its pattern, border, colors and proportions exactly, blend it into the room with the light and shadows of the room, and change nothing about it.",
		describing:
			"A photo of the rug is attached: describe the pattern, the border and the colors that it shows.",
	},
	keyOf: ({ sku }, position) => `rug-${sku === "" ? `idx-${position}` : sku}`,
	promptOf,
	descriptionPromptOf,
	aspectRatioOf: () => null,
	remarksOn(words) {
		if (!shapeOf(words).isAgainstSize) return [];
		return [
			{
				code: "shape_against_size",
				message: `A rug of ${words.size} is no runner, though it is called one; it is drawn as a rectangle.`,
			},
		];
	},
};

/** Six parts: room, place, collection, make, proportions, camera. */
function promptOf(words: RugWords): string {
	const { shape } = shapeOf(words);
	const size = sizeOf(words);
	const scene = sceneFor(shape, size, areaOf(words));
	const colors = listed([
		words.fieldColor,
		words.borderColor,
		words.exactFieldColor,
		words.color,
		...words.otherColors.split(/[;,]/),
	]);
	const measures = words.size === "" ? "" : ` of ${words.size}`;
	return [
		`Photo-realistic picture of ${withArticle(scene.room)} in ${decorFor(words.collection)}, with ${withArticle(`${useOf(words)} rug`)} on the floor, in soft natural daylight.`,
		`The rug is ${withArticle(scene.noun)}${measures}. ${scene.placement}`,
		`Collection: ${words.collection || "unspecified"}; secondary: ${words.secondaryCategory || "none"}; style: ${words.style || "traditional"}; origin: ${words.origin || "unknown"}.`,
		`Pile: ${words.pile || "wool"}; foundation: ${words.foundation || "cotton"}; material: ${words.material || "wool"}; weave: ${words.weave || "hand-knotted"}; dominant colors: ${colors || "neutral"}.`,
		"Keep the real proportions of the rug: true to scale beside the furniture, neither stretched nor cropped nor reshaped.",
		"Hardwood floor, soft shadows, seen from eye level (about 1.2 m) through a 35mm lens, high detail.",
	].join(" ");
}

/** Some shops say "Area Rug", others "Area". */
function useOf({ use }: RugWords): string {
	return use.toLowerCase().replace(/\s*\brugs?$/, "") || "indoor";
}

/** Begins as a request for a text does, so that a model that could draw as well answers in words. */
function descriptionPromptOf(words: RugWords, prompt: string): string {
	const description = words.description.slice(0, MAX_DESCRIPTION_CHARACTERS);
	return [
		"Write a detailed scene description from which an image generator can draw one photograph without seeing anything else.",
		"Describe the room and its furniture, where the rug lies and how large it is beside them, its pattern, border, colors, pile and material, the light, and the place and lens of the camera.",
		"Answer with the description alone, in whole sentences, without headings, lists or remarks.",
		words.title === "" ? "" : `The rug is offered as: ${words.title}.`,
		description === "" ? "" : `The shop says of it: ${asSentence(description)}`,
		`This is the scene: ${prompt}`,
		`It must not show: ${rugs.negativePrompt}.`,
	]
		.filter((part) => part !== "")
		.join(" ");
}

function shapeOf(words: RugWords): SettledShape {
	return settleShape(words.shape, sizeOf(words));
}

function sizeOf(words: RugWords): RugSize | null {
	return readRugSize(words.size);
}

/** Square feet. */
function areaOf(words: RugWords): number | null {
	const area = Number.parseFloat(words.area.replace(",", "."));
	return Number.isFinite(area) ? area : null;
}
