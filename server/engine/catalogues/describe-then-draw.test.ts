/** Rows that are described first, at the batch price, and then drawn from what was written: the flow of S0. */
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { saying } from "../../testing/scripted-talker.ts";
import { openTestApp } from "../../testing/test-app.ts";
import {
	atRest,
	type CatalogueHouse,
	collected,
	creditsSpent,
	faultsIn,
	openCatalogueHouse,
	openPhotoShop,
	rowsIn,
	takeIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import type { Principal } from "../generations/request.ts";

const SETTINGS = { strategy: "describe-then-draw" } as const;

async function openHouse(t: TestContext): Promise<CatalogueHouse> {
	const house = await openCatalogueHouse(t);
	await house.engine.start();
	return house;
}

async function described(house: CatalogueHouse, team: Principal, id: string) {
	await house.engine.catalogues.start(team, id);
	return await atRest(house, team, id);
}

test("S0-16 to S0-24, S0-30, S0-31, S0-a: rows are described at half price, wait for a person, and are then drawn from what was written", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const titles = ["a fox", "a hen", "a cow", "a pig"];
	const { id } = await takeIn(house, team, titlesCsv(titles), SETTINGS);
	const waiting = await described(house, team, id);
	assert.equal(waiting.status, "described");
	assert.equal(waiting.counts.described, 4);
	assert.equal(await creditsSpent(house, team), 2);
	assert.equal(house.provider.calls.length, 0);
	const [fox] = await rowsIn(house, team, id);
	assert.match(fox?.description ?? "", /^Described: Write a detailed scene/);
	assert.match(fox?.description ?? "", /A picture of a fox/);

	await house.engine.catalogues.draw(team, id);
	const done = await atRest(house, team, id);
	assert.equal(done.status, "completed");
	assert.equal(done.counts.drawn, 4);
	const rows = await rowsIn(house, team, id);
	for (const row of rows) assert.equal(row.generation?.prompt, row.description);
	assert.equal(rows[0]?.costDollars, 0.012);
	assert.equal(await creditsSpent(house, team), 6);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("S0-12: a description is asked for with temperature 0.7 and 8192 tokens, and with nothing said of pictures", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]), SETTINGS);
	await described(house, team, id);
	const [talk] = house.talker.talks;
	assert.equal(talk?.temperature, 0.7);
	assert.equal(talk?.maxOutputTokens, 8_192);
	assert.deepEqual(talk?.modalities ?? ["text"], ["text"]);
});

test("S0-15: what somebody made of a description is what the row is drawn from", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]), SETTINGS);
	await described(house, team, id);
	const edited = await catalogues.editRow(team, id, "S1", {
		description: "A red fox in the snow.",
	});
	assert.equal(edited.isDescriptionEdited, true);
	await catalogues.draw(team, id);
	await atRest(house, team, id);
	const row = await catalogues.getRow(team, id, "S1");
	assert.equal(row.generation?.prompt, "A red fox in the snow.");
});

test("S0-14, S0-b: the photo goes with the row's description and with its drawing", async (t) => {
	const host = await openPhotoShop(t);
	const house = await openCatalogueHouse(t, { allowedHosts: [host] });
	await house.engine.start();
	const team = await house.team();
	const csv = `SKU,Title,image\nS1,a fox,http://${host}/fox.jpg\n`;
	const { id } = await takeIn(house, team, csv, SETTINGS);
	await described(house, team, id);
	const parts = house.talker.talks[0]?.turns.flatMap((turn) => turn.parts);
	assert.deepEqual(
		parts?.map(({ kind }) => kind),
		["text", "image"],
	);
	await house.engine.catalogues.draw(team, id);
	await atRest(house, team, id);
	assert.equal(house.provider.calls[0]?.inputImages?.length, 1);
});

test("S0-33, S0-f: a row without a description fails alone, is not drawn, and is described again when it is retried", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const { say } = house.talker;
	house.talker.say = (call, context) => {
		if (JSON.stringify(call.turns).includes("hen"))
			throw new Error("no words for it");
		return say(call, context);
	};
	const titles = ["a fox", "a hen"];
	const { id } = await takeIn(house, team, titlesCsv(titles), SETTINGS);
	const first = await described(house, team, id);
	assert.deepEqual([first.counts.described, first.counts.failed], [1, 1]);
	await catalogues.draw(team, id);
	const drawn = await atRest(house, team, id);
	assert.deepEqual([drawn.counts.drawn, drawn.counts.failed], [1, 1]);
	house.talker.say = () => saying("A speckled hen.");
	await catalogues.retry(team, id, { kind: "failed" });
	const again = await atRest(house, team, id);
	assert.deepEqual([again.counts.described, again.counts.drawn], [1, 1]);
	await catalogues.draw(team, id);
	assert.equal((await atRest(house, team, id)).counts.drawn, 2);
	const hen = await catalogues.getRow(team, id, "S2");
	assert.equal(hen.generation?.prompt, "A speckled hen.");
});

test("S0-20: an automatic catalogue draws what is described without anybody asking, a row with a prompt of its own included", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox", "a hen"]), {
		...SETTINGS,
		settings: { isAutomatic: true },
	});
	await catalogues.editRow(team, id, "S2", { prompt: "a white hen" });
	await catalogues.start(team, id);
	const done = await atRest(house, team, id);
	assert.deepEqual([done.status, done.counts.drawn], ["completed", 2]);
	assert.equal(house.talker.talks.length, 1);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("a sample is described and drawn in one go", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const titles = ["a fox", "a hen", "a cow"];
	const { id } = await takeIn(house, team, titlesCsv(titles), SETTINGS);
	await catalogues.sample(team, id, ["S3"]);
	const sampled = await atRest(house, team, id);
	assert.deepEqual([sampled.counts.drawn, sampled.counts.waiting], [1, 2]);
	const row = await catalogues.getRow(team, id, "S3");
	assert.equal(row.generation?.prompt, row.description);
});

test("whoever watches a catalogue hears of every change until nothing is under way", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]), {
		...SETTINGS,
		settings: { isAutomatic: true },
	});
	await catalogues.start(team, id);
	const { signal } = new AbortController();
	const heard = await collected(catalogues.watch(team, id, signal));
	assert.equal(heard[0]?.status, "working");
	assert.equal(heard.at(-1)?.status, "completed");
	const told = heard.map(({ status, counts }) =>
		JSON.stringify([status, counts]),
	);
	assert.equal(new Set(told).size, told.length);
});

test("S0-35 to S0-40: the sample table becomes five pictures of rugs in rooms with no key and no network", async (t) => {
	const { app, team } = await openTestApp(t);
	const { principal } = await team();
	const { catalogues } = app.engine;
	const file = path.join(
		import.meta.dirname,
		"../../../examples/sample-rugs.csv",
	);
	const { id, choice } = await catalogues.takeIn(principal, {
		name: "rugs",
		source: { kind: "file", bytes: createReadStream(file), field: "file" },
		strategy: "describe-then-draw",
		settings: {
			// The photos are a real shop's.
			maxPhotos: 0,
			onMissingPhoto: "fail",
			isAutomatic: true,
			size: { width: 128, height: 128 },
		},
	});
	assert.deepEqual(choice, { kind: "builtIn", name: "rugs" });
	await catalogues.start(principal, id);
	const done = await atRest(app, principal, id);
	assert.deepEqual([done.counts.total, done.counts.drawn], [5, 5]);
	const rows = await rowsIn(app, principal, id);
	assert.equal(rows[0]?.key, "rug-26171");
	assert.equal(rows[0]?.fileName, "rug-26171");
	for (const row of rows) {
		assert.match(row.description ?? "", /^Photo-realistic picture of an? /);
		assert.equal(row.generation?.prompt, row.description);
		assert.equal(row.generation?.images.length, 1);
	}
});

test("a model that cannot describe is told as the one that describes, not as the one that draws", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]), {
		...SETTINGS,
		settings: { describingModel: "nobody" },
	});
	await assert.rejects(house.engine.catalogues.start(team, id), {
		code: "model_not_found",
		details: { field: "describingModel", allowed: "one of talker" },
	});
});
