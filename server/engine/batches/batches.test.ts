/** A batch from its file to its results: every line is answered once, and paid for once, at the batch's price. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import { audit } from "../../testing/audit.ts";
import { scriptedModel } from "../../testing/scripted-provider.ts";
import {
	batchEnded,
	makeBatch,
	type PlainLine,
	plainBatch,
	plainTranslator,
	resultsIn,
} from "../../testing/test-batches.ts";
import {
	openTestEngine,
	type TestEngine,
	type TestEngineOptions,
} from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import type { Principal } from "../generations/request.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";

type Test = Parameters<typeof openTestEngine>[0];

async function openHouse(
	t: Test,
	options: TestEngineOptions = {},
): Promise<TestEngine> {
	const house = await openTestEngine(t, options);
	house.engine.batches.enterTranslator(plainTranslator(house));
	return house;
}

const numbered = (count: number): PlainLine[] =>
	Array.from({ length: count }, (_, index) => ({ id: `line ${index}` }));

async function booksAreRight(house: TestEngine, team: Principal) {
	const { database, storage } = house.dependencies;
	const books = { queries: database.queries, storage };
	assert.deepEqual(await audit(books, [team.teamId]), []);
}

const creditsSpent = async ({ engine }: TestEngine, team: Principal) => {
	const { charged, refunded } = await engine.creditSums(team);
	return charged - refunded;
};

const refused = (code: string) => ({ name: "EngineError", code });

test("every line of a batch is drawn once, answered once under its own id, and costs half", async (t) => {
	const house = await openHouse(t);
	await house.engine.start();
	const team = await house.team();
	const id = await makeBatch(house, team, numbered(25));
	const batch = await batchEnded(house, team, id);
	assert.equal(batch.status, "completed");
	assert.deepEqual(batch.counts, { total: 25, completed: 25, failed: 0 });
	assert.equal(batch.errorFileId, null);
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.deepEqual(
		results.map((result) => result.id),
		numbered(25).map((line) => line.id),
	);
	const { images } = await house.engine.listImages(team, {
		page: 1,
		limit: 100,
	});
	assert.equal(images.length, 25);
	for (const { images: [base64 = ""] = [] } of results) {
		const bytes = Buffer.from(base64, "base64");
		assert.equal(bytes.subarray(1, 4).toString(), "PNG");
	}
	assert.equal(await creditsSpent(house, team), 12);
	await booksAreRight(house, team);
});

test("interactive work goes before a batch", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	await house.engine.start();
	const drawing = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: drawing.promise });
	const id = await makeBatch(house, team, numbered(40));
	await waitUntil(() => house.provider.atOnce === 8);
	const { generation } = await house.engine.generate(team, {
		dialect: "platform",
		prompt: "now",
		count: 1,
	});
	const before = house.provider.calls.length;
	drawing.resolve();
	await house.ended(team, generation.id);
	const next = house.provider.calls.slice(before);
	assert.equal(next[0]?.prompt, "now");
	await batchEnded(house, team, id);
});

test("the price of a batch is half of what its pictures cost, to one credit, whatever its lines ask for", async (t) => {
	const models = [
		scriptedModel(),
		scriptedModel({ id: "three", creditPrices: { low: 3 } }),
		scriptedModel({
			id: "a third",
			creditPrices: { low: 1 },
			dollarPrices: { batchFactor: 1 / 3, source: "", checkedOn: "" },
		}),
	];
	const house = await openHouse(t, { models });
	await house.engine.start();
	const team = await house.team(1_000);
	const lines = Array.from({ length: 30 }, (_, index) => ({
		id: `${index}`,
		count: 1 + (index % 4),
		model: ["scripted", "three", "a third"][index % 3] ?? "",
	}));
	const batch = await batchEnded(
		house,
		team,
		await makeBatch(house, team, lines),
	);
	assert.equal(batch.counts.completed, 30);
	const halfPrice = lines.reduce(
		(sum, { count, model }) =>
			sum +
			count * ({ scripted: 0.5, three: 1.5, "a third": 1 / 3 }[model] ?? 0),
		0,
	);
	assert.equal(await creditsSpent(house, team), Math.floor(halfPrice));
	await booksAreRight(house, team);
});

test("a line that fails is told in the file of errors, costs nothing, and spoils no other", async (t) => {
	const house = await openHouse(t);
	await house.engine.start();
	const team = await house.team();
	house.provider.script = ({ prompt }) =>
		prompt === "forbidden"
			? { kind: "fail", error: new ProviderError("content_blocked", "no") }
			: { kind: "draw" };
	const id = await makeBatch(house, team, [
		{ id: "good" },
		{ id: "bad", prompt: "forbidden" },
		{ id: "no picture", base64: "bm8gcGljdHVyZQ==" },
		{ id: "good too" },
	]);
	const batch = await batchEnded(house, team, id);
	assert.equal(batch.status, "completed");
	assert.deepEqual(batch.counts, { total: 4, completed: 2, failed: 2 });
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.deepEqual(
		results.map((result) => result.id),
		["good", "good too"],
	);
	const errors = await resultsIn(house, team, batch.errorFileId);
	assert.deepEqual(
		errors.map(({ id, error }) => [id, error?.code]),
		[
			["bad", "content_blocked"],
			["no picture", "invalid_request"],
		],
	);
	await booksAreRight(house, team);
});

test("lines for which the credits do not suffice fail, and say so", async (t) => {
	const house = await openHouse(t);
	await house.engine.start();
	const team = await house.team(3);
	const id = await makeBatch(house, team, numbered(12));
	const batch = await batchEnded(house, team, id);
	assert.equal(batch.status, "completed");
	const errors = await resultsIn(house, team, batch.errorFileId);
	assert.ok(errors.length > 0);
	for (const { error } of errors)
		assert.equal(error?.code, "insufficient_credits");
	assert.equal(batch.counts.failed, errors.length);
	assert.equal(await creditsSpent(house, team), 3);
	await booksAreRight(house, team);
});

test("what is wrong with a file is told line by line, and nothing of it is worked on", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_BATCH_MAX_LINES: "5" },
	});
	await house.engine.start();
	const team = await house.team();
	const line = (value: PlainLine) => `${JSON.stringify(value)}\n`;
	const file = [
		line({ id: "a" }),
		"\n",
		'{"id": "broken\n',
		line({ id: "a" }),
		"[1]\n",
		line({ id: "x".repeat(513) }),
		line({ id: "sixth" }),
	].join("");
	const failed = await batchEnded(
		house,
		team,
		await makeBatch(house, team, file),
	);
	assert.equal(failed.status, "failed");
	assert.deepEqual(
		failed.faults.map(({ code, line: at, field }) => [code, at, field]),
		[
			["invalid_json_line", 3, undefined],
			["duplicate_custom_id", 4, undefined],
			["missing_id", 5, "id"],
			["invalid_custom_id", 6, undefined],
			["too_many_lines", 7, undefined],
		],
	);
	assert.deepEqual(failed.counts, { total: 0, completed: 0, failed: 0 });
	const six = await batchEnded(
		house,
		team,
		await makeBatch(house, team, numbered(6)),
	);
	assert.deepEqual(
		six.faults.map(({ code, line: at }) => [code, at]),
		[["too_many_lines", 6]],
	);
	const empty = await batchEnded(
		house,
		team,
		await makeBatch(house, team, "\n"),
	);
	assert.deepEqual(
		empty.faults.map(({ code }) => code),
		["empty_file"],
	);
	assert.equal(house.provider.calls.length, 0);
	assert.equal(await creditsSpent(house, team), 0);
	const lines = await house.dependencies.database.queries
		.selectFrom("batch_lines")
		.select("position")
		.execute();
	assert.deepEqual(lines, []);
});

test("a line that asks for what cannot be done fails alone, is told in the file of errors, and costs nothing", async (t) => {
	const house = await openHouse(t);
	await house.engine.start();
	const team = await house.team();
	const id = await makeBatch(house, team, [
		{ id: "first" },
		{ id: "no such model", model: "nobody" },
		{ id: "no prompt", prompt: " " },
		{ id: "too many", count: 1_000 },
		{ id: "last" },
	]);
	const batch = await batchEnded(house, team, id);
	assert.equal(batch.status, "completed");
	assert.deepEqual(batch.faults, []);
	assert.deepEqual(batch.counts, { total: 5, completed: 2, failed: 3 });
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.deepEqual(
		results.map((result) => result.id),
		["first", "last"],
	);
	const errors = await resultsIn(house, team, batch.errorFileId);
	assert.deepEqual(
		errors.map(({ id, error }) => [id, error?.code]),
		[
			["no such model", "model_not_found"],
			["no prompt", "invalid_request"],
			["too many", "invalid_request"],
		],
	);
	// Two halves; the lines between them count for nothing.
	assert.equal(await creditsSpent(house, team), 1);
	await booksAreRight(house, team);

	const hopeless = await batchEnded(
		house,
		team,
		await makeBatch(house, team, [{ id: "a", model: "nobody" }]),
	);
	assert.equal(hopeless.status, "completed");
	assert.equal(hopeless.outputFileId, null);
	assert.deepEqual(hopeless.counts, { total: 1, completed: 0, failed: 1 });
});

test("results are kept for as long as the caller says, or else as the server does", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_GENERATED_FILE_DAYS: "2" },
	});
	await house.engine.start();
	const team = await house.team();
	const keptMs = async (resultsKeptMs?: number) => {
		const { id } = await house.engine.batches.create(team, {
			...(await plainBatch(house, team, numbered(1))),
			resultsKeptMs,
		});
		const { outputFileId } = await batchEnded(house, team, id);
		const file = await house.engine.files.get(team, outputFileId ?? "");
		return (file.expiresAt ?? 0) - file.createdAt;
	};
	assert.equal(await keptMs(3_600_000), 3_600_000);
	assert.equal(await keptMs(), 2 * 24 * 60 * 60 * 1000);
});

test("a file with more faults than anybody would read is not read to its end", async (t) => {
	const house = await openHouse(t);
	await house.engine.start();
	const team = await house.team();
	const batch = await batchEnded(
		house,
		team,
		await makeBatch(house, team, "no json\n".repeat(5_000)),
	);
	assert.equal(batch.status, "failed");
	assert.equal(batch.faults.length, 100);
});

test("a canceled batch keeps what is drawn, finishes what is being drawn, and tells of the rest", async (t) => {
	const house = await openHouse(t);
	await house.engine.start();
	const team = await house.team();
	const drawing = Promise.withResolvers<void>();
	house.provider.script = (_, index) =>
		index < 3 ? { kind: "draw" } : { kind: "wait", until: drawing.promise };
	const id = await makeBatch(house, team, numbered(100));
	await waitUntil(async () => {
		const { counts } = await house.engine.batches.get(team, "plain", id);
		return counts.completed === 3 && house.provider.atOnce === 8;
	});
	const canceling = await house.engine.batches.cancel(team, "plain", id);
	assert.equal(canceling.status, "canceling");
	assert.equal(
		(await house.engine.batches.cancel(team, "plain", id)).status,
		"canceling",
	);
	await waitUntil(async () => {
		const { counts } = await house.engine.batches.get(team, "plain", id);
		return counts.failed === 89;
	});
	drawing.resolve();
	const batch = await batchEnded(house, team, id);
	assert.equal(batch.status, "canceled");
	assert.deepEqual(batch.counts, { total: 100, completed: 11, failed: 89 });
	assert.equal((await resultsIn(house, team, batch.outputFileId)).length, 11);
	const errors = await resultsIn(house, team, batch.errorFileId);
	assert.equal(errors.length, 89);
	for (const { error } of errors) assert.equal(error?.code, "batch_canceled");
	await assert.rejects(
		house.engine.batches.cancel(team, "plain", id),
		refused("conflict"),
	);
	await booksAreRight(house, team);
});

test("a batch whose time is over begins no more lines", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_BATCH_LINES_AT_ONCE: "10" },
	});
	await house.engine.start();
	const team = await house.team();
	const drawing = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: drawing.promise });
	const id = await makeBatch(house, team, numbered(30));
	await waitUntil(() => house.provider.atOnce === 8);
	house.clock.advance(24 * 60 * 60 * 1000);
	await waitUntil(async () => {
		const { counts } = await house.engine.batches.get(team, "plain", id);
		return counts.failed === 22;
	});
	drawing.resolve();
	const batch = await batchEnded(house, team, id);
	assert.equal(batch.status, "expired");
	assert.deepEqual(batch.counts, { total: 30, completed: 8, failed: 22 });
	const [error] = await resultsIn(house, team, batch.errorFileId);
	assert.equal(error?.error?.code, "batch_expired");
	await booksAreRight(house, team);
});

test("a process on which drawing is switched off leaves a batch of pictures to one that draws, and only brings one to its end", async (t) => {
	const off = await openHouse(t, {
		environment: { IMAGE_GENERATION_ENABLED: "false" },
	});
	const team = await off.team();
	const id = await makeBatch(off, team, numbered(4));
	const canceled = await makeBatch(off, team, numbered(1));
	await off.engine.start();
	await off.engine.batches.cancel(team, "plain", canceled);
	assert.equal((await batchEnded(off, team, canceled)).status, "canceled");
	const waiting = await off.engine.batches.get(team, "plain", id);
	assert.equal(waiting.status, "validating");
	const on = await openHouse(t, { beside: off });
	await on.engine.start();
	const batch = await waitUntil(async () => {
		// What the one draws the other may not hear of before it looks again.
		on.clock.advance(100);
		const batch = await on.engine.batches.get(team, "plain", id);
		return batch.endedAt !== null && batch;
	});
	assert.deepEqual(batch.counts, { total: 4, completed: 4, failed: 0 });
	await booksAreRight(on, team);
});

test("a batch goes on when its file is deleted, and lets go of the bytes when it has ended", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const id = await makeBatch(house, team, numbered(3));
	const { inputFileId } = await house.engine.batches.get(team, "plain", id);
	await house.engine.files.delete(team, inputFileId);
	house.clock.advance(2 * 60 * 60 * 1000);
	assert.equal(await collectUnreferenced(house.dependencies), 0);
	await house.engine.start();
	const batch = await batchEnded(house, team, id);
	assert.deepEqual(batch.counts, { total: 3, completed: 3, failed: 0 });
	house.clock.advance(2 * 60 * 60 * 1000);
	assert.equal(await collectUnreferenced(house.dependencies), 1);
});

test("a picture deleted before the results are written is told as an error", async (t) => {
	const house = await openHouse(t);
	await house.engine.start();
	const team = await house.team();
	const drawing = Promise.withResolvers<void>();
	house.provider.script = ({ prompt }) =>
		prompt === "last"
			? { kind: "wait", until: drawing.promise }
			: { kind: "draw" };
	const id = await makeBatch(house, team, [
		{ id: "deleted", prompt: "deleted" },
		{ id: "last", prompt: "last" },
	]);
	await waitUntil(async () => {
		const { counts } = await house.engine.batches.get(team, "plain", id);
		return counts.completed === 1;
	});
	const { images } = await house.engine.listImages(team, { page: 1, limit: 9 });
	await house.engine.deleteImage(team, images[0]?.id ?? "");
	drawing.resolve();
	const batch = await batchEnded(house, team, id);
	assert.deepEqual(batch.counts, { total: 2, completed: 1, failed: 1 });
	const [error] = await resultsIn(house, team, batch.errorFileId);
	assert.deepEqual([error?.id, error?.error?.code], ["deleted", "not_found"]);
});

test("another team's batch and file are not there", async (t) => {
	const house = await openHouse(t);
	const [owner, other] = [await house.team(), await house.team()];
	const id = await makeBatch(house, owner, numbered(1));
	const { batches } = house.engine;
	await assert.rejects(batches.get(other, "plain", id), refused("not_found"));
	await assert.rejects(
		batches.cancel(other, "plain", id),
		refused("not_found"),
	);
	const page = await batches.list(other, { dialect: "plain", limit: 10 });
	assert.deepEqual(page, { batches: [], hasMore: false });
	await assert.rejects(
		batches.create(other, await plainBatch(house, owner, "{}")),
		refused("invalid_request"),
	);
});

test("a team has only so many batches under way, also when they come at once", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_MAX_OPEN_BATCHES_PER_TEAM: "3" },
	});
	const team = await house.team();
	const outcomes = await Promise.allSettled(
		Array.from({ length: 8 }, () => makeBatch(house, team, numbered(1))),
	);
	assert.equal(
		outcomes.filter(({ status }) => status === "fulfilled").length,
		3,
	);
	await house.engine.start();
	const { batches } = await house.engine.batches.list(team, {
		dialect: "plain",
		limit: 10,
	});
	for (const { id } of batches) await batchEnded(house, team, id);
	await makeBatch(house, team, numbered(1));
});
