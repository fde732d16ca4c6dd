/** Each kind of catalogue knows the columns that shops have, and says of a row what a person would have drawn. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { artworks } from "./artworks.ts";
import type { CatalogueKind } from "./catalogue-kind.ts";
import { CATALOGUE_KINDS, detectKind, kindNamed } from "./detect-kind.ts";
import { linksIn } from "./image-links.ts";
import { listed, withArticle } from "./phrases.ts";
import { products } from "./products.ts";
import { wordReader } from "./read-words.ts";
import { decorFor } from "./rugs/rug-scene.ts";
import { readRugSize } from "./rugs/rug-size.ts";
import { rugs } from "./rugs/rugs.ts";

type Row = Readonly<Record<string, string>>;

function wordsOf<Word extends string>(kind: CatalogueKind<Word>, row: Row) {
	return wordReader(kind.columnAliases, Object.keys(row))(Object.values(row));
}

function promptOf(kind: CatalogueKind, row: Row): string {
	return kind.promptOf(wordsOf(kind, row));
}

test("S0-16: of the names that a column may have, the first that is not empty counts, with and without a BOM", () => {
	const { pile, sku, size, borderColor } = wordsOf(rugs, {
		"\ufeffSKU": " 7 ",
		Pile: " ",
		"Rug Pile": "Silk",
		size: "5x8",
		exactSize: "5'1\" x 8'",
		borderColor: "Ivory",
		"Rug Border Color": "Red",
	});
	assert.deepEqual(
		[pile, sku, size, borderColor],
		["Silk", "7", "5'1\" x 8'", "Ivory"],
	);
});

test("S0-16: a rug without a number is known by its place in the table", () => {
	assert.equal(rugs.keyOf(wordsOf(rugs, { SKU: "26171" }), 4), "rug-26171");
	assert.equal(rugs.keyOf(wordsOf(rugs, { SKU: "" }), 4), "rug-idx-4");
});

const rooms: readonly (readonly [string, string, RegExp])[] = [
	["Runner", "2'6\" x 10'", /an elegant hallway .* no furniture on it/],
	["round", "8' x 8'", /a dining room with a round table/],
	["SQUARE", "9x9", /a square dining room/],
	["Rectangle", "5' x 8'11\"", /a cozy living room .* coffee table/],
	["Rectangle", "5' x 9'", /a spacious parlor or library/],
	["Rectangle", "7'11\" x 8'2\"", /a spacious parlor or library/],
	["Oval", "", /a cozy living room/],
	["", "2'7\" x 9'10\"", /an elegant hallway/],
	["Runner", "10'10\" x 17'", /a spacious parlor or library/],
	["Runner", "", /an elegant hallway/],
];
for (const [shape, size, room] of rooms) {
	test(`a rug called "${shape}" of ${size || "unknown size"} lies where ${room.source}`, () => {
		const prompt = promptOf(rugs, { "Stock Shape": shape, size });
		assert.match(prompt, room);
	});
}

test("a rug without measures is large when its area is", () => {
	assert.match(promptOf(rugs, { "total Sq Ft": "64" }), /parlor/);
	assert.match(promptOf(rugs, { total_sq_ft: "63.9" }), /living room/);
});

test("a rug that is called one in its column of uses is called so once", () => {
	for (const [use, said] of [
		["Area Rug", "an area rug"],
		["Rugs", "an indoor rug"],
		["Drugget", "a drugget rug"],
	])
		assert.match(
			promptOf(rugs, { Rugtype: use ?? "" }),
			new RegExp(`with ${said} on the floor`),
		);
});

test("S0-13: a rug about which nothing is known is drawn with what most rugs are", () => {
	assert.equal(
		promptOf(rugs, { SKU: "1" }),
		"Photo-realistic picture of a cozy living room in neutral decor, with an indoor rug on the floor, in soft natural daylight. The rug is a rectangular area rug. It lies centered under a coffee table, with a sofa and armchairs around it. Collection: unspecified; secondary: none; style: traditional; origin: unknown. Pile: wool; foundation: cotton; material: wool; weave: hand-knotted; dominant colors: neutral. Keep the real proportions of the rug: true to scale beside the furniture, neither stretched nor cropped nor reshaped. Hardwood floor, soft shadows, seen from eye level (about 1.2 m) through a 35mm lens, high detail.",
	);
});

test("rooms are furnished after the collection, whatever its capitals", () => {
	assert.equal(decorFor("Khotan and Samarkand"), "traditional decor");
	assert.equal(decorFor("MODERN & contemporary"), "modern decor");
	assert.equal(decorFor("Flat Weave"), "eclectic decor");
	assert.equal(decorFor("Tribal & Geometric"), "transitional decor");
	assert.equal(decorFor("Nobody's"), "neutral decor");
});

const sizes: readonly (readonly [string, readonly [number, number] | null])[] =
	[
		["3'2\" x 13'10\"", [3 + 2 / 12, 13 + 10 / 12]],
		["3'2\"x13'10\"", [3 + 2 / 12, 13 + 10 / 12]],
		["10' 2” × 14′ 3″", [10 + 2 / 12, 14 + 3 / 12]],
		["17'0'' x 10'10''", [10 + 10 / 12, 17]],
		["8x10", [8, 10]],
		["9 ft x 12 ft", [9, 12]],
		["9 ft 6 in by 12 feet", [9.5, 12]],
		["5.5 X 8", [5.5, 8]],
		['18" x 24"', [1.5, 2]],
		["152.4 x 243.84 cm", [5, 8]],
		["97 X 422", [97 / 30.48, 422 / 30.48]],
		["1,524 x 3,048 m", [5, 10]],
		["Large", null],
		["8' round", null],
		["0 x 0", null],
	];
for (const [written, expected] of sizes) {
	test(`the size ${written} is read with its inches and its unit`, () => {
		const size = readRugSize(written);
		if (expected === null || size === null) {
			assert.equal(size, expected);
			return;
		}
		const [width, length] = expected;
		assert.ok(Math.abs(size.widthFeet - width) < 0.001, `${size.widthFeet}`);
		assert.ok(Math.abs(size.lengthFeet - length) < 0.001, `${size.lengthFeet}`);
	});
}

test("articles follow the sound, and lists repeat nothing", () => {
	const articles = ["indoor rug", "hand-tufted rug", "unique rug", "8x10 rug"];
	assert.deepEqual(articles.map(withArticle), [
		"an indoor rug",
		"a hand-tufted rug",
		"a unique rug",
		"an 8x10 rug",
	]);
	assert.equal(
		listed(["Blue", " ", "navy", "blue ", "Red"]),
		"Blue, navy, Red",
	);
});

const cells: readonly (readonly [
	string,
	readonly string[],
	readonly string[],
])[] = [
	[
		" https://x.test/sh26171 001.jpg ",
		["https://x.test/sh26171%20001.jpg"],
		[],
	],
	[
		"https://x.test/a%20b.jpg?w=1&h=2",
		["https://x.test/a%20b.jpg?w=1&h=2"],
		[],
	],
	[
		"https://x.test/a 1.jpg, http://x.test/b.jpg|https://x.test/c,d.jpg\nhttps://x.test/a 1.jpg",
		[
			"https://x.test/a%201.jpg",
			"http://x.test/b.jpg",
			"https://x.test/c,d.jpg",
		],
		[],
	],
	[
		"https://x.test/a.jpg;ftp://x.test/b.jpg",
		["https://x.test/a.jpg"],
		["ftp://x.test/b.jpg"],
	],
	["javascript:alert(1)", [], ["javascript:alert(1)"]],
	["/images/a.jpg", [], ["/images/a.jpg"]],
	["https://", [], ["https://"]],
	[" ; ", [], []],
];
for (const [cell, links, unusable] of cells) {
	test(`the links in ${JSON.stringify(cell)} are found`, () => {
		assert.deepEqual(linksIn(cell), { links, unusable });
	});
}

test("an artwork hangs on the wall of its style, in its own ratio", () => {
	const row = {
		SKU: "9",
		Title: "Water Lilies",
		Artist: "C. Monet",
		Medium: "oil",
		Style: "impressionist",
		ratio: " Landscape ",
	};
	const words = wordsOf(artworks, row);
	assert.equal(artworks.keyOf(words, 0), "artwork-9");
	assert.match(
		promptOf(artworks, row),
		/"Water Lilies" by C\. Monet \(oil, impressionist\), hanging on a soft cream/,
	);
	assert.equal(artworks.aspectRatioOf(words), "2:1");
	assert.deepEqual(artworks.remarksOn(words), []);
});

test("ratios of artworks have names and spellings, and an unknown one is told and square", () => {
	const ratioOf = (aspectRatio: string) =>
		artworks.aspectRatioOf(wordsOf(artworks, { "aspect ratio": aspectRatio }));
	const written = ["", "1x2", "tall", "portrait", "wide", "16:9", "3 / 4"];
	assert.deepEqual(written.map(ratioOf), [
		"1:1",
		"1:2",
		"1:2",
		"1:2",
		"2:1",
		"16:9",
		"3:4",
	]);
	const odd = wordsOf(artworks, { "Aspect Ratio": "5:7" });
	assert.equal(artworks.aspectRatioOf(odd), "1:1");
	assert.deepEqual(
		artworks.remarksOn(odd).map(({ code }) => code),
		["unknown_aspect_ratio"],
	);
});

test("products are read from the exports of the usual shops", () => {
	const shopify = {
		Handle: "mug",
		Title: "Mug",
		"Body (HTML)": "<p>Holds <b>coffee</b>.</p>",
		Vendor: "Potter",
		"Product Category": "Home > Kitchen > Mugs",
		Type: "",
		"Option1 Name": "Color",
		"Option1 Value": "Blue",
		"Variant SKU": "",
	};
	assert.equal(products.keyOf(wordsOf(products, shopify), 0), "product-mug");
	assert.match(
		promptOf(products, shopify),
		/one product: Mug, made by Potter\. Kind: Mugs; Color: Blue\. What is said of it: Holds coffee\./,
	);
	const wooCommerce = {
		ID: "44",
		Type: "simple",
		SKU: "W-1",
		Name: "Lamp",
		Categories: "Light > Desk, Sale",
		"Attribute 1 name": "Material",
		"Attribute 1 value(s)": "Brass",
	};
	assert.equal(
		products.keyOf(wordsOf(products, wooCommerce), 0),
		"product-W-1",
	);
	assert.match(
		promptOf(products, wooCommerce),
		/one product: Lamp\. Kind: Desk; Material: Brass\. It stands/,
	);
	const merchant = {
		id: "3",
		title: "Shirt",
		google_product_category: "2271",
		product_type: "",
		color: "red",
		brand: "",
	};
	assert.equal(products.keyOf(wordsOf(products, merchant), 0), "product-3");
	assert.match(
		promptOf(products, merchant),
		/: Shirt\. Color: red\. It stands/,
	);
	assert.equal(
		products.keyOf(wordsOf(products, { Title: "x" }), 6),
		"product-idx-6",
	);
});

test("a long description of a product ends with a sentence", () => {
	const prompt = promptOf(products, {
		Name: "Sofa",
		Description: `${"Soft. ".repeat(90)}${"endless ".repeat(100)}`,
	});
	assert.match(prompt, /Soft\. It stands whole/);
	assert.ok(prompt.length < 1_000);
});

test("which kind a table is, its columns tell", () => {
	const kindOf = (...columns: string[]) => detectKind(columns).name;
	assert.equal(kindOf("SKU", "Rug Pile", "rug_foundation", "Title"), "rugs");
	assert.equal(kindOf("SKU", "Title", "AspectRatio"), "artworks");
	assert.equal(kindOf("Title", "Artist", "Medium", "Year"), "artworks");
	assert.equal(kindOf("Pile", "Foundation", "Aspect Ratio"), "rugs");
	assert.equal(kindOf("Title", "Material", "Body (HTML)"), "products");
	assert.equal(kindOf("prompt"), "products");
	assert.equal(kindNamed("rugs"), rugs);
	assert.equal(kindNamed("hats"), undefined);
});

for (const kind of CATALOGUE_KINDS) {
	test(`S0-13, S0-15: of ${kind.name} a description is asked for that needs nothing beside it`, () => {
		const words = wordReader(kind.columnAliases, ["Title"])(["The Thing"]);
		const prompt = kind.promptOf(words);
		const asked = kind.descriptionPromptOf(words, prompt);
		assert.match(asked, /^Write a detailed scene description /);
		assert.match(asked, /without seeing anything else/);
		assert.ok(asked.includes(prompt));
		assert.ok(asked.includes("The Thing"));
	});
}
