/** Conversations as clients of OpenAI and Jan know them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openOpenAiHouse, pathIn } from "../../../testing/openai-house.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";

const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

test("S3-4, S3-13, S3-c: a conversation is created with its title, and read with the same", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const title = "Image Generation Test Conversation";
	const created = await ask("POST", "/v1/conversations", { title });
	assert.equal(created.status, 200, created.text);
	assert.match(created.body.id, /^conv_[0-9a-z]{16}$/);
	assert.equal(created.body.title, title);
	assert.match(created.body.created_at, SECONDS);
	assert.equal(
		created.body.created,
		Date.parse(created.body.created_at) / 1000,
	);
	const read = await ask("GET", `/v1/conversations/${created.body.id}`);
	assert.deepEqual(read.body, created.body);
});

test("an empty object, no body and a body of nulls begin a conversation too", async (t) => {
	const { ask, own } = await openOpenAiHouse(t);
	const json = { ...own.headers, "content-type": "application/json" };
	for (const answer of [
		await ask("POST", "/v1/conversations", {}),
		await ask("POST", "/v1/conversations", undefined, json),
		await ask("POST", "/v1/conversations", undefined),
		await ask("POST", "/v1/conversations", { title: null, metadata: null }),
		await ask("POST", "/v1/conversations", { title: "New Conversation" }),
	]) {
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.body.title, undefined);
		assert.deepEqual(answer.body.metadata, {});
	}
	const { body } = await ask("GET", "/v1/conversations?limit=2&order=asc");
	assert.equal(body.total, 5);
	assert.equal(body.data.length, 2);
	assert.equal(body.last_id, body.data[1].id);
	assert.ok(body.has_more);
});

test("S3-9, S3-19: a deleted conversation is 404 for ever after", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const { body } = await ask("POST", "/v1/conversations", {});
	const path = `/v1/conversations/${body.id}`;
	const deleted = await ask("DELETE", path);
	assert.deepEqual(deleted.body, {
		id: body.id,
		object: "conversation.deleted",
		deleted: true,
	});
	for (const [method, at] of [
		["GET", path],
		["DELETE", path],
		["GET", `${path}/items`],
		["POST", path],
	] as const) {
		const answer = await ask(method, at, method === "POST" ? {} : undefined);
		assert.equal(answer.status, 404, `${method} ${at}`);
		assert.equal(answer.body.error.code, "not_found");
	}
});

test("all conversations of a team are deleted at once: their pictures stay, and so do the conversations of others", async (t) => {
	const { ask, team } = await openOpenAiHouse(t);
	const { headers } = await team();
	const others = await ask("POST", "/v1/conversations", {}, headers);
	for (let count = 0; count < 51; count++)
		await ask("POST", "/v1/conversations", { title: `${count}` });
	const { body } = await ask("POST", "/v1/conversations", {});
	const drawn = await ask("POST", "/v1/images/generations", {
		prompt: "a fox",
		size: "64x64",
		response_format: "url",
		conversation_id: body.id,
	});
	assert.equal(drawn.status, 200, drawn.text);
	const slash = await ask("DELETE", "/v1/conversations/");
	assert.equal(slash.status, 404, "a missing id is not all of them");

	const [deleted, meanwhile] = await Promise.all([
		ask("DELETE", "/v1/conversations"),
		ask("DELETE", "/v1/conversations"),
	]);
	assert.equal(deleted.status, 200, deleted.text);
	assert.deepEqual(deleted.body, {
		object: "conversations.deleted",
		deleted: true,
		deleted_count: 52 - meanwhile.body.deleted_count,
	});
	assert.equal((await ask("GET", "/v1/conversations")).body.total, 0);
	const gone = await ask("GET", `/v1/conversations/${body.id}/items`);
	assert.equal(gone.status, 404);
	const picture = await ask("GET", pathIn(drawn.body.data[0].url));
	assert.equal(picture.status, 200);
	const again = await ask("DELETE", "/v1/conversations");
	assert.equal(again.body.deleted_count, 0);
	const path = `/v1/conversations/${others.body.id}`;
	assert.equal((await ask("GET", path, undefined, headers)).status, 200);
});

test("metadata is replaced as a whole, and a title stays until another comes", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const { body } = await ask("POST", "/v1/conversations", {
		title: "A",
		metadata: { a: "1" },
	});
	const path = `/v1/conversations/${body.id}`;
	const changed = await ask("POST", path, { metadata: { b: "2" } });
	assert.deepEqual(changed.body.metadata, { b: "2" });
	assert.equal(changed.body.title, "A");
	const refused = await ask("POST", path, { metadata: { b: 2 } });
	assert.equal(refused.status, 400);
});

test("S3-7, S3-17, S3-j: items are told to OpenAI's clients and to Jan's in one object", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const { body } = await ask("POST", "/v1/conversations", {
		items: [
			{ type: "message", role: "user", content: "Hi" },
			{
				role: "assistant",
				content: [{ type: "output_text", text: "Hello", annotations: [] }],
			},
		],
	});
	const path = `/v1/conversations/${body.id}/items`;
	const listed = await ask("GET", path);
	const [second, first] = listed.body.data;
	assert.deepEqual(first.content, [
		{ type: "input_text", input_text: "Hi", text: "Hi" },
	]);
	assert.deepEqual(second.content, [
		{
			type: "output_text",
			output_text: { text: "Hello", annotations: null },
			text: "Hello",
			annotations: [],
		},
	]);
	assert.equal(first.object, "conversation.item");
	assert.equal(first.branch, "MAIN");
	assert.match(first.created_at, SECONDS);
	assert.deepEqual(
		[listed.body.first_id, listed.body.last_id, listed.body.has_more],
		[second.id, first.id, false],
	);
	const page = await ask("GET", `${path}?limit=1&order=asc&include%5B%5D=a`);
	assert.equal(page.body.data[0].id, first.id);
	const next = await ask(
		"GET",
		`${path}?limit=1&order=asc&after=${page.body.last_id}`,
	);
	assert.equal(next.body.data[0].id, second.id);
	assert.ok(!next.body.has_more);
	const deleted = await ask("DELETE", `${path}/${first.id}`);
	assert.equal(deleted.body.id, body.id);
	assert.equal(deleted.body.object, "conversation");
	assert.equal(deleted.body.deleted, true);
	assert.equal((await ask("GET", `${path}/${first.id}`)).status, 404);
	assert.equal((await ask("GET", `${path}/${second.id}`)).status, 200);
});

test("a picture that came with a message is seen under a signed URL, and under no other", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const png = await plainPng({ width: 64, height: 64 }, "a");
	const url = `data:image/png;base64,${png.toString("base64")}`;
	const { body } = await ask("POST", "/v1/conversations", {});
	const added = await ask("POST", `/v1/conversations/${body.id}/items`, {
		items: [
			{
				role: "user",
				content: [
					{ type: "input_text", text: "Look" },
					{ type: "input_image", image_url: url, detail: "auto" },
				],
			},
		],
	});
	assert.equal(added.status, 200, added.text);
	const part = added.body.data[0].content[1];
	assert.equal(part.type, "input_image");
	const path = pathIn(part.image_url);
	const seen = await ask("GET", path, undefined, {});
	assert.equal(seen.status, 200);
	assert.equal(seen.headers["content-type"], "image/png");
	assert.equal(Number(seen.headers["content-length"]), png.length);
	for (const forged of [
		path.replace(/sig=(.)/, (_, first) => (first === "-" ? "sig=_" : "sig=-")),
		path.replace(/exp=\d+/, "exp=9999999999"),
		path.replace("-1?", "-0?"),
		path.split("?")[0] ?? "",
	])
		assert.notEqual((await ask("GET", forged, undefined, {})).status, 200);
});

test("S3-e: a picture's URL is signed anew whenever the items are read", async (t) => {
	const { ask, app } = await openOpenAiHouse(t);
	const { body } = await ask("POST", "/v1/conversations", {});
	const drawn = await ask("POST", "/v1/chat/completions", {
		model: "scripted",
		messages: [{ role: "user", content: "a cat" }],
		conversation: { id: body.id },
		image_config: { image_size: "512" },
	});
	assert.equal(drawn.status, 200, drawn.text.slice(0, 300));
	const { body: items } = await ask(
		"GET",
		`/v1/conversations/${body.id}/items?order=asc`,
	);
	const [asked, call] = items.data;
	assert.deepEqual([asked.type, asked.role], ["message", "user"]);
	assert.deepEqual(
		[call.type, call.role, call.status, call.result],
		["image_generation_call", "assistant", "completed", null],
	);
	assert.equal(call.size, "512x512");
	assert.match(
		call.content[0].text,
		/^Generated 1 image\(s\) for prompt: a cat/,
	);
	const { url, file_id } = call.content[1].image;
	assert.match(file_id, /^jan_[0-9a-z]{26}$/);
	assert.equal((await ask("GET", pathIn(url), undefined, {})).status, 200);
	await app.engine.deleteImage(
		await ownPrincipal(app),
		file_id.replace("jan_", "img_"),
	);
	const later = await ask("GET", `/v1/conversations/${body.id}/items`);
	assert.equal(later.body.data[0].content.length, 1);

	async function ownPrincipal({ database }: typeof app) {
		const { team_id } = await database.queries
			.selectFrom("conversations")
			.select("team_id")
			.executeTakeFirstOrThrow();
		return {
			teamId: team_id,
			kind: "team",
			apiKeyId: null,
			role: "admin",
		} as const;
	}
});

test("nobody sees, changes or continues what is another's", async (t) => {
	const { ask, team, own, balance } = await openOpenAiHouse(t);
	const { body } = await ask("POST", "/v1/conversations", {
		items: [{ role: "user", content: "secret" }],
	});
	const path = `/v1/conversations/${body.id}`;
	const { body: items } = await ask("GET", `${path}/items`);
	const other = await team();
	for (const [method, at, payload] of [
		["GET", path],
		["POST", path, { title: "mine" }],
		["DELETE", path],
		["GET", `${path}/items`],
		["POST", `${path}/items`, { items: [{ role: "user", content: "a" }] }],
		["GET", `${path}/items/${items.data[0].id}`],
		["DELETE", `${path}/items/${items.data[0].id}`],
		["GET", `/v1/conversations?after=${body.id}`],
		[
			"POST",
			"/v1/chat/completions",
			{
				model: "talker",
				messages: [{ role: "user", content: "Hi" }],
				conversation: body.id,
			},
		],
		[
			"POST",
			"/v1/responses",
			{ model: "talker", input: "Hi", conversation: body.id },
		],
	] as const) {
		const answer = await ask(method, at, payload, other.headers);
		assert.equal(answer.status, 404, `${method} ${at}: ${answer.text}`);
		assert.doesNotMatch(answer.text, /secret/);
		assert.equal((await ask(method, at, payload, {})).status, 401);
	}
	assert.equal((await ask("GET", path)).body.title, undefined);
	assert.equal(await balance(), 100);
	assert.ok(own.teamId !== other.teamId);
});

test("items that nobody here can read are refused by name", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const refused = [
		[{ type: "function_call", content: "a" }, "items.0.type"],
		[{ role: "user", content: [{ type: "input_audio" }] }, "items.0.content.0"],
		[{ role: "user", content: [{ type: "input_image" }] }, "items.0.content.0"],
		[
			{
				role: "user",
				content: [
					{ type: "input_image", image_url: "data:image/png;base64,aa" },
				],
			},
			"items.0.content.0",
		],
	] as const;
	for (const [item, param] of refused) {
		const answer = await ask("POST", "/v1/conversations", { items: [item] });
		assert.equal(answer.status, 400, JSON.stringify(item));
		assert.equal(answer.body.error.param, param);
	}
	const { body } = await ask("GET", "/v1/conversations");
	assert.deepEqual(body.data, []);
	for (const query of ["limit=x", "order=up", "limit=1.5"])
		assert.equal((await ask("GET", `/v1/conversations?${query}`)).status, 400);
});
