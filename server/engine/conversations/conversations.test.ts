/** Conversations keep what was said in order, belong to one team, and let go of everything when they are deleted. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { plainPng } from "../../testing/scripted-provider.ts";
import { openTestEngine } from "../../testing/test-engine.ts";
import { EngineError } from "../errors.ts";
import { collectUnreferenced } from "../library/referenced-objects.ts";
import type { ConversationItem, NewMessage } from "./conversation.ts";
import { MAX_ITEMS } from "./conversation.ts";
import type { ItemPicture } from "./items.ts";

const PAGE = { limit: 100, order: "asc" } as const;
const HOURS_MS = 2 * 60 * 60 * 1000;

const says = (text: string): NewMessage => ({
	role: "user",
	parts: [{ kind: "text", text }],
});

async function openHouse(t: TestContext) {
	const house = await openTestEngine(t);
	const { conversations } = house.engine;
	const team = await house.team();
	const png = await plainPng({ width: 64, height: 64 }, "a");
	const shows = (field = "content"): NewMessage => ({
		role: "user",
		parts: [
			{ kind: "text", text: "look" },
			{
				kind: "image",
				image: { kind: "base64", field, data: png.toString("base64") },
			},
		],
	});
	return { ...house, newTeam: house.team, conversations, team, shows, png };
}

async function bytesOf(picture: ItemPicture | null): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of (await picture?.open()) ?? []) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function textsOf(items: readonly ConversationItem[]): string[] {
	return items.flatMap((item) =>
		item.kind === "message"
			? item.parts.flatMap((part) => (part.kind === "text" ? [part.text] : []))
			: [item.kind],
	);
}

function isRefusal(code: string) {
	return (error: unknown) =>
		error instanceof EngineError && error.code === code;
}

test("S3-4, S3-8: a conversation is begun, read and changed", async (t) => {
	const { conversations, team } = await openHouse(t);
	const begun = await conversations.create(team, {
		title: "  Two\u0007 lines\n of  title ",
		metadata: { shop: "7" },
		messages: [says("one"), says("two")],
	});
	assert.match(begun.id, /^conv_[0-9a-z]{16}$/);
	assert.equal(begun.title, "Two lines of title");
	const changed = await conversations.update(team, begun.id, {
		title: "Other",
	});
	assert.deepEqual(await conversations.get(team, begun.id), changed);
	assert.equal(changed.title, "Other");
	assert.deepEqual(changed.metadata, { shop: "7" });
	const { entries } = await conversations.listItems(team, begun.id, PAGE);
	assert.deepEqual(textsOf(entries), ["one", "two"]);
	for (const { id } of entries) assert.match(id, /^msg_[0-9a-z]{16}$/);
});

test("a title too long is cut between two words, and one of blanks is none", async (t) => {
	const { conversations, team } = await openHouse(t);
	const long = await conversations.create(team, { title: "word ".repeat(80) });
	assert.ok((long.title?.length ?? 0) <= 256);
	assert.match(long.title ?? "", /word\.\.\.$/);
	const chinese = await conversations.create(team, { title: "山".repeat(300) });
	assert.equal(chinese.title, `${"山".repeat(253)}...`);
	const blank = await conversations.create(team, { title: " \n " });
	assert.equal(blank.title, null);
});

test("what is no text, or too much, is refused and nothing is kept", async (t) => {
	const { conversations, team } = await openHouse(t);
	const refused = [
		{ title: "a\0b" },
		{ title: "\ud800" },
		{ metadata: { a: "x".repeat(513) } },
		{ metadata: { ["x".repeat(65)]: "a" } },
		{ metadata: { "": "a" } },
		{
			metadata: Object.fromEntries(
				Array.from({ length: 17 }, (_, index) => [`key${index}`, "a"]),
			),
		},
		{ messages: Array.from({ length: 21 }, () => says("a")) },
		{ messages: [says("a\0b")] },
		{ messages: [says("x".repeat(400_001))] },
		{
			messages: [
				{
					role: "user",
					parts: [
						{
							kind: "image",
							image: { kind: "base64", field: "content", data: "aGVsbG8=" },
						},
					],
				},
			],
		},
	] as const;
	for (const each of refused)
		await assert.rejects(
			conversations.create(team, each),
			isRefusal("invalid_request"),
			JSON.stringify(each).slice(0, 80),
		);
	const { total } = await conversations.list(team, PAGE);
	assert.equal(total, 0);
});

test("another team's conversation is as one that is not there", async (t) => {
	const { conversations, team, ...house } = await openHouse(t);
	const other = await house.newTeam();
	const { id } = await conversations.create(team, { messages: [says("a")] });
	const { entries } = await conversations.listItems(team, id, PAGE);
	const itemId = entries[0]?.id ?? "";
	const strangers = ["conv_0123456789abcdef", "conv_", "a\0b", "'; drop", id];
	for (const each of strangers) {
		const tries = [
			() => conversations.get(other, each),
			() => conversations.update(other, each, { title: "mine" }),
			() => conversations.delete(other, each),
			() => conversations.addItems(other, each, [says("b")]),
			() => conversations.listItems(other, each, PAGE),
			() => conversations.getItem(other, each, itemId),
			() => conversations.deleteItem(other, each, itemId),
			() => conversations.list(other, { ...PAGE, after: each }),
			() => house.submit(other, { conversation: { conversationId: each } }),
		];
		for (const trying of tries)
			await assert.rejects(trying, isRefusal("not_found"), each);
	}
	assert.equal((await conversations.list(other, PAGE)).total, 0);
	assert.equal((await house.engine.creditSums(other)).charged, 0);
});

test("S3-7: lists go on after a cursor in both orders, and end", async (t) => {
	const { conversations, team, clock } = await openHouse(t);
	const ids: string[] = [];
	for (let index = 0; index < 5; index++) {
		ids.push((await conversations.create(team, {})).id);
		clock.advance(index % 2);
	}
	const [first = ""] = ids;
	const texts = ["a", "b", "c", "d", "e"];
	await conversations.addItems(team, first, texts.map(says));
	for (const order of ["asc", "desc"] as const) {
		const all = (await conversations.list(team, { limit: 100, order })).entries;
		const listed: string[] = [];
		const said: string[] = [];
		let after: string | undefined;
		do {
			const page = await conversations.list(team, { limit: 2, order, after });
			listed.push(...page.entries.map(({ id }) => id));
			after = page.hasMore ? page.entries.at(-1)?.id : undefined;
		} while (after !== undefined);
		do {
			const query = { limit: 2, order, after };
			const page = await conversations.listItems(team, first, query);
			said.push(...textsOf(page.entries));
			after = page.hasMore ? page.entries.at(-1)?.id : undefined;
		} while (after !== undefined);
		assert.deepEqual(
			listed,
			all.map(({ id }) => id),
		);
		assert.deepEqual(said, order === "asc" ? texts : texts.toReversed());
	}
});

test("many who speak at once each keep their turn together, and none is lost", async (t) => {
	const { conversations, team } = await openHouse(t);
	const { id } = await conversations.create(team, {});
	await Promise.all(
		Array.from({ length: 12 }, (_, index) =>
			conversations.addItems(team, id, [
				says(`${index} asks`),
				says(`${index} is answered`),
			]),
		),
	);
	const { entries } = await conversations.listItems(team, id, PAGE);
	assert.deepEqual(
		entries.map(({ sequence }) => sequence),
		Array.from({ length: 24 }, (_, index) => index + 1),
	);
	const texts = textsOf(entries);
	for (let index = 0; index < texts.length; index += 2)
		assert.equal(
			texts[index + 1],
			texts[index]?.replace("asks", "is answered"),
		);
});

test("pictures of messages lie in storage, never in a row, and go with their conversation", async (t) => {
	const house = await openHouse(t);
	const { conversations, team, dependencies, clock, png } = house;
	const { queries } = dependencies.database;
	const one = await conversations.create(team, { messages: [house.shows()] });
	const two = await conversations.create(team, { messages: [house.shows()] });
	const [item] = (await conversations.listItems(team, one.id, PAGE)).entries;
	assert.ok(item?.kind === "message");
	const part = item.parts[1];
	assert.ok(part?.kind === "input");
	assert.equal(part.mediaType, "image/png");
	const picture = await conversations.findPicture(item.id, part.index);
	assert.ok((await bytesOf(picture)).equals(png));
	assert.equal(await conversations.findPicture(item.id, 0), null);
	assert.equal(await conversations.findPicture(item.id, 99), null);
	assert.equal(await conversations.findPicture("msg_'", 1), null);
	const rows = await queries
		.selectFrom("conversation_items")
		.select("parts_json")
		.execute();
	for (const { parts_json } of rows) assert.ok(parts_json.length < 300);

	const kept = await queries
		.selectFrom("conversation_inputs")
		.select("storage_key")
		.executeTakeFirstOrThrow();
	const isKept = async () =>
		(await dependencies.storage.size(kept.storage_key)) !== null;
	await conversations.delete(team, one.id);
	clock.advance(HOURS_MS);
	await collectUnreferenced(dependencies);
	assert.ok(await isKept(), "the other conversation shows it still");
	const [other] = (await conversations.listItems(team, two.id, PAGE)).entries;
	await conversations.deleteItem(team, two.id, other?.id ?? "");
	clock.advance(HOURS_MS);
	await collectUnreferenced(dependencies);
	assert.ok(!(await isKept()));
});

test("S3-9: a deleted conversation is gone for good, and its pictures stay in the library", async (t) => {
	const { conversations, team, ...house } = await openHouse(t);
	const { id } = await conversations.create(team, {});
	const generationId = await house.submit(team, {
		prompt: "a cat",
		conversation: { conversationId: id },
	});
	await house.drawn(team, generationId);
	await conversations.delete(team, id);
	await assert.rejects(conversations.get(team, id), isRefusal("not_found"));
	await assert.rejects(conversations.delete(team, id), isRefusal("not_found"));
	const { total } = await house.engine.listImages(team, { page: 1, limit: 9 });
	assert.equal(total, 1);
});

test("S3-26, S3-27: a call for pictures is put down as it is charged, and tells what became of it", async (t) => {
	const { conversations, team, ...house } = await openHouse(t);
	const { id } = await conversations.create(team, {});
	const generationId = await house.submit(team, {
		prompt: "a cat",
		conversation: { conversationId: id },
	});
	const callNow = async () => {
		const { entries } = await conversations.listItems(team, id, PAGE);
		assert.deepEqual(textsOf(entries), ["a cat", "image_generation_call"]);
		const call = entries[1];
		assert.ok(call?.kind === "image_generation_call");
		return call.generation;
	};
	assert.equal((await callNow()).status, "queued");
	const { images } = await house.drawn(team, generationId);
	assert.deepEqual((await callNow()).images, images);
	await house.engine.deleteImage(team, images[0]?.id ?? "");
	assert.deepEqual((await callNow()).images, []);
});

test("a call that cannot be put down is not charged either", async (t) => {
	const { conversations, team, dependencies, ...house } = await openHouse(t);
	const { id } = await conversations.create(team, {});
	await dependencies.database.queries
		.updateTable("conversations")
		.set({ last_sequence: MAX_ITEMS - 1 })
		.where("id", "=", id)
		.execute();
	await assert.rejects(
		house.submit(team, { conversation: { conversationId: id } }),
		isRefusal("conflict"),
	);
	assert.equal((await house.engine.creditSums(team)).charged, 0);
	assert.equal(await house.claim(), null);
	await conversations.addItems(team, id, [says("the last")]);
	await assert.rejects(
		conversations.addItems(team, id, [says("too much")]),
		isRefusal("conflict"),
	);
});

test("an edit shows the picture that came with it", async (t) => {
	const { conversations, team, png, ...house } = await openHouse(t);
	const { id } = await conversations.create(team, {});
	const base64 = { kind: "base64", field: "image" } as const;
	await house.submit(team, {
		prompt: "make it blue",
		inputImages: [{ ...base64, data: png.toString("base64") }],
		conversation: { conversationId: id },
	});
	const { entries } = await conversations.listItems(team, id, PAGE);
	const [asked, call] = entries;
	assert.equal(call?.kind, "image_edit_call");
	assert.ok(asked?.kind === "message");
	assert.equal(asked.parts[1]?.kind, "input");
	const picture = await conversations.findPicture(asked.id, 1);
	assert.ok((await bytesOf(picture)).equals(png));
});
