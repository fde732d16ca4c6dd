/** The team API's library, gallery, downloads and usage, held against its contract item by item. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import sharp from "sharp";
import { openPlatform } from "../../testing/platform.ts";

const LIBRARY = "/v0/images/library";
const THAI = "ภาพถ่ายรองเท้าวิ่ง";

test("S1-32..34, S1-37, S1-n: the library lists the team's images, newest first, in pages", async (t) => {
	const { post, ask, otherTeam } = await openPlatform(t);
	for (const prompt of ["one", "two", "three"]) await post("", { prompt });
	const { headers } = await otherTeam();
	await post("", { prompt: "another team's" }, headers);
	const { body } = await ask("GET", LIBRARY);
	assert.deepEqual(
		[body.data.total, body.data.page, body.data.limit],
		[3, 1, 20],
	);
	const prompts = body.data.images.map(
		({ userPrompt }: { userPrompt: string }) => userPrompt,
	);
	assert.deepEqual(prompts, ["three", "two", "one"]);
	const [image] = body.data.images;
	assert.match(image.id, /^img_/);
	assert.match(image.thumbnailUrl, /thumbnail\.webp$/);
	assert.equal(image.presetId, null);
	assert.equal(image.modelVersion, "scripted");
	assert.equal(image.isPublic, false);
	assert.equal(new Date(image.createdAt).toISOString(), image.createdAt);

	const second = await ask("GET", `${LIBRARY}?page=2&limit=2`);
	assert.equal(second.body.data.images.length, 1);
	assert.deepEqual([second.body.data.page, second.body.data.limit], [2, 2]);
});

test("S1-33, S1-34, S1-n: a page or limit out of range is brought into range", async (t) => {
	const { ask } = await openPlatform(t);
	const expected = [
		["?page=0&limit=0", 1, 1],
		["?page=-3&limit=1000", 1, 100],
		["?page=x&limit=y", 1, 20],
	] as const;
	for (const [query, page, limit] of expected) {
		const { body } = await ask("GET", LIBRARY + query);
		assert.deepEqual([body.data.page, body.data.limit], [page, limit], query);
	}
});

test("S1-36, S1-40, S1-n: search finds parts of prompts in any script and case, and takes % and _ as they are", async (t) => {
	const { post, ask } = await openPlatform(t);
	const prompts = [THAI, "Größe 42", "100% wool", "a_b", "LAKE at dawn"];
	for (const prompt of prompts) await post("", { prompt });
	const expected = [
		["รองเท้า", [THAI]],
		["GRÖSSE", ["Größe 42"]],
		["größe", ["Größe 42"]],
		["GRÖßE", ["Größe 42"]],
		["0% w", ["100% wool"]],
		["%", ["100% wool"]],
		["_", ["a_b"]],
		["lake", ["LAKE at dawn"]],
		["ｌａｋｅ", ["LAKE at dawn"]],
		["\\", []],
		["nothing like it", []],
	] as const;
	for (const [search, found] of expected) {
		const { body } = await ask(
			"GET",
			`${LIBRARY}?search=${encodeURIComponent(search)}`,
		);
		assert.deepEqual(
			body.data.images.map(
				({ userPrompt }: { userPrompt: string }) => userPrompt,
			),
			found,
			search,
		);
		assert.equal(body.data.total, found.length);
	}
});

test("S1-38, S1-39, S1-o: one image is read with all there is to know of it; another team's is not found", async (t) => {
	const { post, ask, otherTeam } = await openPlatform(t);
	const made = await post("", { prompt: THAI, seed: 5 });
	const [{ id }] = made.body.data.data;
	const { body } = await ask("GET", `${LIBRARY}/${id}`);
	const { data } = body;
	assert.equal(data.id, id);
	assert.deepEqual([data.prompt, data.userPrompt], [THAI, THAI]);
	assert.deepEqual(
		[data.presetId, data.sourceType, data.isPublic, data.modelVersion],
		[null, null, false, "scripted"],
	);
	assert.deepEqual(data.variables, {});
	assert.deepEqual([data.width, data.height, data.seed], [1024, 1024, 5]);

	const { headers } = await otherTeam();
	const others = [
		await ask("GET", `${LIBRARY}/${id}`, undefined, headers),
		await ask("GET", `${LIBRARY}/${id}/download`, undefined, headers),
		await ask("DELETE", `${LIBRARY}/${id}`, undefined, headers),
		await ask("PATCH", `${LIBRARY}/${id}`, { isPublic: true }, headers),
		await ask("GET", `${LIBRARY}/img_unknown`),
	];
	assert.deepEqual(
		others.map(({ status }) => status),
		[404, 404, 404, 404, 404],
	);
	assert.equal(
		(await ask("GET", `${LIBRARY}/${id}`)).body.data.isPublic,
		false,
	);
});

test("S1-41..44, S1-p: a download is the original's own bytes under its own type, or a rendering", async (t) => {
	const { post, ask } = await openPlatform(t);
	const made = await post("", { prompt: "a" });
	const [{ id }] = made.body.data.data;
	const { data } = (await ask("GET", `${LIBRARY}/${id}`)).body;
	const original = await ask("GET", `${LIBRARY}/${id}/download`);
	assert.equal(original.status, 200);
	assert.equal(original.headers["content-type"], "image/png");
	assert.equal(
		original.headers["content-disposition"],
		`attachment; filename="${id}.png"`,
	);
	assert.equal(
		Number(original.headers["content-length"]),
		original.bytes.length,
	);
	assert.equal(
		createHash("sha256").update(original.bytes).digest("hex"),
		data.sha256,
	);
	const webp = await ask("GET", `${LIBRARY}/${id}/download?format=webp`);
	assert.equal(webp.headers["content-type"], "image/webp");
	assert.equal(
		webp.headers["content-disposition"],
		`attachment; filename="${id}.webp"`,
	);
	assert.equal((await sharp(webp.bytes).metadata()).format, "webp");
	const refused = await ask("GET", `${LIBRARY}/${id}/download?format=bmp`);
	assert.equal(refused.status, 400);
});

test("S1-24, S1-45, S1-q: the public URL shows the image to anybody who has it, with type, ETag, ranges and caching", async (t) => {
	const { post, app } = await openPlatform(t);
	const made = await post("", { prompt: "a" });
	const [image] = made.body.data.data;
	const { pathname } = new URL(image.url);
	const get = (url: string, headers = {}) =>
		app.server.inject({ url, headers });

	const whole = await get(pathname);
	assert.equal(whole.statusCode, 200);
	assert.equal(whole.headers["content-type"], "image/webp");
	assert.match(String(whole.headers["cache-control"]), /max-age/);
	assert.equal(whole.headers["x-content-type-options"], "nosniff");
	const { width, format } = await sharp(whole.rawPayload).metadata();
	assert.deepEqual([width, format], [1024, "webp"]);

	const etag = String(whole.headers.etag);
	const known = await get(pathname, { "if-none-match": etag });
	assert.deepEqual([known.statusCode, known.rawPayload.length], [304, 0]);
	const part = await get(pathname, { range: "bytes=2-5" });
	assert.equal(part.statusCode, 206);
	assert.deepEqual(part.rawPayload, whole.rawPayload.subarray(2, 6));
	assert.equal(
		part.headers["content-range"],
		`bytes 2-5/${whole.rawPayload.length}`,
	);
	const end = await get(pathname, { range: "bytes=-3" });
	assert.deepEqual(end.rawPayload, whole.rawPayload.subarray(-3));
	const beyond = await get(pathname, { range: "bytes=99999999-" });
	assert.equal(beyond.statusCode, 416);
	const stale = await get(pathname, {
		range: "bytes=2-5",
		"if-range": '"other"',
	});
	assert.equal(stale.statusCode, 200);

	const thumbnail = await get(new URL(image.thumbnailUrl).pathname);
	const small = await sharp(thumbnail.rawPayload).metadata();
	assert.deepEqual([small.width, small.format], [320, "webp"]);
	const png = await get(pathname.replace(/webp$/, "png"));
	assert.equal((await sharp(png.rawPayload).metadata()).format, "png");
	const jpeg = await get(pathname.replace(/webp$/, "jpeg"));
	assert.equal((await sharp(jpeg.rawPayload).metadata()).format, "jpeg");

	for (const path of [
		pathname.replace(/[\w-]{8}\.webp$/, "AAAAAAAA.webp"),
		"/images/..%2f..%2fgesso.db",
		"/images/x.webp",
		`${pathname}.exe`,
	])
		assert.ok([400, 404].includes((await get(path)).statusCode), path);
});

test("S1-13, S1-q: what is published is in the gallery without an apiKey, and nothing else is", async (t) => {
	const { post, ask, app } = await openPlatform(t);
	const shown = await post("", { prompt: "for all", isPublic: true });
	const hidden = await post("", { prompt: "for us" });
	const gallery = async () =>
		(await app.server.inject("/v0/gallery")).json().data;
	const [first] = (await gallery()).images;
	assert.equal((await gallery()).total, 1);
	assert.equal(first.id, shown.body.data.data[0].id);
	assert.deepEqual(Object.keys(first).sort(), [
		"createdAt",
		"height",
		"id",
		"modelVersion",
		"thumbnailUrl",
		"url",
		"userPrompt",
		"width",
	]);

	const [{ id }] = hidden.body.data.data;
	const published = await ask("PATCH", `${LIBRARY}/${id}`, { isPublic: true });
	assert.equal(published.body.data.isPublic, true);
	assert.equal((await gallery()).total, 2);
	await ask("PATCH", `${LIBRARY}/${id}`, { isPublic: false });
	assert.equal((await gallery()).total, 1);
	const refused = await ask("PATCH", `${LIBRARY}/${id}`, { userPrompt: "x" });
	assert.equal(refused.status, 400);
});

test("a deleted image is gone from the library, the gallery and its URL at once", async (t) => {
	const { post, ask, app, balance } = await openPlatform(t);
	const made = await post("", { prompt: "a", isPublic: true });
	const [image] = made.body.data.data;
	const before = await balance();
	const deleted = await ask("DELETE", `${LIBRARY}/${image.id}`);
	assert.deepEqual(deleted.body.data, { id: image.id, deleted: true });
	assert.equal((await ask("GET", `${LIBRARY}/${image.id}`)).status, 404);
	assert.equal((await ask("GET", LIBRARY)).body.data.total, 0);
	const url = new URL(image.url).pathname;
	assert.equal((await app.server.inject(url)).statusCode, 404);
	assert.equal((await app.server.inject("/v0/gallery")).json().data.total, 0);
	assert.equal((await ask("DELETE", `${LIBRARY}/${image.id}`)).status, 404);
	assert.equal(await balance(), before, "what it cost is not given back");
});

test("S1-51, S1-52, S1-r: usage tells what is left and what was used", async (t) => {
	const { post, ask, app } = await openPlatform(t, { credits: 50 });
	await post("", { prompt: "a", resolution: "high", sampleCount: 2 });
	const { body } = await ask("GET", "/v0/usage");
	assert.deepEqual(body.data.credits, {
		balance: 46,
		used: 4,
		granted: 50,
		charged: 4,
		refunded: 0,
	});
	assert.equal((await app.server.inject("/v0/usage")).statusCode, 401);
});

test("image URLs begin with GESSO_PUBLIC_URL where it is set", async (t) => {
	const { post } = await openPlatform(t, {
		environment: { GESSO_PUBLIC_URL: "https://pictures.example/gesso/" },
	});
	const { body } = await post("", { prompt: "a" });
	assert.match(
		body.data.data[0].url,
		/^https:\/\/pictures\.example\/gesso\/images\//,
	);
});
