/** Presets: versions that nobody loses, templates that cannot be broken, and what becomes of a request that uses one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plainPng } from "../../testing/scripted-provider.ts";
import { rowsOf } from "../../testing/snapshot.ts";
import {
	openTestEngine,
	smallRequest,
	type TestEngine,
} from "../../testing/test-engine.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import { quoteInBatch } from "../generations/generate.ts";
import type {
	GenerationRequest,
	InputImageSource,
	PresetUse,
	Principal,
} from "../generations/request.ts";
import type { PresetContent, Requirement } from "./preset.ts";
import { starterPresets } from "./starter-presets.ts";

const SHOE: Requirement = {
	key: "shoe",
	type: "text",
	label: "Shoe",
	required: true,
	min: 2,
	max: 20,
};
const COLOURS: Requirement = {
	key: "colours",
	type: "multiselect",
	label: "Colours",
	required: false,
	options: ["red", "green", "blue"].map((value) => ({ value, label: value })),
	min: 1,
	max: 2,
	default: ["red"],
};

function content(changes: Partial<PresetContent> = {}): PresetContent {
	return {
		name: "Shoes",
		description: null,
		template: "A {{shoe}} in {{ colours }}",
		negativePrompt: null,
		model: null,
		aspectRatio: null,
		resolution: null,
		count: null,
		requirements: [SHOE, COLOURS],
		...changes,
	};
}

function refusal(code: EngineErrorCode, field?: string) {
	return (error: unknown) => {
		assert.ok(error instanceof EngineError, String(error));
		assert.deepEqual([error.code, error.details.field], [code, field]);
		return true;
	};
}

/** What `request` would have drawn. */
async function rendered(
	{ engine }: TestEngine,
	team: Principal,
	preset: Partial<PresetUse> & Pick<PresetUse, "presetId">,
	request: Partial<GenerationRequest> = {},
): Promise<string> {
	const quote = await engine.quote(
		team,
		smallRequest({
			prompt: "",
			...request,
			preset: { variables: {}, files: [], ...preset },
		}),
	);
	return quote.renderedPrompt;
}

test("each change makes a version, and the earlier ones stay as they were, even when the preset is deleted", async (t) => {
	const { engine, team } = await openTestEngine(t);
	const { presets } = engine;
	const own = await team();
	const first = await presets.create(own, content());
	assert.equal(first.version, 1);
	const second = await presets.update(own, first.id, {
		template: "The {{shoe}}",
		name: "Boots",
		count: 2,
	});
	assert.equal(second.version, 2);
	assert.deepEqual(
		[second.name, second.template, second.count, second.requirements],
		["Boots", "The {{shoe}}", 2, first.requirements],
	);
	assert.deepEqual(await presets.get(own, first.id), second);
	await presets.delete(own, first.id);
	for (const version of [first, second])
		assert.deepEqual(
			await presets.getVersion(own, first.id, version.version),
			version,
		);
	const gone = refusal("not_found", "presetId");
	await assert.rejects(presets.get(own, first.id), gone);
	await assert.rejects(presets.update(own, first.id, {}), gone);
	await assert.rejects(presets.delete(own, first.id), gone);
	await assert.rejects(presets.duplicate(own, first.id), gone);
	await assert.rejects(presets.getVersion(own, first.id, 3), {
		code: "not_found",
	});
	const { presets: listed } = await presets.list(own, { page: 1, limit: 50 });
	assert.ok(listed.every(({ isStarter }) => isStarter));
});

test("of changes at the same time none is lost, and of those made from the same version one is refused", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const own = await house.team();
	const { presets } = house.engine;
	const { id } = await presets.create(own, content());
	const names = Array.from({ length: 8 }, (_, index) => `Shoes ${index}`);
	const changed = await Promise.all(
		names.map((name, index) =>
			(index % 2 ? house : other).engine.presets.update(own, id, { name }),
		),
	);
	assert.deepEqual(
		changed.map(({ version }) => version).sort(),
		[2, 3, 4, 5, 6, 7, 8, 9],
	);
	assert.deepEqual(changed.map(({ name }) => name).sort(), names);

	const outcomes = await Promise.allSettled(
		[house, other].map(({ engine }) =>
			engine.presets.update(own, id, { count: 3 }, 9),
		),
	);
	assert.deepEqual(outcomes.map(({ status }) => status).sort(), [
		"fulfilled",
		"rejected",
	]);
	const before = await rowsOf(house.dependencies.database, ["preset_versions"]);
	await assert.rejects(
		presets.update(own, id, { count: 4 }, 9),
		refusal("conflict", "version"),
	);
	await assert.rejects(
		presets.update(own, id, { template: "{{nobody}}" }),
		refusal("invalid_request", "template"),
	);
	assert.deepEqual(
		await rowsOf(house.dependencies.database, ["preset_versions"]),
		before,
	);
	assert.equal((await presets.get(own, id)).version, 10);
});

const select = (changes: object) =>
	({ ...COLOURS, type: "select", default: "red", ...changes }) as Requirement;
const file = (changes: object = {}): Requirement => ({
	key: "photo",
	type: "file",
	label: "Photo",
	required: false,
	...changes,
});
const NOT_SAVED = [
	["an empty name", { name: " " }, "name"],
	["a name without an end", { name: "a".repeat(201) }, "name"],
	["an empty template", { template: "" }, "template"],
	["a placeholder of nothing", { template: "{{boot}}" }, "template"],
	["braces around two words", { template: "{{my shoe}}" }, "template"],
	["braces that do not close", { template: "a {{shoe" }, "template"],
	["a zero character", { template: "a\0" }, "template"],
	[
		"the caller's words as what to avoid",
		{ negativePrompt: "{{prompt}}" },
		"negativePrompt",
	],
	[
		"a file in the text",
		{ template: "{{photo}}", requirements: [file()] },
		"template",
	],
	[
		"a key that is none",
		{ requirements: [{ ...SHOE, key: "my shoe" }] },
		"requirements.0.key",
	],
	[
		"a key that is too long",
		{ requirements: [{ ...SHOE, key: "a".repeat(65) }] },
		"requirements.0.key",
	],
	[
		"a key of the caller's own words",
		{ requirements: [{ ...SHOE, key: "prompt" }] },
		"requirements.0.key",
	],
	["one key twice", { requirements: [SHOE, SHOE] }, "requirements.1.key"],
	[
		"a key that is also the first of several files",
		{
			template: "a",
			requirements: [file({ multiple: true }), { ...SHOE, key: "photo_0" }],
		},
		"requirements.1.key",
	],
	[
		"something required that has a default",
		{ requirements: [{ ...SHOE, default: "boot" }] },
		"requirements.0.default",
	],
	[
		"a default that is not allowed",
		{ template: "a", requirements: [select({ default: "pink" })] },
		"requirements.0.default",
	],
	[
		"no options",
		{ template: "a", requirements: [select({ options: [] })] },
		"requirements.0.options",
	],
	[
		"more wanted than there is",
		{ template: "a", requirements: [{ ...COLOURS, min: 4, max: 5 }] },
		"requirements.0.min",
	],
	[
		"less at most than at least",
		{ template: "a", requirements: [{ ...SHOE, min: 5, max: 4 }] },
		"requirements.0.max",
	],
	[
		"several of one file",
		{ template: "a", requirements: [file({ max: 2 })] },
		"requirements.0.max",
	],
	[
		"a larger file than the server takes",
		{ template: "a", requirements: [file({ maxSizeBytes: 1e9 })] },
		"requirements.0.maxSizeBytes",
	],
	["more pictures than the server draws", { count: 11 }, "count"],
] as const satisfies [string, Partial<PresetContent>, string][];

test("what could never be filled in is not saved, and the field at fault is named", async (t) => {
	const { engine, team } = await openTestEngine(t);
	const own = await team();
	for (const [what, changes, field] of NOT_SAVED)
		await assert.rejects(
			engine.presets.create(own, content(changes)),
			refusal("invalid_request", field),
			what,
		);
	await assert.rejects(
		engine.presets.create(own, content({ model: "nobody" })),
		refusal("model_not_found", "model"),
	);
	const { total } = await engine.presets.list(own, { page: 1, limit: 1 });
	assert.equal(total, starterPresets.length);
});

/** Every kind of variable but files. */
const ALL: readonly Requirement[] = [
	SHOE,
	COLOURS,
	select({ key: "surface", default: undefined }),
	{ key: "size", type: "number", label: "Size", required: false, min: 20 },
	{ key: "tint", type: "color", label: "Tint", required: false },
	{
		key: "shadow",
		type: "boolean",
		label: "Shadow",
		required: false,
		trueText: "with a shadow",
		falseText: "floating",
		default: false,
	},
	{ key: "new", type: "boolean", label: "New", required: true },
];
const WHOLE = { shoe: "boot", new: true };

test("a variable is said as its kind is said, a default in its place, and what is neither is left out", async (t) => {
	const house = await openTestEngine(t);
	const own = await house.team();
	const { id: presetId } = await house.engine.presets.create(
		own,
		content({
			template:
				"{{shoe}}|{{colours}}|{{surface}}|{{size}}|{{tint}}|{{shadow}}|{{new}}",
			requirements: ALL,
		}),
	);
	const fill = (variables: PresetUse["variables"]) =>
		rendered(house, own, { presetId, variables });
	assert.equal(await fill(WHOLE), "boot|red||||floating|yes");
	assert.equal(
		await fill({ ...WHOLE, colours: null, size: null }),
		await fill(WHOLE),
	);
	assert.equal(
		await fill({
			shoe: "{{size}} $& ภาพ",
			colours: ["blue", "green"],
			surface: "green",
			size: 42.5,
			tint: "#FF8800",
			shadow: true,
			new: false,
			unknown: { kept: "{{shoe}}" },
		}),
		"{{size}} $& ภาพ|blue, green|green|42.5|#FF8800|with a shadow|no",
		"what a variable brings along is text and no template",
	);
	for (const [key, wrong] of [
		[
			"shoe",
			[
				undefined,
				null,
				" ",
				"a",
				"a".repeat(21),
				7,
				["boot"],
				"a\0b",
				"\ud800b",
			],
		],
		[
			"colours",
			["red", [], ["red", "red"], ["pink"], ["red", "green", "blue"], [[]]],
		],
		["surface", ["pink", 1, ["red"]]],
		["size", ["42", 19, true, {}]],
		["tint", ["red", "#ff88", 0xff8800]],
		["shadow", ["true", 1, "yes"]],
		["new", [undefined, "no"]],
	] as const)
		for (const value of wrong)
			await assert.rejects(
				fill({ ...WHOLE, [key]: value }),
				refusal("invalid_request", `variables.${key}`),
				`${key} ${JSON.stringify(value)}`,
			);
	for (const unknown of ["a".repeat(70_000), nested(20_000)])
		await assert.rejects(
			fill({ ...WHOLE, unknown }),
			refusal("invalid_request", "variables"),
		);
});

function nested(depth: number): unknown {
	let value: unknown = [];
	for (let level = 0; level < depth; level++) value = [value];
	return value;
}

test("S1-f: the caller's words stand where the template has a place for them, else at its end", async (t) => {
	const house = await openTestEngine(t);
	const own = await house.team();
	const make = async (template: string) =>
		(
			await house.engine.presets.create(
				own,
				content({ template, requirements: [] }),
			)
		).id;
	const plain = await make("A shoe.");
	assert.equal(await rendered(house, own, { presetId: plain }), "A shoe.");
	const asked = { prompt: "On {{grass}}." };
	assert.equal(
		await rendered(house, own, { presetId: plain }, asked),
		"A shoe.\nOn {{grass}}.",
	);
	const open = await make("{{prompt}} In ink. {{prompt}}");
	assert.equal(
		await rendered(house, own, { presetId: open }, asked),
		"On {{grass}}. In ink. On {{grass}}.",
	);
	await assert.rejects(
		rendered(house, own, { presetId: open }),
		refusal("invalid_request", "prompt"),
	);
});

test("S1-t: the request comes before the preset, and the preset before the server", async (t) => {
	const house = await openTestEngine(t);
	const own = await house.team();
	const { id: presetId } = await house.engine.presets.create(
		own,
		content({
			negativePrompt: "no {{shoe}}",
			aspectRatio: "2:1",
			resolution: "low",
			count: 2,
			model: "scripted",
		}),
	);
	const preset = { presetId, variables: { shoe: "boot" }, files: [] };
	const drawn = async (request: Partial<GenerationRequest>) => {
		const id = await house.submit(own, {
			size: undefined,
			count: undefined,
			prompt: "",
			preset,
			...request,
		});
		const row = await house.row(id);
		return [
			row.count,
			`${row.width}x${row.height}`,
			row.resolution,
			row.negative_prompt,
			row.model,
		];
	};
	assert.deepEqual(await drawn({}), [
		2,
		"512x256",
		"low",
		"no boot",
		"scripted",
	]);
	assert.deepEqual(
		await drawn({
			count: 1,
			aspectRatio: "1:2",
			resolution: "standard",
			negativePrompt: "rain",
		}),
		[1, "512x1024", "standard", "rain", "scripted"],
	);
	assert.deepEqual(
		await drawn({ size: { width: 64, height: 80 } }),
		[2, "64x80", "low", "no boot", "scripted"],
		"exact pixels leave nothing open of the shape",
	);
	await assert.rejects(
		drawn({ model: "nobody" }),
		refusal("model_not_found", "model"),
	);
	assert.deepEqual(
		await quoteInBatch(house.dependencies, own.teamId, {
			dialect: "platform",
			prompt: "",
			preset,
		}),
		{ count: 2, microcreditsPerImage: 500_000 },
	);
});

test("a repeated request is answered with its generation, whatever became of its preset", async (t) => {
	const house = await openTestEngine(t);
	const own = await house.team(1);
	const { presets } = house.engine;
	const { id: presetId } = await presets.create(own, content());
	const request = {
		prompt: "",
		preset: { presetId, variables: { shoe: "boot" }, files: [] },
		idempotency: { key: "once", requestSha256: "aa" },
	};
	const id = await house.submit(own, request);
	await presets.update(own, presetId, { template: "no more" });
	assert.equal(await house.submit(own, request), id);
	await presets.delete(own, presetId);
	assert.equal(await house.submit(own, request), id);
	const generation = await house.drawn(own, id);
	assert.equal(generation.status, "completed");
	assert.equal(house.provider.calls[0]?.prompt, "A boot in red");
	const row = await house.row(id);
	assert.deepEqual(
		[row.preset_id, row.preset_version, row.variables_json],
		[presetId, 1, '{"shoe":"boot"}'],
	);
});

test("S1-h: files go to their requirements by name and number, nameless pictures to those that are missing", async (t) => {
	const house = await openTestEngine(t);
	const own = await house.team();
	const { id: presetId } = await house.engine.presets.create(
		own,
		content({
			template: "a",
			requirements: [
				file({ key: "logo", required: true, types: ["image/png"] }),
				file({ multiple: true, max: 3, maxSizeBytes: 2_000 }),
			],
		}),
	);
	const pictureOf = async (field: string, width: number) =>
		({
			kind: "base64",
			field,
			data: (await plainPng({ width, height: 9 }, field)).toString("base64"),
		}) satisfies InputImageSource;
	const submit = async (
		files: readonly [string, number][],
		references: readonly number[] = [],
	) => {
		const id = await house.submit(own, {
			preset: {
				presetId,
				variables: {},
				files: await Promise.all(
					files.map(([name, at]) => pictureOf(name, at)),
				),
			},
			inputImages: await Promise.all(
				references.map((width, index) => pictureOf(`refs.${index}`, width)),
			),
		});
		await house.drawn(own, id);
		return house.provider.calls.at(-1)?.inputImages.map(({ width }) => width);
	};
	assert.deepEqual(
		await submit(
			[
				["photo_10", 10],
				["photo_2", 2],
				["logo", 1],
				["photo", 3],
			],
			[7],
		),
		[1, 3, 2, 10, 7],
	);
	assert.deepEqual(await submit([["photo", 3]], [7, 8]), [7, 3, 8]);
	const before = await rowsOf(house.dependencies.database);
	const many = ["photo_0", "photo_1", "photo_2", "photo_3"] as const;
	for (const [files, references, field] of [
		[[], [], "logo"],
		[[["photo", 3]], [], "logo"],
		[[["logo_0", 3]], [], "logo_0"],
		[[["shoe", 3]], [1], "shoe"],
		[many.map((name) => [name, 3] as [string, number]), [1], "photo"],
		[
			[
				["logo", 1],
				["logo", 2],
			],
			[],
			"logo",
		],
	] as [[string, number][], number[], string][])
		await assert.rejects(
			submit(files, references),
			refusal("invalid_request", field),
		);
	await assert.rejects(
		house.submit(own, {
			preset: { presetId, variables: { logo: "x" }, files: [] },
		}),
		refusal("invalid_request", "variables.logo"),
	);
	assert.deepEqual(await rowsOf(house.dependencies.database), before);
});

test("the starters can be saved as they are, need no more than one text, and leave nothing open", async (t) => {
	const house = await openTestEngine(t);
	const own = await house.team();
	const { presets } = house.engine;
	const listed = await presets.list(own, { page: 1, limit: 3 });
	assert.deepEqual(listed.presets, starterPresets.slice(0, 3));
	for (const starter of starterPresets) {
		const copy = await presets.duplicate(own, starter.id);
		assert.equal(copy.name, `${starter.name} (copy)`);
		assert.deepEqual(copy.requirements, starter.requirements);
		const variables = Object.fromEntries(
			starter.requirements
				.filter(({ required }) => required)
				.map(({ key }) => [key, "a red kite"]),
		);
		const asked = {
			prompt: starter.template.includes("{{prompt}}") ? "a red kite" : "",
		};
		const text = await rendered(
			house,
			own,
			{ presetId: starter.id, variables },
			asked,
		);
		assert.match(text, /a red kite/);
		assert.doesNotMatch(text, /\{\{|, ,| {2}/);
		assert.equal(
			await rendered(house, own, { presetId: copy.id, variables }, asked),
			text,
		);
		for (const change of [
			presets.update(own, starter.id, { name: "mine" }),
			presets.delete(own, starter.id),
		])
			await assert.rejects(change, refusal("forbidden", "presetId"));
	}
	const pages = await Promise.all(
		[1, 2, 3, 4].map((page) => presets.list(own, { page, limit: 5 })),
	);
	const ids = pages.flatMap((page) => page.presets.map(({ id }) => id));
	assert.equal(new Set(ids).size, starterPresets.length * 2);
	assert.deepEqual(
		ids.slice(starterPresets.length),
		starterPresets.map(({ id }) => id),
	);
});
