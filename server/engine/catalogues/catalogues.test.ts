/** A catalogue from its table to its pictures: every row is drawn once, paid for once, and accounted for. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	atRest,
	bytesOf,
	collected,
	creditsSpent,
	faultsIn,
	openCatalogueHouse,
	openPhotoShop,
	rowsIn,
	takeIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import { forgetCatalogues } from "./forget-catalogues.ts";

const refused = (code: string, message?: RegExp) => (error: unknown) => {
	assert.ok(error instanceof Error && "code" in error);
	assert.equal(error.code, code);
	if (message !== undefined) assert.match(error.message, message);
	return true;
};

async function openHouse(t: TestContext) {
	const house = await openCatalogueHouse(t);
	await house.engine.start();
	return house;
}

test("S0-33: every row becomes a picture, and one that fails spoils no other and can be tried again", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const titles = ["a fox", "a hen", "a cow"];
	const { id, counts } = await takeIn(house, team, titlesCsv(titles));
	assert.deepEqual([counts.total, counts.waiting], [3, 3]);
	house.provider.script = ({ prompt }) =>
		prompt.includes("hen")
			? { kind: "fail", error: new ProviderError("content_blocked", "no") }
			: { kind: "draw" };
	assert.equal((await catalogues.start(team, id)).status, "working");
	const done = await atRest(house, team, id);
	assert.equal(done.status, "completed");
	assert.deepEqual([done.counts.drawn, done.counts.failed], [2, 1]);
	const rows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map((row) => [row.key, row.status, row.prompt, row.credits]),
		[
			["S1", "drawn", "A picture of a fox", 1],
			["S2", "failed", "A picture of a hen", 0],
			["S3", "drawn", "A picture of a cow", 1],
		],
	);
	assert.deepEqual(rows[0]?.fields, ["S1", "a fox"]);
	assert.equal(rows[0]?.generation?.images.length, 1);
	assert.equal(rows[1]?.error?.code, "content_blocked");
	assert.equal(rows[0]?.costDollars, 0.01);

	await catalogues.editRow(team, id, "S2", { prompt: "a lark" });
	await catalogues.retry(team, id, { kind: "failed" });
	const again = await atRest(house, team, id);
	assert.deepEqual([again.counts.drawn, again.counts.failed], [3, 0]);
	const mended = await catalogues.getRow(team, id, "S2");
	assert.equal(mended.generation?.prompt, "a lark");

	await catalogues.retry(team, id, { kind: "rows", keys: ["S1"] });
	const replaced = await atRest(house, team, id);
	assert.equal(replaced.counts.drawn, 3);
	const { generation } = await catalogues.getRow(team, id, "S1");
	assert.notEqual(generation?.id, rows[0]?.generation?.id);
	assert.equal(await creditsSpent(house, team), 4);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("rows that cannot be taken in are told with their lines, and the good ones go on", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const csv = "SKU,Title\nA,a fox\nB,too,many\nC,\nA,a cow\n";
	const { id, counts, problems } = await takeIn(house, team, csv, {
		choice: { kind: "template", template: "{{Title}}", keyColumn: "SKU" },
	});
	assert.deepEqual([counts.total, counts.invalid, counts.waiting], [4, 2, 2]);
	assert.deepEqual(
		problems.map(({ line, code }) => [line, code]),
		[
			[3, "too_many_fields"],
			[4, "nothing_to_draw"],
			[5, "repeated_key"],
		],
	);
	await house.engine.catalogues.start(team, id);
	assert.equal((await atRest(house, team, id)).counts.drawn, 2);
	const rows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map(({ key, status, line }) => [key, status, line]),
		[
			["A", "drawn", 2],
			["line-3", "invalid", 3],
			["C", "invalid", 4],
			["A-2", "drawn", 5],
		],
	);
	assert.match(rows[1]?.error?.message ?? "", /3 fields/);
	const { rows: invalid, next } = await house.engine.catalogues.listRows(
		team,
		id,
		{ statuses: ["invalid"], limit: 1 },
	);
	assert.deepEqual([invalid.map(({ key }) => key), next], [["line-3"], 1]);
	const rest = await house.engine.catalogues.listRows(team, id, {
		statuses: ["invalid"],
		limit: 1,
		after: next ?? 0,
	});
	assert.deepEqual([rest.rows[0]?.key, rest.next], ["C", null]);
});

test("what is no table, or a template that does not fit it, is refused and leaves nothing behind", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	await assert.rejects(takeIn(house, team, ""), refused("invalid_request"));
	await assert.rejects(
		takeIn(house, team, titlesCsv(["a fox"]), {
			choice: { kind: "template", template: "{{Colour}}" },
		}),
		refused("invalid_request", /no column "Colour"/),
	);
	async function* broken() {
		yield Buffer.from(titlesCsv(Array(2_000).fill("a fox")));
		throw new Error("the caller hung up");
	}
	await assert.rejects(
		takeIn(house, team, "", {
			source: { kind: "file", bytes: broken(), field: "file" },
		}),
		/hung up/,
	);
	const { queries } = house.dependencies.database;
	for (const table of ["catalogues", "catalogue_rows"] as const)
		assert.deepEqual(await queries.selectFrom(table).selectAll().execute(), []);
});

test("a catalogue that is paused begins no rows, goes on when it is resumed, and has no more under way than it may", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const titles = Array.from({ length: 12 }, (_, index) => `thing ${index}`);
	const { id } = await takeIn(house, team, titlesCsv(titles), {
		settings: { rowsAtOnce: 2 },
	});
	const gate = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: gate.promise });
	await catalogues.start(team, id);
	await assert.rejects(catalogues.start(team, id), refused("conflict"));
	await waitUntil(() => house.provider.atOnce === 2);
	const paused = await catalogues.pause(team, id);
	assert.equal(paused.status, "paused");
	assert.equal(paused.pace, null);
	await assert.rejects(catalogues.pause(team, id), refused("conflict"));
	gate.resolve();
	await waitUntil(
		async () => (await catalogues.get(team, id)).counts.drawn === 2,
	);
	// Its steps go on being taken, and begin nothing.
	const { database } = house.dependencies;
	const batch = await database.queries
		.updateTable("batches")
		.set({ due_at: 0 })
		.returning("id")
		.executeTakeFirstOrThrow();
	await database.announce({ kind: "batch_due", batchId: batch.id });
	await waitUntil(async () => {
		const { due_at, claim_token } = await database.queries
			.selectFrom("batches")
			.select(["due_at", "claim_token"])
			.executeTakeFirstOrThrow();
		return due_at > 0 && claim_token === null;
	});
	assert.equal(house.provider.calls.length, 2);
	await catalogues.setRowsAtOnce(team, id, 3);
	await catalogues.resume(team, id);
	const done = await atRest(house, team, id);
	assert.equal(done.counts.drawn, 12);
	assert.ok(house.provider.mostAtOnce <= 3);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("what is canceled begins no more rows, and those can be taken up again", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const { id } = await takeIn(
		house,
		team,
		titlesCsv(["a fox", "a hen", "a cow"]),
		{ settings: { rowsAtOnce: 1 } },
	);
	const gate = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: gate.promise });
	await catalogues.start(team, id);
	await waitUntil(() => house.provider.atOnce === 1);
	assert.equal((await catalogues.cancel(team, id)).status, "canceling");
	gate.resolve();
	const canceled = await atRest(house, team, id);
	assert.deepEqual([canceled.counts.drawn, canceled.counts.failed], [1, 2]);
	const { error } = await catalogues.getRow(team, id, "S3");
	assert.equal(error?.code, "batch_canceled");
	await assert.rejects(catalogues.cancel(team, id), refused("conflict"));
	await catalogues.retry(team, id, { kind: "failed" });
	assert.equal((await atRest(house, team, id)).counts.drawn, 3);
	assert.equal(await creditsSpent(house, team), 3);
});

test("S0-36, S0-b: a photo goes with its row's prompt, and one that is missing fails the row or is left out, as was chosen", async (t) => {
	const host = await openPhotoShop(t);
	const house = await openCatalogueHouse(t, { allowedHosts: [host] });
	await house.engine.start();
	const team = await house.team();
	const csv = `SKU,Title,image link\nA,a fox,http://${host}/a fox.jpg\nB,a hen,http://${host}/none.jpg\nC,a cow,\n`;
	const choice = {
		kind: "template",
		template: "{{Title}}",
		keyColumn: "SKU",
	} as const;
	const strict = await takeIn(house, team, csv, { choice });
	await house.engine.catalogues.start(team, strict.id);
	await atRest(house, team, strict.id);
	const rows = await rowsIn(house, team, strict.id);
	assert.deepEqual(
		rows.map(({ status }) => status),
		["drawn", "failed", "drawn"],
	);
	assert.deepEqual(rows[0]?.photos, [`http://${host}/a%20fox.jpg`]);
	assert.match(rows[0]?.generation?.prompt ?? "", /^a fox A photo/);
	assert.equal(rows[2]?.generation?.prompt, "a cow");
	assert.match(rows[1]?.error?.message ?? "", /photo 1 could not be fetched/);
	const shown = house.provider.calls.map(
		({ inputImages = [] }) => inputImages.length,
	);
	assert.deepEqual(shown.sort(), [0, 1]);
	const lenient = await takeIn(house, team, csv, {
		choice,
		settings: { onMissingPhoto: "drawWithout" },
	});
	await house.engine.catalogues.start(team, lenient.id);
	assert.equal((await atRest(house, team, lenient.id)).counts.drawn, 3);
	const without = await house.engine.catalogues.getRow(team, lenient.id, "B");
	assert.match(without.warnings.join(), /photo 1 could not be fetched/);
	assert.equal(without.generation?.prompt, "a hen");
});

test("S0-27, S0-g: a catalogue tells what it will cost, and is not begun by a team that cannot pay it", async (t) => {
	const house = await openCatalogueHouse(t, {
		environment: {
			GESSO_DOLLARS_PER_DESCRIPTION: "0.001",
			GESSO_DOLLARS_PER_ROW_IMAGE: "0.002",
		},
	});
	const { catalogues } = house.engine;
	const team = await house.team(99);
	const titles = Array.from({ length: 100 }, (_, index) => `rug ${index}`);
	const { id } = await takeIn(house, team, titlesCsv(titles));
	const { rows, strategies, balance } = await catalogues.estimate(team, id);
	assert.deepEqual([rows, balance], [100, 99]);
	assert.deepEqual(
		strategies.map(({ strategy, credits, dollars }) => [
			strategy,
			credits,
			dollars,
		]),
		[
			["direct", 100, 0.2],
			// S0-27: $0.30 for 100 rugs.
			["describe-then-draw", 150, 0.3],
		],
	);
	// 8 at once, 12 s each.
	assert.equal(strategies[0]?.expectedMs, 150_000);
	await assert.rejects(
		catalogues.start(team, id),
		refused("insufficient_credits"),
	);
	assert.equal((await catalogues.get(team, id)).counts.waiting, 100);
});

test("a sample is drawn before the rest, which then draws only what is left", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a", "b", "c"]));
	await assert.rejects(
		catalogues.sample(team, id, ["S9"]),
		refused("invalid_request", /S9/),
	);
	await catalogues.sample(team, id, ["S2"]);
	const sampled = await atRest(house, team, id);
	assert.equal(sampled.status, "ready");
	assert.deepEqual([sampled.counts.drawn, sampled.counts.waiting], [1, 2]);
	await catalogues.start(team, id);
	await atRest(house, team, id);
	assert.equal(house.provider.calls.length, 3);
	await assert.rejects(
		catalogues.start(team, id),
		refused("conflict", /No row/),
	);
});

test("a preset is filled in from columns, and its images tell of it", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const preset = await house.engine.presets.create(team, {
		name: "Shelf",
		description: null,
		template: "{{what}} on {{shelves}} shelves",
		negativePrompt: null,
		model: null,
		aspectRatio: null,
		resolution: null,
		count: null,
		requirements: [
			{ key: "what", label: "What", type: "text", required: true },
			{ key: "shelves", label: "Shelves", type: "number", required: true },
		],
	});
	const csv = "Title,Number\na vase,3\na jug,many\n";
	const { id } = await takeIn(house, team, csv, {
		choice: {
			kind: "preset",
			presetId: preset.id,
			variables: { what: "{{Title}}", shelves: "{{Number}}" },
		},
	});
	await house.engine.catalogues.start(team, id);
	await atRest(house, team, id);
	const [vase, jug] = await rowsIn(house, team, id);
	assert.equal(vase?.prompt, "a vase on 3 shelves");
	assert.equal(vase?.generation?.renderedPrompt, "a vase on 3 shelves");
	assert.match(jug?.error?.message ?? "", /variables\.shelves/);
	const { images } = await house.engine.listImages(team, { page: 1, limit: 5 });
	assert.equal(images[0]?.presetId, preset.id);
});

test("a preview shows the prompts of the first rows and keeps nothing", async (t) => {
	const house = await openCatalogueHouse(t);
	const team = await house.team();
	const preview = await house.engine.catalogues.preview(team, {
		source: {
			kind: "file",
			bytes: bytesOf("SKU;Rug Pile;Rugtype\n7;Silk;Indoor\n"),
			field: "file",
		},
		strategy: "direct",
		settings: { onMissingPhoto: "fail", isAutomatic: false },
	});
	assert.deepEqual(preview.choice, { kind: "builtIn", name: "rugs" });
	assert.equal(preview.rows[0]?.key, "rug-7");
	assert.match(preview.rows[0]?.prompt ?? "", /Pile: Silk/);
	const { catalogues } = await house.engine.catalogues.list(team, { limit: 5 });
	assert.deepEqual(catalogues, []);
});

test("another team's catalogue is not there, and a deleted one lets its table go and leaves its pictures", async (t) => {
	const house = await openHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const stranger = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]));
	const attempts: readonly (() => Promise<unknown>)[] = [
		() => catalogues.get(stranger, id),
		() => catalogues.start(stranger, id),
		() => catalogues.pause(stranger, id),
		() => catalogues.estimate(stranger, id),
		() => catalogues.delete(stranger, id),
		() => catalogues.getRow(stranger, id, "S1"),
		() => catalogues.editRow(stranger, id, "S1", { prompt: "mine" }),
		() => collected(catalogues.allRows(stranger, id)),
	];
	for (const attempt of attempts)
		await assert.rejects(attempt, refused("not_found"));
	await catalogues.start(team, id);
	await atRest(house, team, id);
	const { queries } = house.dependencies.database;
	const { rows_storage_key: key } = await queries
		.selectFrom("catalogues")
		.select("rows_storage_key")
		.executeTakeFirstOrThrow();
	assert.ok(key);
	house.clock.advance(7_200_000);
	await collectUnreferenced(house.dependencies);
	assert.notEqual(await house.dependencies.storage.size(key), null);
	await catalogues.delete(team, id);
	await assert.rejects(catalogues.get(team, id), refused("not_found"));
	await forgetCatalogues(house.dependencies);
	house.clock.advance(7_200_000);
	await collectUnreferenced(house.dependencies);
	assert.equal(await house.dependencies.storage.size(key), null);
	assert.deepEqual(
		await queries.selectFrom("catalogue_rows").selectAll().execute(),
		[],
	);
	const { images } = await house.engine.listImages(team, { page: 1, limit: 5 });
	assert.equal(images.length, 1);
});

test("what a process left half taken in when it died nobody sees, and it is forgotten after a day", async (t) => {
	const first = await openCatalogueHouse(t);
	const team = await first.team();
	const dying = Promise.withResolvers<void>();
	async function* endless() {
		yield Buffer.from(titlesCsv(Array(20_000).fill("a fox")));
		await dying.promise;
	}
	const taking = takeIn(first, team, "", {
		source: { kind: "file", bytes: endless(), field: "file" },
	});
	const { queries } = first.dependencies.database;
	const rows = () =>
		queries.selectFrom("catalogue_rows").select("position").execute();
	await waitUntil(async () => (await rows()).length > 0);
	const crashed = first.crash();
	dying.resolve();
	await assert.rejects(taking);
	await crashed;
	const second = await openCatalogueHouse(t, { beside: first });
	const { database } = second.dependencies;
	const left = () =>
		database.queries.selectFrom("catalogue_rows").select("position").execute();
	assert.deepEqual(
		(await second.engine.catalogues.list(team, { limit: 5 })).catalogues,
		[],
	);
	await forgetCatalogues(second.dependencies);
	assert.notEqual((await left()).length, 0);
	second.clock.advance(25 * 60 * 60 * 1_000);
	await forgetCatalogues(second.dependencies);
	assert.equal((await left()).length, 0);
});
