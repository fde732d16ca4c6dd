/** Answers in words: said as they come, paid for when something was said, and remembered in order. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type ChatEvent, ProviderError } from "../../providers/provider.ts";
import {
	createScriptedProvider,
	passingFault,
	plainPng,
} from "../../testing/scripted-provider.ts";
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
import type { ConversationItem } from "../conversations/conversation.ts";
import { EngineError } from "../errors.ts";
import { forgetIdempotencyKeys } from "../generations/idempotency-keys.ts";
import type { Principal } from "../generations/request.ts";
import type { ReplyEvent, ReplyRequest } from "./reply-request.ts";
import { endAbandonedReplies } from "./reply-states.ts";

const PAGE = { limit: 100, order: "asc" } as const;

async function openHouse(
	t: TestContext,
	options: Partial<TestEngineOptions> = {},
) {
	const talker = createScriptedTalker();
	const house = await openTestEngine(t, {
		provider: talker,
		models: [talkingModel()],
		...options,
	});
	const team = await house.team(10);
	return { ...house, house, talker, team, newTeam: house.team };
}

function asking(
	text: string,
	changes: Partial<ReplyRequest> = {},
): ReplyRequest {
	return {
		dialect: "openai",
		model: "talker",
		turns: [{ role: "user", parts: [{ kind: "text", text }] }],
		store: changes.conversationId === undefined ? "nothing" : "last_turn",
		...changes,
	};
}

async function hear(
	{ engine }: Pick<TestEngine, "engine">,
	principal: Principal,
	request: ReplyRequest,
	signal = new AbortController().signal,
): Promise<{
	text: string;
	events: ReplyEvent[];
	end: ReplyEvent | undefined;
}> {
	const events: ReplyEvent[] = [];
	for await (const event of engine.chat.reply(principal, request, signal))
		events.push(event);
	const text = events
		.map((event) => (event.kind === "text" ? event.text : ""))
		.join("");
	return { text, events, end: events.at(-1) };
}

function isRefusal(code: string) {
	return (error: unknown) =>
		error instanceof EngineError && error.code === code;
}

function told(items: readonly ConversationItem[]): string[] {
	return items.map((item) =>
		item.kind === "message"
			? `${item.role}: ${item.parts.map((part) => (part.kind === "text" ? part.text : "[picture]")).join(" ")} (${item.status})`
			: item.kind,
	);
}

async function itemsOf(
	{ engine }: Pick<TestEngine, "engine">,
	team: Principal,
	id: string,
): Promise<string[]> {
	return told((await engine.conversations.listItems(team, id, PAGE)).entries);
}

async function* endless(): AsyncGenerator<ChatEvent> {
	yield { kind: "text", text: "Once" };
	await new Promise(() => {});
}

test("S3-14: an answer is said, charged once and remembered after what it answers", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	const { id } = await engine.conversations.create(team, {});
	const said = await hear(
		{ engine },
		team,
		asking("Hi", { conversationId: id }),
	);
	assert.deepEqual(
		said.events.map(({ kind }) => kind),
		["begin", "text", "text", "end"],
	);
	assert.equal(said.text, "Hello.");
	assert.ok(said.end?.kind === "end");
	assert.equal(said.end.credits, 1);
	assert.equal(said.end.usage?.inputTextTokens, 7);
	assert.equal((await engine.creditSums(team)).balance, 9);
	await hear({ engine }, team, asking("Again", { conversationId: id }));
	assert.deepEqual(await itemsOf({ engine }, team, id), [
		"user: Hi (completed)",
		"assistant: Hello. (completed)",
		"user: Again (completed)",
		"assistant: Hello. (completed)",
	]);
	assert.deepEqual(
		talker.talks[1]?.turns.map(({ role, parts }) => [role, parts]),
		[
			["user", [{ kind: "text", text: "Hi" }]],
			["assistant", [{ kind: "text", text: "Hello." }]],
			["user", [{ kind: "text", text: "Again" }]],
		],
	);
});

test("S3-27: what is not to be stored is not, though the conversation is heeded", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	const { id } = await engine.conversations.create(team, {
		messages: [{ role: "system", parts: [{ kind: "text", text: "Be brief" }] }],
	});
	const request = asking("Hi", { conversationId: id, store: "nothing" });
	await hear({ engine }, team, request);
	assert.equal(talker.talks[0]?.instructions, "Be brief");
	assert.deepEqual(await itemsOf({ engine }, team, id), [
		"system: Be brief (completed)",
	]);
});

test("what fails before anything was said is refunded, and told by its kind", async (t) => {
	const { engine, talker, team, dependencies } = await openHouse(t);
	const { id } = await engine.conversations.create(team, {});
	const faults = [
		["content_blocked", "content_blocked"],
		["invalid", "provider_rejected"],
		["auth", "provider_failed"],
		["rate_limited", "rate_limited"],
	] as const;
	for (const [kind, code] of faults) {
		talker.say = () => {
			throw new ProviderError(kind, "vendor: key 99");
		};
		await assert.rejects(
			hear({ engine }, team, asking("Hi", { conversationId: id })),
			(error) => {
				assert.ok(isRefusal(code)(error), String(error));
				assert.doesNotMatch(String(error), /key 99/);
				return true;
			},
		);
	}
	talker.say = () => saying();
	await dependencies.database.queries
		.updateTable("provider_gates")
		.set({ closed_until: 0 })
		.execute();
	await assert.rejects(
		hear({ engine }, team, asking("Hi")),
		isRefusal("provider_failed"),
	);
	const sums = await engine.creditSums(team);
	assert.equal(sums.balance, 10);
	assert.equal(sums.charged, sums.refunded);
	assert.deepEqual(await itemsOf({ engine }, team, id), []);
});

test("what breaks off is paid, and remembered as incomplete", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	const { id } = await engine.conversations.create(team, {});
	talker.say = async function* () {
		yield { kind: "text", text: "Once\0 upon" };
		throw passingFault();
	};
	await assert.rejects(
		hear({ engine }, team, asking("Tell", { conversationId: id })),
		isRefusal("provider_failed"),
	);
	assert.equal((await engine.creditSums(team)).balance, 9);
	assert.deepEqual(await itemsOf({ engine }, team, id), [
		"user: Tell (completed)",
		"assistant: Once upon (incomplete)",
	]);
	talker.say = () => saying("Yes");
	await hear({ engine }, team, asking("Again", { conversationId: id }));
	const turns = talker.talks[1]?.turns ?? [];
	assert.deepEqual(
		turns.map(({ role }) => role),
		["user"],
	);
});

test("a caller who leaves before the first word pays nothing, one who leaves later pays", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	talker.say = async function* (_call, { signal }) {
		await new Promise((_, reject) => {
			signal.addEventListener("abort", () => reject(signal.reason));
		});
	};
	const early = new AbortController();
	for await (const event of engine.chat.reply(team, asking("Hi"), early.signal))
		if (event.kind === "begin") early.abort();
	assert.equal((await engine.creditSums(team)).balance, 10);

	talker.say = endless;
	const late = new AbortController();
	for await (const event of engine.chat.reply(team, asking("Hi"), late.signal))
		if (event.kind === "text") late.abort();
	assert.equal((await engine.creditSums(team)).balance, 9);

	for await (const event of engine.chat.reply(
		team,
		asking("Hi"),
		new AbortController().signal,
	))
		if (event.kind === "text") break;
	assert.equal((await engine.creditSums(team)).balance, 8);
});

test("a reply whose process is killed is refunded by another, once", async (t) => {
	const first = await openHouse(t);
	first.talker.say = endless;
	const events = first.engine.chat.reply(
		first.team,
		asking("Hi"),
		new AbortController().signal,
	);
	await events.next();
	await events.next();
	const second = await openTestEngine(t, {
		beside: first.house,
		models: [talkingModel()],
	});
	await first.crash();
	assert.equal((await second.engine.creditSums(first.team)).balance, 9);
	assert.equal(await endAbandonedReplies(second.dependencies), 0);
	second.clock.advance(second.dependencies.settings.leaseMs + 1);
	const ended = await Promise.all([
		endAbandonedReplies(second.dependencies),
		endAbandonedReplies(second.dependencies),
	]);
	assert.equal(ended[0] + ended[1], 1);
	const sums = await second.engine.creditSums(first.team);
	assert.equal(sums.balance, 10);
	assert.equal(sums.refunded, 1);
});

test("a process that was taken for dead neither keeps what it says nor the credits", async (t) => {
	const { engine, talker, team, dependencies, clock } = await openHouse(t);
	const { id } = await engine.conversations.create(team, {});
	const { promise, resolve } = Promise.withResolvers<void>();
	talker.say = async function* () {
		yield { kind: "text", text: "Late" };
		await promise;
		yield* saying("!");
	};
	const request = asking("Hi", { conversationId: id });
	const signal = new AbortController().signal;
	const hearing = assert.rejects(async () => {
		for await (const event of engine.chat.reply(team, request, signal)) {
			if (event.kind !== "text" || event.text !== "Late") continue;
			clock.advance(dependencies.settings.leaseMs + 1);
			assert.equal(await endAbandonedReplies(dependencies), 1);
			resolve();
		}
	});
	await hearing;
	assert.equal((await engine.creditSums(team)).balance, 10);
	assert.deepEqual(await itemsOf({ engine }, team, id), []);
});

test("two turns at once in one conversation do not run into each other", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	const { id } = await engine.conversations.create(team, {});
	talker.say = (call) => {
		const last = call.turns.at(-1)?.parts.at(-1);
		return saying("to ", last?.kind === "text" ? last.text : "");
	};
	await Promise.all(
		["1", "2", "3", "4", "5"].map((text) =>
			hear({ engine }, team, asking(text, { conversationId: id })),
		),
	);
	const items = await itemsOf({ engine }, team, id);
	assert.equal(items.length, 10);
	for (let index = 0; index < items.length; index += 2) {
		const asked = /user: (\d)/.exec(items[index] ?? "")?.[1];
		assert.equal(items[index + 1], `assistant: to ${asked} (completed)`);
	}
	assert.equal((await engine.creditSums(team)).balance, 5);
});

test("nobody is asked and nothing charged for what cannot be answered", async (t) => {
	const { engine, talker, team, newTeam } = await openHouse(t);
	const other = await newTeam();
	const { id } = await engine.conversations.create(other, {});
	const poor = await newTeam(0);
	const silent = { turns: [{ role: "user", parts: [] }] } as const;
	const unanswered = {
		turns: [{ role: "assistant", parts: [{ kind: "text", text: "Hi" }] }],
	} as const;
	const tries = [
		[team, asking("Hi", { conversationId: id }), "not_found"],
		[team, asking("Hi", { conversationId: "nonsense" }), "not_found"],
		[team, asking("Hi", { model: "unknown" }), "model_not_found"],
		[team, asking("Hi", { modalities: ["image"] }), "invalid_request"],
		[team, asking("", silent), "invalid_request"],
		[team, asking("", { turns: [] }), "invalid_request"],
		[team, asking("", unanswered), "invalid_request"],
		[team, asking("a\0b"), "invalid_request"],
		[poor, asking("Hi"), "insufficient_credits"],
	] as const;
	for (const [principal, request, code] of tries)
		await assert.rejects(
			hear({ engine }, principal, request),
			isRefusal(code),
			code,
		);
	assert.equal(talker.talks.length, 0);
	assert.equal((await engine.creditSums(team)).charged, 0);
});

test("another provider of the model answers when the first cannot, unless something was said", async (t) => {
	const spare = createScriptedTalker({ name: "spare" });
	const house = await openHouse(t, {
		otherProviders: [spare],
		models: [
			talkingModel({
				offers: [
					{ provider: "talker", providerModel: "a" },
					{ provider: "spare", providerModel: "b" },
				],
			}),
		],
	});
	house.talker.say = () => {
		throw passingFault();
	};
	assert.equal((await hear(house, house.team, asking("Hi"))).text, "Hello.");
	assert.equal(spare.talks[0]?.model, "b");
	house.talker.say = async function* () {
		yield { kind: "text", text: "Half" };
		throw passingFault();
	};
	await assert.rejects(hear(house, house.team, asking("Hi")));
	assert.equal(spare.talks.length, 1);
	assert.equal((await house.engine.creditSums(house.team)).balance, 8);
});

test("pictures of the past are left out for a model that refuses them", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	const png = await plainPng({ width: 64, height: 64 }, "a");
	const data = png.toString("base64");
	const image = { kind: "base64", field: "content", data } as const;
	const { id } = await engine.conversations.create(team, {
		messages: [{ role: "user", parts: [{ kind: "image", image }] }],
	});
	talker.say = ({ turns }) => {
		if (turns.some(({ parts }) => parts.some(({ kind }) => kind === "image")))
			throw new ProviderError("invalid", "No pictures, please");
		return saying("Fine");
	};
	const request = asking("And now?", { conversationId: id });
	assert.equal((await hear({ engine }, team, request)).text, "Fine");
	assert.equal(talker.talks.length, 2);
});

test("answers keep to what the provider takes at once", async (t) => {
	const talker = createScriptedTalker({ concurrency: 2 });
	const house = await openHouse(t, { provider: talker });
	let atOnce = 0;
	let most = 0;
	talker.say = async function* () {
		most = Math.max(most, ++atOnce);
		await new Promise((resolve) => setTimeout(resolve, 20));
		atOnce--;
		yield* saying("ok");
	};
	const answers = await Promise.all(
		Array.from({ length: 5 }, () => hear(house, house.team, asking("Hi"))),
	);
	assert.deepEqual(
		answers.map(({ text }) => text),
		Array(5).fill("ok"),
	);
	assert.equal(most, 2);
});

test("an answer without end is cut, and says so", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	talker.say = async function* () {
		for (;;) yield { kind: "text", text: "x".repeat(50_001) };
	};
	const { text, end } = await hear({ engine }, team, asking("Hi"));
	assert.equal(text.length, 200_000);
	assert.ok(end?.kind === "end" && end.reason === "length");
});

test("when the process stops, the caller is told and what was not said is refunded", async (t) => {
	const { engine, talker, team } = await openHouse(t);
	const { promise, resolve } = Promise.withResolvers<void>();
	talker.say = async function* (_call, { signal }) {
		resolve();
		await new Promise((_, reject) => {
			signal.addEventListener("abort", () => reject(signal.reason));
		});
	};
	const hearing = assert.rejects(
		hear({ engine }, team, asking("Hi")),
		/stopping/,
	);
	await promise;
	await engine.stop(0);
	await hearing;
	assert.equal((await engine.creditSums(team)).balance, 10);
});

test("who is not named is whoever talks, by the setting first, and an embedded one last", async (t) => {
	const embedded = createScriptedTalker({ name: "house", isEmbedded: true });
	const models = [
		talkingModel({
			id: "house-model",
			offers: [{ provider: "house", providerModel: "h" }],
		}),
		talkingModel(),
	];
	const anyone = asking("Hi", { model: undefined });
	const plain = await openHouse(t, { otherProviders: [embedded], models });
	const { events } = await hear(plain, plain.team, anyone);
	assert.ok(events[0]?.kind === "begin");
	assert.equal(events[0].model, "talker");
	const set = await openHouse(t, {
		otherProviders: [embedded],
		models,
		environment: { GESSO_DEFAULT_CHAT_MODEL: "house-model" },
	});
	await hear(set, set.team, anyone);
	assert.equal(embedded.talks.length, 1);
	const alone = await openHouse(t, {
		provider: createScriptedProvider(),
		otherProviders: [embedded],
		models,
	});
	await hear(alone, alone.team, anyone);
	assert.equal(embedded.talks.length, 2);
});

const ONCE = { key: "once", requestSha256: "a" };

test("under an idempotencyKey an answer is said once, to its end though its caller leaves, and given to whoever asks again", async (t) => {
	const { engine, talker, team, dependencies, clock } = await openHouse(t);
	const { id } = await engine.conversations.create(team, {});
	const request = asking("Hi", { conversationId: id, idempotency: ONCE });
	const { promise, resolve } = Promise.withResolvers<void>();
	talker.say = async function* () {
		yield { kind: "text", text: "Hel" };
		await promise;
		yield* saying("lo.");
	};
	for await (const event of engine.chat.reply(
		team,
		request,
		new AbortController().signal,
	))
		if (event.kind === "text") break;
	const waiting = [1, 2].map(() => hear({ engine }, team, request));
	resolve();
	const answers = await Promise.all(waiting);
	for (const { text, end } of [
		...answers,
		await hear({ engine }, team, request),
	]) {
		assert.equal(text, "Hello.");
		assert.ok(end?.kind === "end");
		assert.equal(end.credits, 1);
	}
	assert.equal((await engine.creditSums(team)).balance, 9);
	assert.equal(talker.talks.length, 1);
	assert.deepEqual(await itemsOf({ engine }, team, id), [
		"user: Hi (completed)",
		"assistant: Hello. (completed)",
	]);
	const other = { ...request, idempotency: { ...ONCE, requestSha256: "b" } };
	await assert.rejects(hear({ engine }, team, other), isRefusal("conflict"));
	clock.advance(25 * 60 * 60 * 1000);
	await forgetIdempotencyKeys(dependencies);
	await hear({ engine }, team, request);
	assert.equal(talker.talks.length, 2);
});

test("an idempotencyKey whose answer failed or whose process died is free again, and nobody has paid", async (t) => {
	const first = await openHouse(t);
	const { talker, team } = first;
	const request = asking("Hi", { idempotency: ONCE });
	talker.say = async function* () {
		yield { kind: "text", text: "Half" };
		throw passingFault();
	};
	await assert.rejects(hear(first, team, request));
	assert.equal((await first.engine.creditSums(team)).balance, 10);
	talker.say = endless;
	const { signal } = new AbortController();
	const events = first.engine.chat.reply(team, request, signal);
	await events.next();
	await events.next();
	await first.crash();
	const second = await openTestEngine(t, {
		beside: first.house,
		provider: createScriptedTalker(),
		models: [talkingModel()],
	});
	second.clock.advance(second.dependencies.settings.leaseMs + 1);
	await endAbandonedReplies(second.dependencies);
	const { text } = await hear(second, team, request);
	assert.equal(text, "Hello.");
	assert.equal((await second.engine.creditSums(team)).balance, 9);
});

test("whoever asks again waits no longer than any caller for the first answer", async (t) => {
	const { engine, talker, team, clock, dependencies } = await openHouse(t);
	talker.say = endless;
	const request = asking("Hi", { idempotency: ONCE });
	const { signal } = new AbortController();
	const events = engine.chat.reply(team, request, signal);
	await events.next();
	const refused = assert.rejects(
		hear({ engine }, team, request),
		isRefusal("wait_timed_out"),
	);
	const isOver = refused.then(() => true);
	const soon = () =>
		new Promise<false>((resolve) => setTimeout(resolve, 10, false));
	while (!(await Promise.race([isOver, soon()])))
		clock.advance(dependencies.settings.syncWaitSeconds * 1000);
});
