/** From a shop's export to what is drawn for each row: keys, prompts, links, file names, and what it will cost. */
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { estimateCatalogue } from "./estimate-catalogue.ts";
import { checkFileNamePattern, fileNameOf } from "./file-names.ts";
import { artworks } from "./kinds/artworks.ts";
import { detectKind } from "./kinds/detect-kind.ts";
import { products } from "./kinds/products.ts";
import { rugs } from "./kinds/rugs/rugs.ts";
import {
	createRowPlanner,
	type PlanOptions,
	type RowPlan,
} from "./plan-rows.ts";
import { readPromptTemplate } from "./prompt/prompt-template.ts";
import { openTable } from "./table/open-table.ts";
import type { TableRow } from "./table/table.ts";
import { createUniqueKeys, fileStem } from "./unique-keys.ts";

const SAMPLE = path.join(
	import.meta.dirname,
	"../../../examples/sample-rugs.csv",
);
const HALLWAY =
	"Photo-realistic picture of an elegant hallway in traditional decor, with an indoor rug on the floor, in soft natural daylight.";
const LENGTHWISE =
	"It lies lengthwise along the middle of the floor, with floor to be seen on both sides and no furniture on it.";
const FROM_IRAN =
	"style: Traditional; origin: IRAN (Islamic Republic of Iran).";
const ENDING =
	"Keep the real proportions of the rug: true to scale beside the furniture, neither stretched nor cropped nor reshaped. Hardwood floor, soft shadows, seen from eye level (about 1.2 m) through a 35mm lens, high detail.";

function row(position: number, ...fields: string[]): TableRow {
	return { position, line: position + 2, fields, warnings: [] };
}

/** Plans, or the codes of faults. */
function planned(
	options: PlanOptions,
	...rows: (readonly string[])[]
): (RowPlan | string)[] {
	const plan = createRowPlanner(options);
	return rows.map((fields, position) => {
		const result = plan(row(position, ...fields));
		return result.kind === "plan" ? result.plan : result.fault.code;
	});
}

function only(plans: (RowPlan | string)[]): RowPlan {
	const [plan] = plans;
	assert.ok(plan !== undefined && typeof plan !== "string", `${plan}`);
	return plan;
}

async function planSample(): Promise<RowPlan[]> {
	const table = await openTable(createReadStream(SAMPLE), { field: "file" });
	const kind = detectKind(table.columns);
	assert.equal(kind, rugs);
	const plan = createRowPlanner({ kind, columns: table.columns });
	const plans: RowPlan[] = [];
	for await (const entry of table.entries) {
		assert.equal(entry.kind, "row");
		if (entry.kind !== "row") continue;
		const result = plan(entry.row);
		if (result.kind === "plan") plans.push(result.plan);
	}
	return plans;
}

test("S0-16, S0-17: every rug of a shop's export has its own prompt", async () => {
	const plans = await planSample();
	assert.deepEqual(
		plans.map(({ prompt }) => prompt),
		[
			`${HALLWAY} The rug is a runner rug of 3'2" x 13'10". ${LENGTHWISE} Collection: Persian; secondary: Persian,Antique; ${FROM_IRAN} Pile: Wool; foundation: Wool; material: Wool; weave: Hand-Knotted; dominant colors: Blue, Ivory, Navy Blue, Pink, Gold, Forest Green, Purple, Black, Denim Blue. ${ENDING}`,
			`${HALLWAY} The rug is a runner rug of 3'1" x 14'3". ${LENGTHWISE} Collection: Antique; secondary: Persian,Antique; ${FROM_IRAN} Pile: Wool; foundation: Cotton; material: Wool; weave: Hand-Knotted; dominant colors: Green, Light Brown, Red, Taupe, Black. ${ENDING}`,
			`Photo-realistic picture of a spacious parlor or library in traditional decor, with an indoor rug on the floor, in soft natural daylight. The rug is a large rectangular area rug of 10'10" x 17'0". It is the center of the room: elegant seats stand around its edges, and its middle is free. Collection: Antique; secondary: Persian,Antique; ${FROM_IRAN} Pile: Wool; foundation: Cotton; material: Wool; weave: Hand-Knotted; dominant colors: Blue, Gold, Navy Blue, Sky Blue, Beige, Light Brown, Denim Blue. ${ENDING}`,
			`${HALLWAY} The rug is a runner rug of 3'7" x 14'2". ${LENGTHWISE} Collection: Antique; secondary: Antique,Tribal & Geometric; ${FROM_IRAN} Pile: Wool; foundation: Cotton; material: Wool; weave: Hand-Knotted; dominant colors: Red, Denim Blue, Rust Red, Beige, Salmon, Chocolate Brown, Gold, Black. ${ENDING}`,
			`${HALLWAY} The rug is a runner rug of 3'9" x 14'4". ${LENGTHWISE} Collection: Antique; secondary: Persian,Antique,Tribal & Geometric; ${FROM_IRAN} Pile: Wool; foundation: Cotton; material: Wool; weave: Hand-Knotted; dominant colors: Brown, Denim Blue, Sand Brown, Honey Brown, navy Blue, Ivory, Salmon, Rust Red, Gold, Yellow. ${ENDING}`,
		],
	);
});

test("S0-17: a rug's request has its number, its photo's link with blanks encoded, what not to draw, and a file name", async () => {
	const [first, , third] = await planSample();
	assert.ok(first !== undefined && third !== undefined);
	assert.equal(first.key, "rug-26171");
	assert.equal(first.fileName, "rug-26171");
	assert.deepEqual(first.imageLinks, [
		"https://shrugs.com/rug_pictures/overstock_rugs/26000-26499/sh26171%20001.jpg",
	]);
	assert.equal(
		first.negativePrompt,
		"low quality, overexposed, watermark, extra rugs, distorted perspective, cartoon, text, logo",
	);
	assert.equal(first.aspectRatio, null);
	assert.deepEqual(first.warnings, []);
	assert.match(first.photoClauses.drawing, /the one in the attached photo/);
	assert.deepEqual(third.warnings, [
		{
			line: 5,
			code: "shape_against_size",
			message:
				"Line 5: A rug of 10'10\" x 17'0\" is no runner, though it is called one; it is drawn as a rectangle.",
		},
	]);
});

test("S0-15: a description has all that the shop says, so that no second look at the row is needed", async () => {
	const [first] = await planSample();
	assert.ok(first !== undefined);
	const { descriptionPrompt, prompt } = first;
	assert.ok(descriptionPrompt.includes(prompt));
	assert.match(descriptionPrompt, /Antique Persian Northwest Boteh Design/);
	assert.match(descriptionPrompt, /8 Months to meticulously weave this piece/);
	assert.ok(
		descriptionPrompt.includes(`It must not show: ${rugs.negativePrompt}`),
	);
});

test("rows with the same number get keys of their own, and are told", () => {
	const plans = planned(
		{ kind: rugs, columns: ["SKU"] },
		["26171"],
		["26171"],
		["26171-2"],
		["a/b"],
		["A:B"],
	);
	assert.deepEqual(
		plans.map((plan) =>
			typeof plan === "string"
				? plan
				: [plan.key, plan.fileName, ...plan.warnings.map(({ code }) => code)],
		),
		[
			["rug-26171", "rug-26171"],
			["rug-26171-2", "rug-26171-2", "repeated_key"],
			["rug-26171-2-2", "rug-26171-2-2", "repeated_key"],
			["rug-a/b", "rug-a-b"],
			["rug-A:B-2", "rug-A-B-2", "repeated_key"],
		],
	);
});

test("thousands of rows with one number get their keys without each being looked for from the first", () => {
	const uniqueKey = createUniqueKeys();
	let last = "";
	for (let row = 0; row < 20_000; row++) last = uniqueKey("rug-1").key;
	assert.equal(last, "rug-1-20000");
});

test("whatever keys rows have, their files can stand beside each other in any folder", () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.oneof(
					fc.string({ unit: "binary", maxLength: 12 }),
					fc.constantFrom("x".repeat(79), "x".repeat(90)),
					fc.constantFrom("con", "CON", "..", "", "a", "a-2", "ก่ำ", "\ud800"),
				),
				{ maxLength: 30 },
			),
			(wanted) => {
				const uniqueKey = createUniqueKeys();
				const keys = wanted.map((key) => uniqueKey(key).key);
				assert.equal(new Set(keys).size, keys.length);
				const names = keys.map((key, position) =>
					fileNameOf("{key}", key, position).toLowerCase(),
				);
				assert.equal(new Set(names).size, names.length);
				for (const name of names) {
					assert.match(name, /^[\p{L}\p{M}\p{N}._ ()+-]+$/u);
					assert.doesNotMatch(name, /^[. ]|[. ]$|^(?:con|nul)$/);
					assert.ok(name.isWellFormed());
				}
			},
		),
	);
	assert.equal(fileStem("../../etc/passwd"), "-..-etc-passwd");
});

test("files are called after a pattern, which has to tell rows apart", () => {
	assert.equal(fileNameOf("{row}-{key}", "rug-1", 8), "0009-rug-1");
	assert.equal(fileNameOf("shop/{row}", "rug-1", 12_344), "shop-12345");
	assert.doesNotThrow(() => checkFileNamePattern("{row}", "fileName"));
	for (const pattern of ["picture", "{sku}", `{key}${"x".repeat(60)}`, ""]) {
		assert.throws(() => checkFileNamePattern(pattern, "fileName"), {
			code: "invalid_request",
			details: {
				field: "fileName",
				allowed: "a name with {key} or {row} in it, such as {row}-{key}",
			},
		});
	}
});

test("a template stands in for the kind's prompt, and in the request for a description too", () => {
	const columns = ["SKU", "Title"];
	const prompt = readPromptTemplate("A drawing of {{ Title }}", {
		field: "prompt",
		columns,
	});
	const [first, empty] = planned(
		{
			kind: rugs,
			columns,
			prompt,
			negativePrompt: "",
			aspectRatio: "4:3",
			fileName: "{row}",
		},
		["1", "a cat"],
		["2", ""],
	);
	assert.ok(typeof first === "object");
	assert.equal(first.prompt, "A drawing of a cat");
	assert.ok(first.descriptionPrompt.includes("A drawing of a cat"));
	assert.deepEqual(
		[first.negativePrompt, first.aspectRatio, first.fileName],
		["", "4:3", "0001"],
	);
	assert.ok(typeof empty === "object");
	assert.equal(empty.prompt, "A drawing of");
});

test("S0-33: a row that says nothing to draw, or too much, is told by itself and spoils no other", () => {
	const columns = ["Title"];
	const prompt = readPromptTemplate("{{ Title }}", {
		field: "prompt",
		columns,
		maxPromptCharacters: 10,
	});
	const plans = planned(
		{ kind: products, columns, prompt },
		["a cat"],
		[" "],
		["a very long cat"],
		["a dog"],
	);
	assert.deepEqual(
		plans.map((plan) => (typeof plan === "string" ? plan : plan.prompt)),
		["a cat", "nothing_to_draw", "prompt_too_long", "a dog"],
	);
});

test("further photos and variants of a product, which shops put in rows of their own, are not drawn as products", () => {
	const plans = planned(
		{ kind: products, columns: ["Handle", "Title", "Image Src"] },
		["mug", "Mug", "https://x.test/1.jpg"],
		["mug", "", "https://x.test/2.jpg"],
	);
	assert.deepEqual(
		plans.map((plan) => (typeof plan === "string" ? plan : plan.key)),
		["product-mug", "nothing_to_draw"],
	);
});

test("where a table has nothing but photos, they are drawn after", () => {
	const plans = planned(
		{ kind: products, columns: ["id", "image_link"] },
		["1", "https://x.test/1.jpg"],
		["2", ""],
	);
	assert.equal(only(plans).key, "product-1");
	assert.equal(plans[1], "nothing_to_draw");
});

test("photos of all columns are found, the main one first, and what is none is told", () => {
	const plan = only(
		planned(
			{
				kind: artworks,
				columns: ["additional image link", "Title", "Image Link", "Image 1"],
			},
			["https://x.test/2.jpg, a.jpg", "x", "https://x.test/1.jpg", "a.jpg"],
		),
	);
	assert.deepEqual(plan.imageLinks.at(0), "https://x.test/1.jpg");
	assert.deepEqual(
		plan.warnings.map(({ code }) => code),
		["unusable_link"],
	);
	assert.equal(plan.aspectRatio, "1:1");
});

const description = { name: "description", unitDollars: 0.001, priceFactor: 1 };
const picture = { name: "picture", unitDollars: 0.002, priceFactor: 1 };

test("S0-25, S0-26, S0-27: a rug is estimated at $0.003, a hundred of them at $0.30", () => {
	assert.equal(estimateCatalogue(1, [description, picture]).dollars, 0.003);
	assert.deepEqual(estimateCatalogue(100, [description, picture]), {
		rowCount: 100,
		steps: [
			{ name: "description", dollars: 0.1 },
			{ name: "picture", dollars: 0.2 },
		],
		dollars: 0.3,
	});
});

test("S0-9: what is asked in a batch is estimated at half the price", () => {
	const batched = { ...description, unitDollars: 0.002, priceFactor: 0.5 };
	assert.deepEqual(
		estimateCatalogue(100, [batched, picture]),
		estimateCatalogue(100, [description, picture]),
	);
	assert.equal(estimateCatalogue(0, [picture]).dollars, 0);
	assert.equal(estimateCatalogue(1_000_000, [picture]).dollars, 2_000);
});
