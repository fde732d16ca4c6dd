/** Pictures that stand in lines of requests are taken in as the lines stream by, kept with the catalogue, and let go with it. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { noise } from "../../pixels/test-pictures.ts";
import { plainPng, scriptedModel } from "../../testing/scripted-provider.ts";
import { talkingModel } from "../../testing/scripted-talker.ts";
import {
	type CatalogueHouse,
	openCatalogueHouse,
	rowsIn,
} from "../../testing/test-catalogues.ts";
import {
	ask,
	base64,
	drawn,
	openRequestHouse,
	type PlainAsk,
	plainForm,
	plainLines,
	takeRequests,
	writtenLines,
} from "../../testing/test-requests.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import { forgetCatalogues } from "./forget-catalogues.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

async function pictureFiles({ dependencies }: CatalogueHouse) {
	const rows = await dependencies.database.queries
		.selectFrom("catalogue_inputs")
		.select("storage_key")
		.orderBy("storage_key")
		.execute();
	return rows.map(({ storage_key }) => storage_key);
}

test("pictures that stand in lines go with their rows, and are kept as long as the catalogue is", async (t) => {
	const house = await openRequestHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const logo = await plainPng({ width: 40, height: 30 }, "logo");
	const rug = await plainPng({ width: 60, height: 30 }, "rug");
	const file = plainLines([
		ask("a", "a fox", { pictures: [rug, logo].map(base64) }),
		ask("b", "a hen", {
			pictures: [`data:image/png;base64,${base64(logo)}`],
			wishes: { isLikePhoto: true },
		}),
	]);
	const { id } = await takeRequests(house, team, file);
	const kept = await pictureFiles(house);
	assert.equal(kept.length, 2);
	const rows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map(({ inlinePhotos, photos }) => [inlinePhotos, photos]),
		[
			[2, []],
			[1, []],
		],
	);
	const { storage } = house.dependencies;
	const sizes = async () =>
		await Promise.all(kept.map((key) => storage.size(key)));
	house.clock.advance(2 * DAY_MS);
	await collectUnreferenced(house.dependencies);
	assert.ok((await sizes()).every((size) => size !== null));

	const lines = await catalogues.requestLines(team, id, "plain", {
		withPhotos: true,
		saysModalities: false,
	});
	const written = (await writtenLines(lines)).trimEnd().split("\n");
	const sent = written.map((line): PlainAsk => JSON.parse(line));
	assert.deepEqual(sent[0]?.ask.pictures, [rug, logo].map(base64));

	await drawn(house, team, id);
	const shown = house.provider.calls.find(({ prompt }) => prompt === "a fox");
	const bytes = await Promise.all(
		(shown?.inputImages ?? []).map(async ({ open }) => {
			const pieces: Uint8Array[] = [];
			for await (const piece of await open()) pieces.push(piece);
			return Buffer.concat(pieces);
		}),
	);
	assert.deepEqual(bytes, [rug, logo]);
	const [, second] = await rowsIn(house, team, id);
	const [image] = second?.generation?.images ?? [];
	assert.deepEqual([image?.width, image?.height], [512, 384]);
});

test("a mask goes with the first picture of its row, and is written again with it", async (t) => {
	const house = await openRequestHouse(t, {
		models: [scriptedModel({ image: { mask: true } }), talkingModel()],
	});
	const team = await house.team();
	const picture = base64(await plainPng({ width: 40, height: 30 }, "rug"));
	const mask = await clear(40, 30).png().toBuffer();
	const { id } = await takeRequests(
		house,
		team,
		plainLines([
			ask("a", "a fox", { pictures: [picture], masks: [base64(mask)] }),
			ask("b", "a hen", {
				pictures: [picture],
				masks: [base64(await clear(20, 30).png().toBuffer())],
			}),
		]),
	);
	assert.equal((await pictureFiles(house)).length, 3);
	const lines = await house.engine.catalogues.requestLines(team, id, "plain", {
		withPhotos: true,
		saysModalities: false,
	});
	const [first = ""] = (await writtenLines(lines)).split("\n");
	assert.deepEqual(JSON.parse(first).ask.masks, [base64(mask)]);
	const { counts } = await drawn(house, team, id);
	assert.deepEqual([counts.drawn, counts.failed], [1, 1]);
	assert.equal(house.provider.calls[0]?.mask?.sizeBytes, mask.length);
	const [, second] = await rowsIn(house, team, id);
	assert.match(second?.error?.message ?? "", /mask has 20x30 pixels/);
});

test("with the catalogue its pictures go, but for those that somebody else refers to", async (t) => {
	const house = await openRequestHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const logo = base64(await plainPng({ width: 40, height: 30 }, "logo"));
	const own = base64(await plainPng({ width: 30, height: 40 }, "own"));
	const first = await takeRequests(
		house,
		team,
		plainLines([ask("a", "a fox", { pictures: [logo, own] })]),
	);
	await takeRequests(
		house,
		team,
		plainLines([ask("a", "a hen", { pictures: [logo] })]),
	);
	const before = new Set(await pictureFiles(house));
	assert.equal(before.size, 2);
	await catalogues.delete(team, first.id);
	await forgetCatalogues(house.dependencies);
	house.clock.advance(2 * DAY_MS);
	await collectUnreferenced(house.dependencies);
	const [left = "", ...others] = await pictureFiles(house);
	assert.deepEqual(others, []);
	const { storage } = house.dependencies;
	assert.notEqual(await storage.size(left), null);
	before.delete(left);
	for (const gone of before) assert.equal(await storage.size(gone), null);
});

test("a file that breaks off leaves no picture behind, and what is only looked at leaves nothing at all", async (t) => {
	const house = await openRequestHouse(t);
	const team = await house.team();
	const picture = base64(await plainPng({ width: 40, height: 30 }, "logo"));
	const line = plainLines([ask("a", "a fox", { pictures: [picture] })]);
	async function* broken() {
		yield Buffer.from(line + plainLines([ask("b", "a hen")]).repeat(510));
		throw new Error("the caller hung up");
	}
	await assert.rejects(takeRequests(house, team, broken()), /hung up/);
	assert.deepEqual(await pictureFiles(house), []);
	const { queries } = house.dependencies.database;
	const unreferenced = async () =>
		(await queries.selectFrom("unreferenced_objects").selectAll().execute())
			.length;
	house.clock.advance(2 * DAY_MS);
	await collectUnreferenced(house.dependencies);
	assert.equal(await unreferenced(), 0);
	async function* whole() {
		yield Buffer.from(line + plainLines([ask("b", "x", { answer: "words" })]));
	}
	const preview = await house.engine.catalogues.preview(team, {
		source: { kind: "file", bytes: whole(), field: "file" },
		strategy: "direct",
		settings: { onMissingPhoto: "fail", isAutomatic: false },
	});
	assert.equal(preview.rowCount, 1);
	assert.equal(preview.estimate?.strategies[0]?.credits, 1);
	assert.equal(preview.rows[0]?.inlinePhotos, 1);
	assert.deepEqual(
		preview.problems.map(({ line }) => line),
		[2],
	);
	assert.deepEqual(await pictureFiles(house), []);
	assert.equal(await unreferenced(), 0);
});

test("no more of a file is read than the line that is taken in, however large its pictures are", async (t) => {
	const chunkBytes = 65_536;
	let readBytes = 0;
	const ahead: number[] = [];
	const house = await openCatalogueHouse(t);
	const team = await house.team();
	const lines = await Promise.all(
		Array.from({ length: 6 }, async (_, index) => {
			const picture = await noise(640 + index, 640)
				.png()
				.toBuffer();
			const pictures = [picture.toString("base64")];
			return plainLines([ask(`r${index}`, "a fox", { pictures })]);
		}),
	);
	const ends = lines.map((_line, index) =>
		lines.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0),
	);
	house.engine.catalogues.enterForm(
		plainForm(({ id = "" }) => {
			ahead.push(readBytes - (ends[Number(id.slice(1))] ?? 0));
		}),
	);
	const whole = Buffer.from(lines.join(""));
	async function* inChunks() {
		for (let at = 0; at < whole.length; at += chunkBytes) {
			const chunk = whole.subarray(at, at + chunkBytes);
			readBytes += chunk.length;
			yield chunk;
		}
	}
	const { counts } = await takeRequests(house, team, inChunks());
	assert.equal(counts.waiting, 6);
	assert.ok(whole.length > 6_000_000);
	assert.equal(ahead.length, 6);
	for (const bytes of ahead) assert.ok(bytes >= 0 && bytes < chunkBytes);
});

test("whoever reads no further than some of the requests leaves nothing behind", async (t) => {
	const house = await openRequestHouse(t);
	const team = await house.team();
	const picture = base64(await plainPng({ width: 40, height: 30 }, "rug"));
	const { id } = await takeRequests(
		house,
		team,
		plainLines(
			Array.from({ length: 20 }, (_, index) =>
				ask(`r${index}`, "a fox", { pictures: [picture] }),
			),
		),
	);
	const lines = await house.engine.catalogues.requestLines(team, id, "plain", {
		withPhotos: true,
		saysModalities: false,
	});
	let read = 0;
	for await (const line of lines) {
		assert.equal((line as PlainAsk).id, `r${read}`);
		if (++read === 2) break;
	}
	const staging = path.join(house.place.dataDirectory, "staging");
	const left = readdirSync(staging, { recursive: true, withFileTypes: true });
	assert.deepEqual(
		left.filter((entry) => entry.isFile()),
		[],
	);
});

function clear(width: number, height: number) {
	return sharp({
		create: {
			width,
			height,
			channels: 4,
			background: { r: 0, g: 0, b: 0, alpha: 0 },
		},
	});
}
