/** The library: what a team finds in it, in which order, and what goes when it is deleted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import type { Principal } from "../generations/request.ts";

function hasCode(code: EngineErrorCode) {
	return (error: unknown) =>
		error instanceof EngineError && error.code === code;
}

/** Draws one picture for each prompt, a moment apart. */
async function drawAll(
	house: TestEngine,
	team: Principal,
	prompts: readonly string[],
): Promise<void> {
	for (const prompt of prompts) {
		house.clock.advance(1);
		await house.drawn(team, await house.submit(team, { prompt }));
	}
}

async function promptsFound(
	{ engine }: TestEngine,
	team: Principal,
	search: string,
): Promise<string[]> {
	const page = { page: 1, limit: 100, search };
	const { images, total } = await engine.listImages(team, page);
	assert.equal(total, images.length);
	return images.map(({ prompt }) => prompt).sort();
}

const SHOES = "รองเท้าผ้าใบสีแดง บนพื้นไม้";
const STREET = "Eine Straße in GRÜN, Größe 42";
const PERCENT = "100% wool, size_m";
const PLAIN = "1000 wool, size m";
const PATH = "C:\\new_folder\\%temp%";
const WIDE = "ＡＢＣ カメラ";
const SIGMA = "Ο ΔΡΟΜΟΣ ΤΗΣ ΑΘΗΝΑΣ";

test("a search finds part of a prompt in any script, whatever the case, and takes no letter for a wildcard", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const prompts = [SHOES, STREET, PERCENT, PLAIN, PATH, WIDE, SIGMA];
	await drawAll(house, team, prompts);
	for (const [search, ...found] of [
		["รองเท้า", SHOES],
		["สีแดง บน", SHOES],
		["grün", STREET],
		["GRÜN", STREET],
		["gru\u0308n", STREET],
		["straße", STREET],
		["STRASSE", STREET],
		["STRAẞE", STREET],
		["größe", STREET],
		["%", PERCENT, PATH],
		["_", PERCENT, PATH],
		["0% w", PERCENT],
		["size_m", PERCENT],
		["100_", ...[]],
		["size", PERCENT, PLAIN],
		["\\", PATH],
		["c:\\NEW_", PATH],
		["\\%", PATH],
		["abc", WIDE],
		["ｶﾒﾗ", WIDE],
		["カメラ", WIDE],
		["δρομοσ", SIGMA],
		["δρόμος", ...[]],
		["δρομος", SIGMA],
		["'; drop table images; --", ...[]],
		["a\0", ...[]],
		["", ...prompts],
	] as const)
		assert.deepEqual(
			await promptsFound(house, team, search),
			[...found].sort(),
			`search: ${search}`,
		);
});

test("pages are disjoint, complete, and newest first, also among pictures of the same moment", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	await drawAll(house, team, ["first", "second", "third"]);
	house.clock.advance(1);
	const many = await house.submit(team, { prompt: "last", count: 5 });
	await house.drawn(team, many);
	const seen: string[] = [];
	for (const page of [1, 2, 3]) {
		const { images, total } = await house.engine.listImages(team, {
			page,
			limit: 3,
		});
		assert.equal(total, 8);
		seen.push(...images.map(({ id, prompt }) => `${prompt} ${id}`));
	}
	assert.equal(new Set(seen).size, 8);
	assert.deepEqual(
		seen.map((each) => each.split(" ")[0]),
		[...Array(5).fill("last"), "third", "second", "first"],
	);
	const beyond = await house.engine.listImages(team, { page: 4, limit: 3 });
	assert.deepEqual(beyond, { images: [], total: 8 });
});

test("a picture is in the gallery as long as it is public", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	await drawAll(house, team, ["private"]);
	const id = await house.submit(team, { prompt: "public", isPublic: true });
	const { images } = await house.drawn(team, id);
	const shown = async () =>
		(await house.engine.listGallery({ page: 1, limit: 10 })).images.map(
			({ prompt }) => prompt,
		);
	assert.deepEqual(await shown(), ["public"]);
	const [image] = images;
	assert.ok(image);
	await house.engine.setImagePublic(team, image.id, false);
	assert.deepEqual(await shown(), []);
	await house.engine.setImagePublic(team, image.id, true);
	assert.deepEqual(await shown(), ["public"]);
	await house.engine.deleteImage(team, image.id);
	assert.deepEqual(await shown(), []);
});

test("a deleted picture is gone everywhere at once, and what it cost is not given back", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team, { count: 2 });
	const { images } = await house.drawn(team, id);
	const [gone, kept] = images;
	assert.ok(gone && kept);
	await house.engine.deleteImage(team, gone.id);
	await assert.rejects(
		house.engine.getImage(team, gone.id),
		hasCode("not_found"),
	);
	await assert.rejects(
		house.engine.deleteImage(team, gone.id),
		hasCode("not_found"),
	);
	assert.equal(await house.engine.findPublicImage(gone.publicToken), null);
	const left = await house.engine.listImages(team, { page: 1, limit: 9 });
	assert.deepEqual(
		left.images.map((image) => image.id),
		[kept.id],
	);
	const generation = await house.engine.getGeneration(team, id);
	assert.equal(generation.status, "completed");
	assert.equal(generation.images.length, 1);
	assert.equal(generation.credits, 2);
	assert.equal((await house.engine.creditSums(team)).balance, 8);
});

test("a picture of a generation that is under way cannot be deleted until it has ended", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const drawn = Promise.withResolvers<void>();
	house.provider.script = ({ seed }) =>
		seed === 1 ? { kind: "draw" } : { kind: "wait", until: drawn.promise };
	const id = await house.submit(team, { count: 2, seeds: [1, 2] });
	const working = house.work(await house.claim());
	const [image] = await waitUntil(async () => {
		const { images } = await house.engine.getGeneration(team, id);
		return images.length === 1 && images;
	});
	assert.ok(image);
	await assert.rejects(
		house.engine.deleteImage(team, image.id),
		hasCode("conflict"),
	);
	assert.equal((await house.engine.getImage(team, image.id)).id, image.id);
	drawn.resolve();
	assert.equal(await working, "completed");
	assert.equal((await house.engine.getGeneration(team, id)).credits, 2);
	await house.engine.deleteImage(team, image.id);
});
