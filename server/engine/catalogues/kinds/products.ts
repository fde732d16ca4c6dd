/** Whatever a shop sells, on a plain background: columns as Shopify, WooCommerce, Google Merchant and others export them. */
import { plainText } from "../prompt/plain-text.ts";
import { tidyText } from "../prompt/tidy-text.ts";
import type { CatalogueKind, Words } from "./catalogue-kind.ts";
import { USUAL_IMAGE_COLUMNS } from "./image-links.ts";
import { asSentence } from "./phrases.ts";

const columnAliases = {
	sku: ["SKU", "Variant SKU", "Item SKU", "Product SKU", "Article Number"],
	id: ["ID", "Product ID", "Item ID", "Handle", "GTIN"],
	title: ["Title", "Name", "Product Name", "Product Title", "Item Name"],
	description: [
		"Description",
		"Body (HTML)",
		"Product Description",
		"Long Description",
		"Short Description",
	],
	category: [
		"Categories",
		"Category",
		"Product Category",
		"Product Type",
		"Google Product Category",
		"Primary Category",
		"Type",
	],
	color: ["Color", "Colour", "Main Color", "Main Colour"],
	material: ["Material", "Materials", "Fabric"],
	brand: ["Brand", "Brands", "Vendor", "Manufacturer"],
	option1Name: ["Option1 Name", "Attribute 1 name"],
	option1Value: ["Option1 Value", "Attribute 1 value(s)"],
	option2Name: ["Option2 Name", "Attribute 2 name"],
	option2Value: ["Option2 Value", "Attribute 2 value(s)"],
	option3Name: ["Option3 Name", "Attribute 3 name"],
	option3Value: ["Option3 Value", "Attribute 3 value(s)"],
} as const;

type ProductWord = keyof typeof columnAliases;
type ProductWords = Words<ProductWord>;

/** What comes after is small print more often than looks. */
const MAX_DESCRIPTION_CHARACTERS = 600;
/** WooCommerce's word for how something is sold stands in the column where others have what it is. */
const WAYS_OF_SELLING = /^(?:simple|variable|variation|grouped|external)\b/i;

export const products: CatalogueKind<ProductWord> = {
	name: "products",
	label: "Products",
	columnAliases,
	tellingWords: [],
	subjectWords: ["title", "category", "description"],
	imageColumns: USUAL_IMAGE_COLUMNS,
	negativePrompt:
		"low quality, blurry, distorted, cropped, watermark, text, extra products, people, hands, cartoon",
	fileName: "{key}",
	photoClauses: {
		drawing:
			"The product is the one in the attached photo: show it exactly as it is, with its own shape, colors, material and markings.",
		describing:
			"A photo of the product is attached: describe the shape, the colors, the material and the markings that it shows.",
	},
	keyOf: ({ sku, id }, position) => `product-${sku || id || `idx-${position}`}`,
	promptOf,
	descriptionPromptOf,
	aspectRatioOf: () => null,
	remarksOn: () => [],
};

function promptOf(words: ProductWords): string {
	const category = categoryOf(words.category);
	const description = tidyText(plainText(words.description)).replace(
		/\s+/g,
		" ",
	);
	const what =
		words.title || category || sentenceStart(description) || "the product";
	const facts = [
		words.title === "" ? "" : fact("Kind", category),
		fact("Color", words.color || optionOf(words, /^colou?rs?$/i)),
		fact(
			"Material",
			words.material || optionOf(words, /^(?:material|fabric)s?$/i),
		),
	].filter((each) => each !== "");
	return [
		`Photo-realistic studio photograph of one product: ${what}${words.brand === "" ? "" : `, made by ${words.brand}`}.`,
		facts.length === 0 ? "" : `${facts.join("; ")}.`,
		description === ""
			? ""
			: `What is said of it: ${asSentence(shortened(description))}`,
		"It stands whole in the middle of a plain light background, true to its colors and proportions.",
		"Soft even light, a gentle shadow below, sharp in every detail.",
	]
		.filter((part) => part !== "")
		.join(" ");
}

function descriptionPromptOf(_words: ProductWords, prompt: string): string {
	return [
		"Write a detailed scene description from which an image generator can draw one photograph without seeing anything else.",
		"Describe the product, its shape, colors, materials and proportions, the background, the light, and the place of the camera.",
		"Answer with the description alone, in whole sentences, without headings, lists or remarks.",
		`This is the scene: ${prompt}`,
		`It must not show: ${products.negativePrompt}.`,
	].join(" ");
}

/** The narrowest of `Home > Rugs > Runners`, the first of several. */
function categoryOf(written: string): string {
	const [first = ""] = written.split(",");
	const narrowest = first.split(/[>|]/).at(-1)?.trim() ?? "";
	const isCode = /^\d*$/.test(narrowest);
	return isCode || WAYS_OF_SELLING.test(narrowest) ? "" : narrowest;
}

/** Shops have attributes in pairs of columns, one for the name and one for the value. */
function optionOf(words: ProductWords, name: RegExp): string {
	const pairs = [
		[words.option1Name, words.option1Value],
		[words.option2Name, words.option2Value],
		[words.option3Name, words.option3Value],
	] as const;
	return pairs.find(([each]) => name.test(each))?.[1] ?? "";
}

function fact(name: string, value: string): string {
	return value === "" ? "" : `${name}: ${value}`;
}

function sentenceStart(description: string): string {
	return /^[^.!?]{1,120}/.exec(description)?.[0].trim() ?? "";
}

/** At the end of a sentence, or of a word, within what is read. */
function shortened(description: string): string {
	if (description.length <= MAX_DESCRIPTION_CHARACTERS) return description;
	const start = description.slice(0, MAX_DESCRIPTION_CHARACTERS);
	const sentences = /^.*[.!?](?=\s)/.exec(start)?.[0];
	return (
		sentences ?? `${start.slice(0, Math.max(1, start.lastIndexOf(" ")))}...`
	);
}
