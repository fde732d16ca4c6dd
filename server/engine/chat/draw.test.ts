/** Answers that are pictures: drawn as any picture is, from what was said and the picture that it is about. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	createScriptedProvider,
	plainPng,
	type ScriptedModelChanges,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	talkingModel,
} from "../../testing/scripted-talker.ts";
import { openTestEngine } from "../../testing/test-engine.ts";
import { EngineError } from "../errors.ts";
import type { ReplyEvent, ReplyRequest } from "./reply-request.ts";

const PAGE = { limit: 100, order: "asc" } as const;

async function openHouse(t: TestContext, model: ScriptedModelChanges = {}) {
	const talker = createScriptedTalker();
	const provider = createScriptedProvider();
	const house = await openTestEngine(t, {
		provider,
		otherProviders: [talker],
		models: [scriptedModel(model), talkingModel()],
	});
	await house.engine.start();
	const { engine } = house;
	const team = await house.team(20);
	async function hear(
		text: string,
		changes: Partial<ReplyRequest> = {},
		signal = new AbortController().signal,
	) {
		const request: ReplyRequest = {
			dialect: "openai",
			model: "scripted",
			turns: [{ role: "user", parts: [{ kind: "text", text }] }],
			store: changes.conversationId === undefined ? "nothing" : "last_turn",
			size: { width: 64, height: 64 },
			...changes,
		};
		const events: ReplyEvent[] = [];
		for await (const event of engine.chat.reply(team, request, signal))
			events.push(event);
		const drawn = events.find((event) => event.kind === "picture");
		const end = events.at(-1);
		return {
			image: drawn?.kind === "picture" ? drawn.generation.images[0] : undefined,
			warnings: end?.kind === "end" ? end.warnings : [],
			kinds: events.map(({ kind }) => kind),
		};
	}
	const begin = async () => (await engine.conversations.create(team, {})).id;
	return { ...house, talker, team, hear, begin };
}

async function bytesOf(
	open: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of await open()) chunks.push(chunk);
	return Buffer.concat(chunks);
}

test("a model that draws answers with a picture of the library, paid as every picture", async (t) => {
	const { hear, engine, team, provider } = await openHouse(t);
	const { image, kinds } = await hear("a cat");
	assert.deepEqual(kinds, ["begin", "picture", "end"]);
	assert.equal(provider.calls[0]?.prompt, "a cat");
	assert.deepEqual(provider.calls[0]?.inputImages, []);
	const kept = await engine.getImage(team, image?.id ?? "");
	assert.equal(kept.prompt, "a cat");
	assert.equal((await engine.creditSums(team)).balance, 19);
});

test("the next message changes the last picture, and the conversation tells of both", async (t) => {
	const { hear, begin, engine, team, provider } = await openHouse(t);
	const conversationId = await begin();
	const { image } = await hear("a house", { conversationId });
	await hear("Make it snow", { conversationId });
	const [input] = provider.calls[1]?.inputImages ?? [];
	assert.ok(input && image);
	const original = await engine.openVariant(image, "original");
	const bytes = await bytesOf(async () => original.stream);
	assert.ok((await bytesOf(input.open)).equals(bytes));
	assert.equal(provider.calls[1]?.prompt, "Make it snow");
	const { entries } = await engine.conversations.listItems(
		team,
		conversationId,
		PAGE,
	);
	assert.deepEqual(
		entries.map(({ kind, role }) => `${role} ${kind}`),
		[
			"user message",
			"assistant image_generation_call",
			"user message",
			"assistant image_edit_call",
		],
	);
	const second = entries[2];
	assert.ok(second?.kind === "message");
	assert.equal(second.parts.length, 1, "the user did not show the picture");
	await hear("a dog", { conversationId, earlierPicture: "never" });
	assert.deepEqual(provider.calls[2]?.inputImages, []);
});

test("the message's own pictures go before earlier ones, and those of messages count too", async (t) => {
	const { hear, begin, engine, team, provider } = await openHouse(t);
	const conversationId = await begin();
	await hear("a house", { conversationId });
	const data = (await plainPng({ width: 70, height: 70 }, "a")).toString(
		"base64",
	);
	const image = { kind: "base64", field: "messages", data } as const;
	const shown = { kind: "image", image } as const;
	const text = { kind: "text", text: "like this" } as const;
	await hear("", {
		conversationId,
		turns: [{ role: "user", parts: [text, shown] }],
	});
	assert.deepEqual(
		provider.calls[1]?.inputImages.map(({ width }) => width),
		[70],
	);
	const { entries } = await engine.conversations.listItems(
		team,
		conversationId,
		PAGE,
	);
	const asked = entries[2];
	assert.ok(asked?.kind === "message");
	assert.deepEqual(
		asked.parts.map(({ kind }) => kind),
		["text", "input"],
	);
	await hear("", {
		turns: [
			{ role: "assistant", parts: [shown] },
			{ role: "user", parts: [text] },
		],
	});
	assert.deepEqual(
		provider.calls[2]?.inputImages.map(({ width }) => width),
		[70],
	);
});

test("a model that takes no pictures draws anew from both messages, and says so", async (t) => {
	const house = await openHouse(t, { image: { maxInputImages: 0 } });
	const conversationId = await house.begin();
	await house.hear("a house", { conversationId });
	const { warnings } = await house.hear("Make it snow", { conversationId });
	assert.deepEqual(house.provider.calls[1]?.inputImages, []);
	assert.equal(house.provider.calls[1]?.prompt, "a house\n\nMake it snow");
	assert.match(warnings[0]?.message ?? "", /takes no input images/);
});

test("a failed picture is refunded, told, and not changed by the next message", async (t) => {
	const house = await openHouse(t, { image: { maxInputImages: 1 } });
	const conversationId = await house.begin();
	house.provider.script = () => ({
		kind: "spoil",
		broken: [0],
	});
	await assert.rejects(
		house.hear("a house", { conversationId }),
		(error) => error instanceof EngineError && error.code === "provider_failed",
	);
	assert.equal((await house.engine.creditSums(house.team)).balance, 20);
	house.provider.script = () => ({ kind: "draw" });
	await house.hear("another", { conversationId });
	assert.deepEqual(house.provider.calls.at(-1)?.inputImages, []);
});

test("who leaves finds the picture in the library and in the conversation all the same", async (t) => {
	const { hear, begin, engine, team, provider } = await openHouse(t);
	const conversationId = await begin();
	const { promise, resolve } = Promise.withResolvers<void>();
	provider.script = () => ({ kind: "wait", until: promise });
	const left = new AbortController();
	const hearing = hear("a cat", { conversationId }, left.signal);
	while (provider.calls.length === 0)
		await new Promise((done) => setTimeout(done, 5));
	left.abort();
	assert.deepEqual((await hearing).kinds, ["begin"]);
	resolve();
	for (;;) {
		const { entries } = await engine.conversations.listItems(
			team,
			conversationId,
			PAGE,
		);
		const call = entries[1];
		assert.ok(call?.kind === "image_generation_call");
		if (call.generation.status === "completed") break;
		await new Promise((done) => setTimeout(done, 5));
	}
	assert.equal((await engine.creditSums(team)).balance, 19);
});

test("a talker shown a conversation sees the picture that another vendor drew", async (t) => {
	const { hear, begin, talker } = await openHouse(t);
	const conversationId = await begin();
	await hear("a house", { conversationId });
	const { kinds } = await hear("What is that?", {
		conversationId,
		model: "talker",
		size: undefined,
	});
	assert.deepEqual(kinds, ["begin", "text", "text", "end"]);
	assert.deepEqual(
		talker.talks[0]?.turns.map(({ parts }) => parts.map(({ kind }) => kind)),
		[["text"], ["image"], ["text"]],
	);
});

test("what is of no effect on a picture is told", async (t) => {
	const { hear } = await openHouse(t);
	const { warnings } = await hear("a cat", {
		instructions: "Be brief",
		temperature: 1,
		maxOutputTokens: 5,
	});
	assert.deepEqual(
		warnings.map(({ parameter }) => parameter),
		["instructions", "temperature", "maxOutputTokens"],
	);
});

test("a talker has pictures drawn when it is given somebody who draws", async (t) => {
	const { hear, provider, talker } = await openHouse(t);
	await hear("a cat", {
		model: "talker",
		drawing: { when: "always", model: "scripted" },
	});
	assert.equal(provider.calls.length, 1);
	assert.equal(talker.talks.length, 0);
});

test("an Idempotency-Key makes a repeated message one picture", async (t) => {
	const { hear, begin, engine, team, provider } = await openHouse(t);
	const conversationId = await begin();
	const idempotency = { key: "once", requestSha256: "a" };
	const answers = await Promise.all(
		[1, 2, 3].map(() => hear("a cat", { conversationId, idempotency })),
	);
	assert.equal(new Set(answers.map(({ image }) => image?.id)).size, 1);
	const { entries } = await engine.conversations.listItems(
		team,
		conversationId,
		PAGE,
	);
	assert.equal(entries.length, 2);
	assert.equal(provider.calls.length, 1);
});
