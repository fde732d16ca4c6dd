/** Batches whose lines stand alone: some answered in words, some with pictures, some not in order, all told in their place and paid for once. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import { scriptedModel } from "../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	type ScriptedTalker,
	saying,
	talkingModel,
} from "../../testing/scripted-talker.ts";
import {
	batchEnded,
	makeBatch,
	type PlainLine,
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
import type { BatchTranslator } from "./translator.ts";

/** The tests' own language, with lines that say `words: true`. */
function talkingTranslator(house: TestEngine): BatchTranslator {
	const plain = plainTranslator(house);
	return {
		...plain,
		independentLines: true,
		identify: (value) => (value as PlainLine | undefined)?.id ?? "unknown",
		readLine: async (context, value, occasion) => {
			plain.identify(value);
			const read = await plain.readLine(context, value, occasion);
			const line = value as PlainLine & { words?: boolean };
			if (line.words !== true) return read;
			return {
				...read,
				ask: {
					kind: "reply",
					request: {
						dialect: "plain",
						model: line.model ?? "talker",
						store: "nothing",
						turns: [
							{
								role: "user",
								parts: [{ kind: "text", text: line.prompt ?? line.id }],
							},
						],
					},
				},
			};
		},
		writeAnswer: async (_context, { customId, answer }) => ({
			id: customId,
			said: answer.text,
		}),
	};
}

interface House extends TestEngine {
	readonly talker: ScriptedTalker;
}

async function openHouse(
	t: TestContext,
	options: TestEngineOptions & { talker?: ScriptedTalker } = {},
): Promise<House> {
	const { talker = createScriptedTalker(), ...rest } = options;
	const house = await openTestEngine(t, {
		otherProviders: [talker],
		models: [scriptedModel(), talkingModel()],
		...rest,
		environment: { GESSO_LEASE_MS: "300", ...rest.environment },
	});
	house.engine.batches.enterTranslator(talkingTranslator(house));
	await house.engine.start();
	return { ...house, talker };
}

const words = (count: number, changes: object = {}) =>
	Array.from({ length: count }, (_, index) => ({
		id: `words ${index}`,
		words: true,
		...changes,
	}));

async function spent({ engine }: TestEngine, team: Principal): Promise<number> {
	const { charged, refunded } = await engine.creditSums(team);
	return charged - refunded;
}

/** Lets the leases of the dead run out, and the living renew theirs meanwhile. */
async function settled(house: TestEngine, team: Principal, id: string) {
	return await waitUntil(async () => {
		house.clock.advance(20);
		const batch = await house.engine.batches.get(team, "plain", id);
		return batch.endedAt !== null && batch;
	});
}

test("lines in words and lines with pictures are told in one file, in their order, and cost half", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const lines = [
		{ id: "a", words: true },
		{ id: "b" },
		...words(7),
		{ id: "c" },
	] as PlainLine[];
	const id = await makeBatch(house, team, lines);
	const batch = await batchEnded(house, team, id);
	assert.deepEqual(batch.counts, { total: 10, completed: 10, failed: 0 });
	assert.equal(batch.errorFileId, null);
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.deepEqual(
		results.map((result) => result.id),
		lines.map((line) => line.id),
	);
	assert.equal((results[0] as unknown as { said: string }).said, "Hello.");
	assert.equal(results[1]?.images?.length, 1);
	assert.equal(await spent(house, team), 5);
});

test("a line that is not in order, whatever is wrong with it, fails alone", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const text = [
		'{"id":"good"}',
		"no JSON",
		'{"prompt":"nameless"}',
		'{"id":"good"}',
		'{"id":"nobody","model":"nobody"}',
		'{"id":"mute","words":true,"model":"scripted"}',
		`{"id":"${"x".repeat(20_000)}"}`,
	].join("\n");
	const batch = await batchEnded(
		house,
		team,
		await makeBatch(house, team, text),
	);
	assert.equal(batch.status, "completed");
	assert.deepEqual(batch.counts, { total: 7, completed: 2, failed: 5 });
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.deepEqual(
		results.map((result) => [result.id, result.error?.code]),
		[
			["good", undefined],
			["unknown", "invalid_request"],
			["unknown", "invalid_request"],
			["good", undefined],
			["nobody", "model_not_found"],
			["mute", "invalid_request"],
			["unknown", "invalid_request"],
		],
	);
});

test("an answer that fails is refunded and its line fails; one that nobody can give just now waits", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const tries = new Map<string, number>();
	house.talker.say = (call) => {
		const [part] = call.turns.at(-1)?.parts ?? [];
		const text = part?.kind === "text" ? part.text : "";
		const times = (tries.get(text) ?? 0) + 1;
		tries.set(text, times);
		if (text === "words 1")
			throw new ProviderError("invalid", "no", { publicMessage: "No." });
		if (text === "words 2" && times === 1)
			throw new ProviderError("rate_limited", "busy", { retryAfterMs: 50 });
		return saying("Yes.");
	};
	const id = await makeBatch(house, team, words(4) as PlainLine[]);
	const batch = await settled(house, team, id);
	assert.deepEqual(batch.counts, { total: 4, completed: 3, failed: 1 });
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.deepEqual(
		results.map((result) => result.error?.code),
		[undefined, "provider_rejected", undefined, undefined],
	);
	assert.equal(tries.get("words 2"), 2);
	// Of two halves each second one is a credit: those of the lines 1, which is refunded, and 3.
	assert.equal(await spent(house, team), 1);
});

test("a process that dies in the middle of answers has none of them paid twice", async (t) => {
	const stuck = createScriptedTalker();
	const reached = Promise.withResolvers<void>();
	stuck.say = async function* (_call, { signal }) {
		yield { kind: "text", text: "Hel" };
		if (stuck.talks.length === 5) reached.resolve();
		await new Promise((_, reject) => {
			signal.addEventListener("abort", () => reject(signal.reason));
		});
	};
	const dying = await openHouse(t, { talker: stuck });
	const team = await dying.team();
	const id = await makeBatch(dying, team, words(5) as PlainLine[]);
	await reached.promise;
	await dying.crash();
	const house = await openHouse(t, { beside: dying });
	house.clock.advance(1_000);
	const batch = await settled(house, team, id);
	assert.deepEqual(batch.counts, { total: 5, completed: 5, failed: 0 });
	await waitUntil(async () => (await spent(house, team)) === 2);
});

test("where drawing is switched off lines in words are answered, and a batch with a picture in it waits for a process that draws until its time is over", async (t) => {
	const off = await openHouse(t, {
		environment: { IMAGE_GENERATION_ENABLED: "false" },
	});
	const team = await off.team();
	const mixed = [{ id: "picture" }, ...words(2)] as PlainLine[];
	const late = await makeBatch(off, team, mixed);
	const spoken = await makeBatch(off, team, words(3) as PlainLine[]);
	const answered = await batchEnded(off, team, spoken);
	assert.deepEqual(answered.counts, { total: 3, completed: 3, failed: 0 });
	assert.equal(
		(await off.engine.batches.get(team, "plain", late)).status,
		"validating",
	);
	off.clock.advance(24 * 60 * 60 * 1000);
	const expired = await batchEnded(off, team, late);
	assert.equal(expired.status, "expired");
	assert.equal(expired.counts.completed, 0);

	const drawn = await makeBatch(off, team, mixed);
	const on = await openHouse(t, { beside: off });
	const batch = await batchEnded(on, team, drawn);
	assert.deepEqual(batch.counts, { total: 3, completed: 3, failed: 0 });
	const results = await resultsIn(on, team, batch.outputFileId);
	assert.equal(results[0]?.images?.length, 1);
});

test("a batch that is canceled answers no more lines, and one that is deleted leaves no files", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const release = Promise.withResolvers<void>();
	house.talker.say = async function* () {
		await release.promise;
		yield* saying("Late.");
	};
	const id = await makeBatch(house, team, words(40) as PlainLine[]);
	await waitUntil(() => house.talker.talks.length > 0);
	await house.engine.batches.cancel(team, "plain", id);
	release.resolve();
	const batch = await settled(house, team, id);
	assert.equal(batch.status, "canceled");
	const { completed, failed } = batch.counts;
	assert.equal(completed + failed, 40);
	assert.ok(failed >= 20, `${completed} were answered`);
	const results = await resultsIn(house, team, batch.outputFileId);
	assert.equal(results.length, 40);

	const other = await makeBatch(house, team, [{ id: "x" }]);
	await house.engine.batches.delete(team, "plain", other);
	await assert.rejects(house.engine.batches.get(team, "plain", other), {
		code: "not_found",
	});
	await waitUntil(async () => {
		const row = await house.dependencies.database.queries
			.selectFrom("batches")
			.select(["ended_at", "output_file_id"])
			.where("id", "=", other)
			.executeTakeFirstOrThrow();
		return row.ended_at !== null && row.output_file_id === null;
	});
});
