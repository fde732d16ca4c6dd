/** Presets in the team API: kept under /v0/presets, drawn from in JSON and in forms, and found again in the library. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { openPlatform } from "../../testing/platform.ts";
import { plainPng } from "../../testing/scripted-provider.ts";
import { filesBelow } from "../../testing/snapshot.ts";
import { formOf, type Part } from "../../testing/test-form.ts";
import { waitUntil } from "../../testing/wait-until.ts";

const PRESETS = "/v0/presets";
const GENERATIONS = "/v0/images/generations";
const LIBRARY = "/v0/images/library";
const THAI = "ภาพถ่ายรองเท้าวิ่ง";

const SHOE = {
	name: "รองเท้า on a colour",
	template: "Studio photo of {{product_name}} on {{surface}}",
	requirements: [
		{ key: "product_name", type: "text", label: "Product", required: true },
		{
			key: "surface",
			type: "select",
			label: "Surface",
			options: ["white", { value: "bare concrete", label: "Concrete" }],
			default: "white",
		},
	],
};
const WITH_FILES = {
	name: "With files",
	template: "{{product_name}}",
	requirements: [
		{ key: "product_name", type: "text", label: "Product", default: "it" },
		{ key: "logo", type: "file", label: "Logo", required: true },
		{
			key: "photo",
			type: "file",
			label: "Photos",
			multiple: true,
			max: 3,
			types: ["image/png", "image/webp"],
			maxSizeBytes: 2_000,
		},
	],
};

type House = Awaited<ReturnType<typeof openPlatform>>;

async function makePreset({ ask }: House, preset: object): Promise<string> {
	const { status, body } = await ask("POST", PRESETS, preset);
	assert.equal(status, 201, JSON.stringify(body));
	assert.match(body.data.id, /^preset_/);
	return body.data.id;
}

async function postForm(
	{ app, headers }: House,
	parts: readonly Part[],
	{ query = "", more = {} } = {},
) {
	const response = await app.server.inject({
		method: "POST",
		url: GENERATIONS + query,
		...formOf(parts, { ...headers, ...more }),
	});
	return { status: response.statusCode, body: response.json() };
}

const text = (name: string, value: unknown): Part => ({
	name,
	value: typeof value === "string" ? value : JSON.stringify(value),
});
const upload = (
	name: string,
	value: Buffer,
	mediaType = "image/png",
): Part => ({
	name,
	value,
	fileName: "../../a.png",
	mediaType,
});
const picture = (width: number) => plainPng({ width, height: 16 }, "plain");

async function nothingIsStaged({ dataDirectory }: House): Promise<void> {
	const staging = path.join(dataDirectory, "staging");
	await waitUntil(async () => filesBelow(staging).length === 0);
}

test("presets are made, read, listed, searched, changed, duplicated and deleted; each answer has all there is", async (t) => {
	const house = await openPlatform(t);
	const { ask } = house;
	const id = await makePreset(house, { ...SHOE, sampleCount: 2 });
	const { data } = (await ask("GET", `${PRESETS}/${id}`)).body;
	assert.deepEqual(
		{ ...data, createdAt: "", updatedAt: "" },
		{
			id,
			name: SHOE.name,
			description: null,
			version: 1,
			template: SHOE.template,
			negativePrompt: null,
			modelVersion: null,
			aspectRatio: null,
			resolution: null,
			sampleCount: 2,
			requirements: [
				SHOE.requirements[0],
				{
					key: "surface",
					type: "select",
					label: "Surface",
					required: false,
					options: [
						{ value: "white", label: "white" },
						{ value: "bare concrete", label: "Concrete" },
					],
					default: "white",
				},
			],
			isStarter: false,
			createdAt: "",
			updatedAt: "",
		},
	);
	assert.equal(new Date(data.createdAt).toISOString(), data.createdAt);
	const changed = await ask("PATCH", `${PRESETS}/${id}`, {
		modelVersion: "scripted",
		sampleCount: null,
		version: 1,
	});
	assert.deepEqual(
		[
			changed.body.data.version,
			changed.body.data.modelVersion,
			changed.body.data.sampleCount,
			changed.body.data.template,
		],
		[2, "scripted", null, SHOE.template],
	);
	const late = await ask("PATCH", `${PRESETS}/${id}`, {
		name: "x",
		version: 1,
	});
	assert.deepEqual(
		[late.status, late.body.field, late.body.allowed],
		[409, "version", "2"],
	);
	const first = await ask("GET", `${PRESETS}/${id}/versions/1`);
	assert.deepEqual(first.body.data, data);

	const copy = await ask("POST", `${PRESETS}/${id}/duplicate`, {
		name: "Mine",
	});
	assert.deepEqual([copy.status, copy.body.data.name], [201, "Mine"]);
	const bare = await ask("POST", `${PRESETS}/${id}/duplicate`);
	assert.equal(bare.body.data.name, `${SHOE.name} (copy)`);
	const found = await ask(
		"GET",
		`${PRESETS}?search=${encodeURIComponent("เท้า ON")}&limit=1`,
	);
	assert.deepEqual(
		[found.body.data.total, found.body.data.presets.length],
		[2, 1],
	);
	const deleted = await ask("DELETE", `${PRESETS}/${id}`);
	assert.deepEqual(deleted.body.data, { id, deleted: true });
	assert.equal((await ask("GET", `${PRESETS}/${id}`)).status, 404);
	const starters = await ask("GET", `${PRESETS}?search=product`);
	assert.ok(
		starters.body.data.presets.every(
			({ isStarter }: { isStarter: boolean }) => isStarter,
		),
	);
	const [starter] = starters.body.data.presets;
	const refused = await ask("DELETE", `${PRESETS}/${starter.id}`);
	assert.equal(refused.status, 403);
});

test("another team's preset is not found, whatever is done with it", async (t) => {
	const house = await openPlatform(t);
	const id = await makePreset(house, SHOE);
	const { headers } = await house.otherTeam();
	const { ask, post } = house;
	const variables = { product_name: "boot" };
	const answers = [
		await ask("GET", `${PRESETS}/${id}`, undefined, headers),
		await ask("GET", `${PRESETS}/${id}/versions/1`, undefined, headers),
		await ask("PATCH", `${PRESETS}/${id}`, { name: "x" }, headers),
		await ask("DELETE", `${PRESETS}/${id}`, undefined, headers),
		await ask("POST", `${PRESETS}/${id}/duplicate`, undefined, headers),
		await post("", { presetId: id, variables }, headers),
		await post("", { presetId: "preset_unknown", variables }),
		await post("", { presetId: "\u0000", variables }),
		await ask("GET", `${PRESETS}/${id}/versions/2`),
	];
	assert.deepEqual(
		answers.map(({ status }) => status),
		answers.map(() => 404),
	);
	const { body } = await ask("GET", `${PRESETS}?limit=1`, undefined, headers);
	assert.equal(body.data.presets[0].isStarter, true);
	assert.equal(
		(await ask("GET", `${PRESETS}/${id}`)).body.data.name,
		SHOE.name,
	);
});

test("a preset that cannot be is refused by the name of its field in this API, with what is allowed", async (t) => {
	const { ask } = await openPlatform(t);
	const [product, surface] = SHOE.requirements;
	for (const [changes, field, allowed] of [
		[{ template: undefined }, "template", /string/],
		[{ template: "{{shoe}}" }, "template", /\{\{product_name\}\}/],
		[{ sampleCount: 11 }, "sampleCount", /1 to 10/],
		[{ modelVersion: "nobody" }, "modelVersion", /scripted/],
		[{ aspectRatio: "5:7" }, "aspectRatio", /16:9/],
		[
			{ requirements: [{ ...product, type: "date" }] },
			"requirements.0.type",
			/one of text, number/,
		],
		[
			{ requirements: [product, { ...surface, default: "red" }] },
			"requirements.1.default",
			/white, bare concrete/,
		],
		[
			{ requirements: [{ ...product, max: -1 }] },
			"requirements.0.max",
			/at least 0/,
		],
		[
			{
				template: "a",
				requirements: [{ key: "seed", type: "file", label: "Seeds" }],
			},
			"requirements.0.key",
			/another key/,
		],
	] as const) {
		const { status, body } = await ask("POST", PRESETS, {
			...SHOE,
			...changes,
		});
		assert.deepEqual([status, body.field], [400, field], body.error);
		assert.match(body.allowed, allowed);
	}
	for (const unknown of [
		{ ...SHOE, colour: "red" },
		{ ...SHOE, requirements: [{ ...product, colour: "red" }] },
	]) {
		const { status, body } = await ask("POST", PRESETS, unknown);
		assert.equal(status, 400);
		assert.match(body.error, /colour/, "an option that would do nothing");
	}
});

test("S1-1, S1-6..8, S1-39, S1-40, S1-f, S1-g: a preset is drawn with its variables, and the image keeps what was said and what was drawn", async (t) => {
	const house = await openPlatform(t);
	const { post, ask, provider } = house;
	const presetId = await makePreset(house, {
		...SHOE,
		aspectRatio: "16:9",
		resolution: "low",
		negativePrompt: "rain",
	});
	const variables = { product_name: "Nike Air Zoom", campaign: { id: 7 } };
	const made = await post("", {
		prompt: THAI,
		presetId,
		variables,
		seed: 2_147_483_647,
		sampleCount: 2,
	});
	assert.equal(made.status, 200, JSON.stringify(made.body));
	const prompt = `Studio photo of Nike Air Zoom on white\n${THAI}`;
	const [call] = provider.calls;
	assert.deepEqual([call?.prompt, call?.negativePrompt], [prompt, "rain"]);
	const images = made.body.data.data;
	assert.deepEqual(
		images.map(({ seed, width, height }: Record<string, number>) => [
			seed,
			width,
			height,
		]),
		[
			[2_147_483_647, 512, 288],
			[0, 512, 288],
		],
	);
	await ask("PATCH", `${PRESETS}/${presetId}`, {
		template: "Something else",
		requirements: [],
	});
	const { data } = (await ask("GET", `${LIBRARY}/${images[0].id}`)).body;
	assert.deepEqual(
		[data.presetId, data.presetVersion, data.prompt, data.userPrompt],
		[presetId, 1, prompt, THAI],
	);
	assert.deepEqual(data.variables, variables);

	const empty = await post("?dry_run=true", { prompt: "", presetId });
	assert.equal(empty.body.data.prompt, "Something else");
	const complete = await post("", { presetId });
	assert.equal(complete.body.data.data.length, 1);
	const [{ id }] = complete.body.data.data;
	const bare = (await ask("GET", `${LIBRARY}/${id}`)).body.data;
	assert.deepEqual(
		[bare.prompt, bare.userPrompt, bare.variables, bare.presetVersion],
		["Something else", "", {}, 2],
	);
});

test("S1-8, S1-f, S1-g: what is wrong with a variable is told by its key, and nothing is drawn or charged", async (t) => {
	const house = await openPlatform(t);
	const presetId = await makePreset(house, SHOE);
	const before = await house.balance();
	for (const [variables, field] of [
		[undefined, "variables.product_name"],
		[{ product_name: 7 }, "variables.product_name"],
		[{ product_name: "a", surface: "grass" }, "variables.surface"],
		[[], "variables"],
		["product_name", "variables"],
	] as const)
		for (const query of ["", "?dry_run=1", "?async=1"]) {
			const { status, body } = await house.post(query, { presetId, variables });
			assert.deepEqual([status, body.field], [400, field], body.error);
			assert.ok(body.allowed);
		}
	assert.equal(await house.balance(), before);
	assert.equal(house.provider.calls.length, 0);
	const idle = await house.post("", { prompt: "a", variables: { a: 1 } });
	assert.deepEqual(
		idle.body.data.warnings.map(
			({ parameter }: { parameter: string }) => parameter,
		),
		["variables"],
		"without a preset they do nothing, which is said",
	);
});

test("S1-12, S1-t: the preset's model draws unless the request names another", async (t) => {
	const { ask, post } = await openPlatform(t, { withPainter: true });
	const { body } = await ask("POST", PRESETS, {
		...SHOE,
		modelVersion: "gemini-2.5-flash-image",
	});
	const asked = {
		presetId: body.data.id,
		variables: { product_name: "boot" },
		resolution: "low",
	};
	for (const [modelVersion, expected] of [
		[undefined, "gemini-2.5-flash-image"],
		["painter", "painter"],
	]) {
		const quote = await post("?dry_run=1", { ...asked, modelVersion });
		assert.equal(quote.body.data.model, expected);
	}
});

test("S1-35, S1-36: the library is filtered by preset, and searched in presets' names", async (t) => {
	const house = await openPlatform(t);
	const { ask, post } = house;
	const shoe = await makePreset(house, SHOE);
	const variables = { product_name: "boot" };
	await post("", { presetId: shoe, variables, prompt: "one" });
	await post("", { presetId: shoe, variables, prompt: "two" });
	const starter = "preset_starter_social_post";
	await post("", { presetId: starter, prompt: "three" });
	await post("", { prompt: "four on a colour" });
	const { headers } = await house.otherTeam();
	await post("", { presetId: starter, prompt: "another team's" }, headers);
	const listed = async (query: string) => {
		const { body } = await ask("GET", `${LIBRARY}?${query}`);
		assert.equal(body.data.total, body.data.images.length);
		return body.data.images.map(
			({ userPrompt }: { userPrompt: string }) => userPrompt,
		);
	};
	const named = (search: string) =>
		listed(`search=${encodeURIComponent(search)}`);
	assert.deepEqual(await listed(`presetId=${shoe}`), ["two", "one"]);
	assert.deepEqual(await listed(`presetId=${shoe}&search=ONE`), ["one"]);
	assert.deepEqual(await listed(`presetId=${starter}`), ["three"]);
	assert.deepEqual(await listed("presetId=preset_unknown"), []);
	assert.deepEqual(await listed("presetId=%00"), []);
	assert.deepEqual(await named("on a COLOUR"), [
		"four on a colour",
		"two",
		"one",
	]);
	assert.deepEqual(await named("รองเท้า"), ["two", "one"]);
	assert.deepEqual(await named("social"), ["three"]);
	assert.deepEqual(await named("%"), []);
	await ask("PATCH", `${PRESETS}/${shoe}`, { name: "Boots" });
	assert.deepEqual(await named("รองเท้า"), []);
	await ask("DELETE", `${PRESETS}/${shoe}`);
	assert.deepEqual(await named("boots"), ["two", "one"]);
	assert.deepEqual(await listed(`presetId=${shoe}`), ["two", "one"]);
	const { body } = await ask("GET", `${LIBRARY}?search=social`);
	assert.equal(body.data.images[0].presetId, starter);
});

test("S1-16..19, S1-h: a form brings the files that a preset asks for, in the order of their numbers", async (t) => {
	const house = await openPlatform(t);
	const presetId = await makePreset(house, WITH_FILES);
	const webp = await sharp(await picture(22))
		.webp()
		.toBuffer();
	const { status, body } = await postForm(house, [
		upload("photo_1", await picture(21)),
		upload("photo_0", webp, "text/html"),
		text("prompt", "in snow"),
		text("variables", { product_name: THAI }),
		upload("logo", await picture(20)),
		text("presetId", presetId),
	]);
	assert.equal(status, 200, JSON.stringify(body));
	const [call] = house.provider.calls;
	assert.equal(call?.prompt, `${THAI}\nin snow`);
	assert.deepEqual(
		call?.inputImages.map(({ width, mediaType }) => [width, mediaType]),
		[
			[20, "image/png"],
			[22, "image/webp"],
			[21, "image/png"],
		],
	);
	await nothingIsStaged(house);
});

test("S1-16, S1-17, S1-h: every field of the JSON body is a field of the form too", async (t) => {
	const house = await openPlatform(t);
	const presetId = await makePreset(house, {
		...SHOE,
		resolution: "4k",
		sampleCount: 3,
	});
	const data = (await picture(20)).toString("base64");
	const { status, body } = await postForm(
		house,
		[
			text("prompt", "in snow"),
			text("negativePrompt", "rain"),
			text("presetId", presetId),
			text("variables", { product_name: "boot", surface: "bare concrete" }),
			text("aspectRatio", "2:1"),
			text("resolution", "low"),
			text("sampleCount", "2"),
			text("seed", "7"),
			text("modelVersion", "scripted"),
			text("isPublic", "true"),
			text("refImageBase64", [{ mimeType: "image/png", data }]),
			text("quality", ""),
			text("colour", "red"),
		],
		{ query: "?response_format=both" },
	);
	assert.equal(status, 200, JSON.stringify(body));
	assert.equal(house.provider.calls.length, 2);
	const [image, second] = body.data.data;
	assert.deepEqual(
		[image.width, image.height, image.seed, second.seed],
		[512, 256, 7, 8],
	);
	assert.ok(image.b64_json);
	assert.equal(house.provider.calls[0]?.negativePrompt, "rain");
	assert.equal(house.provider.calls[0]?.inputImages[0]?.width, 20);
	assert.deepEqual(
		body.data.warnings.map(({ parameter }: { parameter: string }) => parameter),
		["colour"],
	);
	const read = await house.ask("GET", `${LIBRARY}/${image.id}`);
	assert.equal(read.body.data.isPublic, true);
});

test("S1-h: a form is refused by the name of its field, and neither drawn, charged nor left lying about", async (t) => {
	const house = await openPlatform(t);
	const presetId = await makePreset(house, WITH_FILES);
	const small = await picture(20);
	const id = text("presetId", presetId);
	const logo = upload("logo", small);
	const jpeg = await sharp(small).jpeg().toBuffer();
	const large = await sharp({
		create: {
			width: 64,
			height: 64,
			channels: 3,
			background: "red",
			noise: { type: "gaussian", mean: 128, sigma: 60 },
		},
	})
		.png()
		.toBuffer();
	const before = await house.balance();
	for (const [parts, status, field] of [
		[[id], 400, "logo"],
		[[logo, text("prompt", "a")], 400, "logo"],
		[[id, logo, upload("picture", small)], 400, "picture"],
		[[id, upload("logo_0", small)], 400, "logo_0"],
		[[id, logo, logo], 400, "logo"],
		[[id, upload("logo", Buffer.from("GIF89a no"), "image/png")], 400, "logo"],
		[[id, logo, upload("photo", jpeg, "image/png")], 400, "photo"],
		[[id, logo, upload("photo_3", large)], 413, "photo_3"],
		[[id, logo, text("variables", "{product_name}")], 400, "variables"],
		[[id, logo, text("variables", "[1]")], 400, "variables"],
		[[id, logo, text("sampleCount", "two")], 400, "sampleCount"],
		[[id, logo, text("isPublic", "maybe")], 400, "isPublic"],
		[[id, logo, text("resolution", "8k")], 400, "resolution"],
		[[id, id, logo], 400, "presetId"],
		[[logo, text("presetId", "preset_unknown")], 404, "presetId"],
		[[logo, text("prompt", " ")], 400, "logo"],
		[[text("prompt", "")], 400, "prompt"],
	] as const) {
		const answer = await postForm(house, parts);
		assert.deepEqual(
			[answer.status, answer.body.field],
			[status, field],
			answer.body.error,
		);
	}
	const many = Array.from({ length: 21 }, (_, index) =>
		upload(`photo_${index}`, small),
	);
	assert.equal((await postForm(house, [id, logo, ...many])).status, 413);
	const broken = formOf([id, logo], house.headers);
	const cut = await house.app.server.inject({
		method: "POST",
		url: GENERATIONS,
		...broken,
		payload: broken.payload.subarray(0, -30),
	});
	assert.equal(cut.statusCode, 400);
	const query = await postForm(house, [id, logo], {
		query: "?response_format=png",
	});
	assert.deepEqual([query.status, query.body.field], [400, "response_format"]);
	const quote = await postForm(house, [id, logo], { query: "?dry_run=true" });
	assert.equal(quote.status, 200, JSON.stringify(quote.body));
	assert.equal(await house.balance(), before);
	assert.equal(house.provider.calls.length, 0);
	await nothingIsStaged(house);
});

test("a form that is sent again under its Idempotency-Key is drawn once; with another file it is another request", async (t) => {
	const house = await openPlatform(t);
	const presetId = await makePreset(house, WITH_FILES);
	const more = { "idempotency-key": "once" };
	const send = async (width: number) =>
		await postForm(
			house,
			[text("presetId", presetId), upload("logo", await picture(width))],
			{ more },
		);
	const [first, second] = [await send(20), await send(20)];
	assert.equal(first.status, 200, JSON.stringify(first.body));
	assert.equal(second.body.data.id, first.body.data.id);
	assert.equal(house.provider.calls.length, 1);
	assert.equal((await send(21)).status, 409);
	await nothingIsStaged(house);
});

test("S1-h: in JSON a required file is a reference image, held to the same rules", async (t) => {
	const house = await openPlatform(t);
	const presetId = await makePreset(house, {
		...WITH_FILES,
		requirements: [
			{
				key: "photo",
				type: "file",
				label: "Photo",
				required: true,
				types: ["image/png"],
			},
		],
		template: "it",
	});
	const base64 = async (format: "png" | "jpeg") => ({
		data: (
			await sharp(await picture(20))
				.toFormat(format)
				.toBuffer()
		).toString("base64"),
	});
	const missing = await house.post("", { presetId });
	assert.deepEqual([missing.status, missing.body.field], [400, "photo"]);
	const jpeg = await house.post("", {
		presetId,
		refImageBase64: [await base64("jpeg")],
	});
	assert.deepEqual(
		[jpeg.status, jpeg.body.field, jpeg.body.allowed],
		[400, "refImageBase64.0", "image/png"],
	);
	const made = await house.post("", {
		presetId,
		refImageBase64: [await base64("png"), await base64("jpeg")],
	});
	assert.equal(made.status, 200, JSON.stringify(made.body));
});

test("the document describes presets, and that a generation may be a form", async (t) => {
	const { app } = await openPlatform(t);
	const { paths } = (await app.server.inject("/openapi.json")).json();
	assert.deepEqual(Object.keys(paths[GENERATIONS].post.requestBody.content), [
		"application/json",
		"multipart/form-data",
	]);
	for (const [address, methods] of [
		[PRESETS, ["get", "post"]],
		[`${PRESETS}/{presetId}`, ["delete", "get", "patch"]],
		[`${PRESETS}/{presetId}/duplicate`, ["post"]],
		[`${PRESETS}/{presetId}/versions/{version}`, ["get"]],
	] as const)
		assert.deepEqual(Object.keys(paths[address]).sort(), methods);
	const kinds =
		paths[PRESETS].post.requestBody.content["application/json"].schema
			.properties.requirements.items.oneOf;
	assert.equal(kinds.length, 7);
});
