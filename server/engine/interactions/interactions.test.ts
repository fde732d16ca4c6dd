/** Interactions over restarts and time: none is lost that was answered, and none hangs whose process died. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { plainPng, scriptedModel } from "../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	saying,
	talkingModel,
} from "../../testing/scripted-talker.ts";
import {
	openTestEngine,
	type TestEngine,
	type TestEngineOptions,
} from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import type { NewPart } from "../conversations/conversation.ts";
import type { Principal } from "../generations/request.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import { interactionOf } from "./find-interactions.ts";
import type { NewInteraction } from "./interaction.ts";
import { forgetOldInteractions } from "./interaction-rows.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function openHouse(t: TestContext, options: TestEngineOptions = {}) {
	const talker = createScriptedTalker();
	const house = await openTestEngine(t, {
		otherProviders: [talker],
		models: [scriptedModel(), talkingModel()],
		...options,
	});
	await house.engine.start();
	return { ...house, talker };
}

function asking(
	model: string,
	parts: readonly NewPart[] = [{ kind: "text", text: "a" }],
	changes: Partial<NewInteraction> = {},
): NewInteraction {
	return {
		earlier: [],
		dialectData: {},
		request: {
			dialect: "plain",
			model,
			store: "nothing",
			turns: [{ role: "user", parts }],
		},
		...changes,
	};
}

async function answered(
	{ engine }: TestEngine,
	team: Principal,
	interaction: NewInteraction,
): Promise<string> {
	const { interactions } = engine;
	const { id } = await interactions.openInBackground(team, interaction);
	await waitUntil(async () => {
		const { status } = await interactions.get(team, id);
		return status === "completed";
	});
	return id;
}

test("a picture that is asked for is drawn and told although the process that was asked dies", async (t) => {
	const dying = await openHouse(t, {
		environment: { GESSO_WORKER_SLOTS: "0" },
	});
	const team = await dying.team();
	const { id } = await dying.engine.interactions.openInBackground(
		team,
		asking("scripted"),
	);
	await dying.crash();
	const house = await openHouse(t, { beside: dying });
	const ended = await waitUntil(async () => {
		const interaction = await house.engine.interactions.get(team, id);
		return interaction.status === "completed" && interaction;
	});
	assert.equal(ended.generation?.images.length, 1);
});

test("an answer that ends between two looks at it is not taken for a dead process's", async (t) => {
	const house = await openHouse(t);
	const { dependencies, engine, talker } = house;
	const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
	talker.say = async function* () {
		await isOver;
		yield* saying("Hello.");
	};
	const team = await house.team();
	const begun = engine.interactions.openInBackground(team, asking("talker"));
	const row = await waitUntil(async () => {
		const found = await dependencies.database.queries
			.selectFrom("interactions")
			.selectAll()
			.executeTakeFirst();
		return found?.reply_id != null && found;
	});
	assert.equal(row.status, "in_progress");
	end();
	const { id } = await begun;
	await waitUntil(
		async () =>
			(await engine.interactions.get(team, id)).status === "completed",
	);
	const seenLate = await interactionOf(dependencies, row);
	assert.equal(seenLate.status, "completed");
	assert.equal(seenLate.text, "Hello.");
	assert.equal(seenLate.error, null);
});

test("an answer in words whose process died is told to have failed, and is refunded", async (t) => {
	const dying = await openHouse(t);
	const team = await dying.team();
	dying.talker.say = async function* (_call, { signal }) {
		yield { kind: "text", text: "Hel" };
		await new Promise((_, reject) => {
			signal.addEventListener("abort", () => reject(signal.reason));
		});
	};
	const { id } = await dying.engine.interactions.openInBackground(
		team,
		asking("talker"),
	);
	await dying.crash();
	const house = await openHouse(t, { beside: dying });
	const { interactions } = house.engine;
	assert.equal((await interactions.get(team, id)).status, "in_progress");
	house.clock.advance(DAY_MS);
	const { status, error } = await interactions.get(team, id);
	assert.deepEqual([status, error?.code], ["failed", "internal"]);
	await waitUntil(async () => {
		const { balance } = await house.engine.creditSums(team);
		return balance === 100;
	});
});

test("a history is told from the oldest turn to the newest, with the pictures that are still there", async (t) => {
	const house = await openHouse(t);
	const { interactions } = house.engine;
	const team = await house.team();
	const png = await plainPng({ width: 64, height: 64 }, "x");
	const data = png.toString("base64");
	const image = { kind: "base64", field: "input", data } as const;
	const first = await answered(
		house,
		team,
		asking("talker", [
			{ kind: "text", text: "what is it?" },
			{ kind: "image", image },
		]),
	);
	const second = await answered(
		house,
		team,
		asking("scripted", [{ kind: "text", text: "draw it" }], {
			previousId: first,
			earlier: await interactions.history(team, first, "input"),
		}),
	);
	const told = async () =>
		(await interactions.history(team, second, "input")).map(
			({ role, parts }) => [
				role,
				...parts.map((part) => (part.kind === "text" ? part.text : "picture")),
			],
		);
	assert.deepEqual(await told(), [
		["user", "what is it?", "picture"],
		["assistant", "Hello."],
		["user", "draw it"],
		["assistant", "picture"],
	]);
	const { generation } = await interactions.get(team, second);
	await house.engine.deleteImage(team, generation?.images[0]?.id ?? "");
	await interactions.delete(team, first);
	assert.deepEqual(await told(), [["user", "draw it"]]);
	house.clock.advance(DAY_MS);
	// The picture that came in, and the one that was drawn; its input went with its generation.
	const collected = await collectUnreferenced(house.dependencies);
	assert.ok(collected >= 1, `${collected} were collected`);
});

test("interactions are forgotten when their time is over; their pictures stay", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_INTERACTION_DAYS: "2" },
	});
	const team = await house.team();
	const id = await answered(house, team, asking("scripted"));
	assert.equal(await forgetOldInteractions(house.dependencies), 0);
	house.clock.advance(2 * DAY_MS + 1_000);
	assert.equal(await forgetOldInteractions(house.dependencies), 1);
	await assert.rejects(house.engine.interactions.get(team, id), {
		code: "not_found",
	});
	const { total } = await house.engine.listImages(team, { page: 1, limit: 1 });
	assert.equal(total, 1);
});

const { signal: NOBODY_LEAVES } = new AbortController();

test("an answer that was heard to its end is found although the process dies then", async (t) => {
	const dying = await openHouse(t);
	const team = await dying.team();
	const opened = await dying.engine.interactions.open(
		team,
		asking("talker"),
		NOBODY_LEAVES,
	);
	assert.ok(opened.kind === "new");
	for await (const event of opened.events) if (event.kind === "end") break;
	await dying.crash();
	const house = await openHouse(t, { beside: dying });
	const found = await house.engine.interactions.get(team, opened.id);
	assert.deepEqual(
		[found.status, found.text, found.credits, found.usage?.outputTextTokens],
		["completed", "Hello.", 1, 2],
	);
});

test("an answer in words that is canceled by another process is not charged, before its first word and before its last", async (t) => {
	const house = await openHouse(t);
	const other = await openHouse(t, { beside: house });
	const team = await house.team();
	for (const isCanceledEarly of [true, false]) {
		const { interactions } = house.engine;
		const opened = await interactions.open(
			team,
			asking("talker"),
			NOBODY_LEAVES,
		);
		assert.ok(opened.kind === "new");
		const { id, events } = opened;
		const cancel = () => other.engine.interactions.cancel(team, id);
		if (isCanceledEarly) await cancel();
		await assert.rejects(
			async () => {
				for await (const { kind } of events)
					if (kind === "text" && !isCanceledEarly) await cancel();
			},
			{ code: "canceled" },
		);
		const { balance } = await house.engine.creditSums(team);
		assert.equal(balance, 100);
		if (isCanceledEarly) continue;
		const { status } = await other.engine.interactions.get(team, id);
		assert.equal(status, "canceled");
	}
	assert.equal(house.talker.talks.length, 1);
});

test("under an idempotencyKey an interaction is answered once and to its end, whoever leaves", async (t) => {
	const house = await openHouse(t);
	const team = await house.team();
	const { interactions } = house.engine;
	const { promise, resolve } = Promise.withResolvers<void>();
	house.talker.say = async function* () {
		yield { kind: "text", text: "Hel" };
		await promise;
		yield* saying("lo.");
	};
	const idempotency = { key: "once", requestSha256: "a" };
	const asked = asking("talker", undefined, { idempotency });
	const opened = await interactions.open(team, asked, NOBODY_LEAVES);
	assert.ok(opened.kind === "new");
	for await (const event of opened.events) if (event.kind === "text") break;
	const again = await interactions.open(team, asked, NOBODY_LEAVES);
	assert.ok(again.kind === "repeated");
	assert.equal(again.interaction.id, opened.id);
	resolve();
	const { id } = opened;
	const ended = await interactions.waitForEnd(team, id, NOBODY_LEAVES);
	assert.equal(ended.text, "Hello.");
	await interactions.delete(team, id);
	await assert.rejects(interactions.open(team, asked, NOBODY_LEAVES), {
		code: "conflict",
	});
	assert.equal((await house.engine.creditSums(team)).balance, 99);
});
