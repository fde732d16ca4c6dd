/** Responses that are kept: read again, gone on from, given again under an Idempotency-Key, and deleted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ChatCall, ProviderError } from "../../../providers/provider.ts";
import { openOpenAiHouse, pathIn } from "../../../testing/openai-house.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";
import { saying } from "../../../testing/scripted-talker.ts";

const PATH = "/v1/responses";
const TOOL = { type: "image_generation", size: "64x64" };

interface Item {
	readonly role: string;
	readonly content: readonly { readonly text?: string }[];
}

/** URLs are signed anew for every answer. */
function withoutUrls(response: { readonly output: readonly object[] }) {
	const output = response.output.map((item) => ({ ...item, image_url: null }));
	return { ...response, output };
}

/** What a model was shown. */
function spoken(call: ChatCall | undefined): string[] {
	return (call?.turns ?? []).map(
		({ role, parts }) =>
			`${role}: ${parts.map((part) => (part.kind === "text" ? part.text : "[picture]")).join("")}`,
	);
}

test("what was answered before may be named by its items' ids, of the caller's own responses", async (t) => {
	const { ask, provider, talker, team } = await openOpenAiHouse(t);
	const draw = { model: "scripted", tools: [TOOL] };
	const goOn = (model: object, ...ids: string[]) => ({
		...model,
		input: [
			...ids.map((id) => ({ type: "item_reference", id })),
			{ role: "user", content: "Make it snow" },
		],
	});
	const pictures = [];
	for (const store of [true, false]) {
		const { body } = await ask("POST", PATH, {
			...draw,
			store,
			input: "a house",
		});
		assert.equal(body.store, store);
		const [call, message] = body.output;
		const changed = await ask("POST", PATH, goOn(draw, call.id, message.id));
		assert.equal(changed.status, 200, changed.text.slice(0, 300));
		assert.equal(provider.calls.at(-1)?.inputImages.length, 1);
		pictures.push(call);
	}
	const talk = { model: "talker" };
	const said = await ask("POST", PATH, { ...talk, input: "Hi" });
	const [{ id }] = said.body.output;
	const { body: items } = await ask(
		"GET",
		`${PATH}/${said.body.id}/input_items`,
	);
	const answer = await ask("POST", PATH, goOn(talk, items.data[0].id, id));
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(spoken(talker.talks.at(-1)), [
		"user: Hi",
		"assistant: Hello.",
		"user: Make it snow",
	]);

	const stranger = await team();
	const unkept = await ask("POST", PATH, {
		...talk,
		input: "Hi",
		store: false,
	});
	for (const [name, headers] of [
		[unkept.body.output[0].id],
		[`${pictures[0].id}_1`],
		[`${pictures[1].id}_1`],
		["rs_0123"],
		[pictures[0].id, stranger.headers],
		[pictures[1].id, stranger.headers],
		[id, stranger.headers],
	] as const) {
		const refused = await ask("POST", PATH, goOn(draw, name), headers);
		assert.equal(refused.status, 400, refused.text.slice(0, 300));
		assert.equal(refused.body.error.param, "input.0");
	}
	assert.equal(provider.calls.length, 4);
});

test("a response is kept with what it was asked, read again as it was given, and deleted", async (t) => {
	const { ask, team, app } = await openOpenAiHouse(t);
	const png = await plainPng({ width: 64, height: 64 }, "x");
	const url = `data:image/png;base64,${png.toString("base64")}`;
	const input = [
		{
			role: "user",
			content: [
				{ type: "input_text", text: "a sea in these colours" },
				{ type: "input_image", image_url: url },
			],
		},
		{ role: "assistant", content: "Which sea?" },
		{ role: "user", content: "The North Sea" },
	];
	for (const asked of [
		{ model: "talker", temperature: 1, metadata: { a: "b" } },
		{ model: "scripted", tools: [{ ...TOOL, output_format: "webp" }] },
		{ model: "scripted", instructions: "Be brief", top_p: 0.5 },
	]) {
		const answer = await ask("POST", PATH, { ...asked, input });
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
		const { id, output } = answer.body;
		const read = await ask("GET", `${PATH}/${id}`);
		assert.deepEqual(withoutUrls(read.body), withoutUrls(answer.body));
		const path = `${PATH}/${id}/input_items`;
		const first = await ask("GET", `${path}?order=asc&limit=1`);
		assert.equal(first.body.has_more, true);
		const [{ role, content }] = first.body.data;
		assert.equal(role, "user");
		assert.equal(content[0].text, "a sea in these colours");
		const shown = await app.server.inject(pathIn(content[1].image_url));
		assert.deepEqual(shown.rawPayload, png);
		const unsigned = content[1].image_url.replace(/sig=./, "sig=");
		assert.equal((await app.server.inject(pathIn(unsigned))).statusCode, 403);
		const { last_id } = first.body;
		const rest = await ask("GET", `${path}?order=asc&after=${last_id}`);
		assert.deepEqual(
			rest.body.data.map((item: Item) => [item.role, item.content[0]?.text]),
			[
				["assistant", "Which sea?"],
				["user", "The North Sea"],
			],
		);
		assert.equal(rest.body.has_more, false);
		const newest = await ask("GET", `${path}?limit=1`);
		assert.equal(newest.body.data[0].content[0].text, "The North Sea");

		const again = await ask("GET", `${PATH}/${id}?stream=true`);
		assert.deepEqual(
			withoutUrls(again.events.at(-1).response),
			withoutUrls(answer.body),
		);
		const from = again.events.length - 2;
		const late = await ask(
			"GET",
			`${PATH}/${id}?stream=true&starting_after=${from}`,
		);
		assert.deepEqual(
			late.events.map((event) => event.sequence_number),
			[from + 1],
		);

		const { headers } = await team();
		for (const [method, other] of [
			["GET", `${PATH}/${id}`],
			["GET", path],
			["DELETE", `${PATH}/${id}`],
		] as const)
			assert.equal((await ask(method, other, undefined, headers)).status, 404);
		assert.deepEqual((await ask("DELETE", `${PATH}/${id}`)).body, {
			id,
			object: "response",
			deleted: true,
		});
		assert.equal((await ask("GET", `${PATH}/${id}`)).status, 404);
		assert.equal((await ask("DELETE", `${PATH}/${id}`)).status, 404);
		const [{ image_id, image_url }] = output;
		if (image_id === undefined) continue;
		const kept = await app.server.inject(pathIn(image_url));
		assert.equal(kept.statusCode, 200, "pictures stay in the library");
	}
});

test("the next response goes on from the last, in words and with its picture, and several may go on from one", async (t) => {
	const { ask, talker, provider, team } = await openOpenAiHouse(t);
	const first = await ask("POST", PATH, {
		model: "talker",
		instructions: "Only now",
		input: [
			{ role: "user", content: "Hi" },
			{ role: "developer", content: "Be brief" },
		],
	});
	assert.equal(first.status, 200, first.text);
	assert.equal(first.body.previous_response_id, null);
	assert.equal(talker.talks[0]?.instructions, "Only now\n\nBe brief");
	const goOn = async (id: string, changes: object) => {
		const answer = await ask("POST", PATH, {
			model: "scripted",
			tools: [TOOL],
			previous_response_id: id,
			...changes,
		});
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
		assert.equal(answer.body.previous_response_id, id);
		return answer.body.id;
	};
	const house = await goOn(first.body.id, { input: "a house" });
	const snowy = await goOn(house, { input: "Make it snow" });
	await goOn(house, {
		input: "a dog",
		tools: [{ ...TOOL, action: "generate" }],
	});
	assert.deepEqual(
		provider.calls.map(({ inputImages }) => inputImages.length),
		[0, 1, 0],
	);
	await goOn(snowy, { model: "talker", input: "What is it?", tools: [] });
	assert.equal(talker.talks[1]?.instructions, "Be brief");
	assert.deepEqual(spoken(talker.talks[1]), [
		"user: Hi",
		"assistant: Hello.",
		"user: a house",
		"assistant: [picture]",
		"user: Make it snow",
		"assistant: [picture]",
		"user: What is it?",
	]);
	// Nothing of it is kept, though it goes on from what is.
	const unkept = await ask("POST", PATH, {
		model: "talker",
		previous_response_id: snowy,
		input: "And now?",
		store: false,
	});
	assert.equal(unkept.status, 200, unkept.text);
	assert.equal(spoken(talker.talks[2]).length, 7);
	await ask("DELETE", `${PATH}/${house}`);
	await goOn(snowy, { input: "Make it rain" });

	const { headers } = await team();
	for (const [id, asker] of [
		[house],
		[unkept.body.id],
		["interaction_0000000000000000000000abcd"],
		[snowy, headers],
	] as const) {
		const body = { model: "talker", input: "Hi", previous_response_id: id };
		const answer = await ask("POST", PATH, body, asker);
		assert.equal(answer.status, 404, answer.text);
		assert.equal(answer.body.error.param, "previous_response_id");
	}
});

test("a response that is not whole yet is told as it is, and is not gone on from", async (t) => {
	const { ask, talker, own, app, balance } = await openOpenAiHouse(t);
	const { promise, resolve } = Promise.withResolvers<void>();
	talker.say = async function* () {
		yield { kind: "text", text: "Hel" };
		await promise;
		yield* saying("lo.");
	};
	const beginning = await app.engine.interactions.openInBackground(
		own.principal,
		{
			earlier: [],
			dialectData: {},
			request: {
				dialect: "plain",
				model: "talker",
				store: "nothing",
				turns: [{ role: "user", parts: [{ kind: "text", text: "Hi" }] }],
			},
		},
	);
	const id = beginning.id.replace("interaction_", "resp_");
	const read = await ask("GET", `${PATH}/${id}`);
	assert.equal(read.body.status, "in_progress");
	assert.deepEqual(read.body.output, []);
	const early = await ask("POST", PATH, {
		model: "talker",
		input: "And?",
		previous_response_id: id,
	});
	assert.equal(early.status, 409, early.text);
	resolve();
	// Asked in no words of this dialect, and found all the same.
	const heard = await ask("GET", `${PATH}/${id}?stream=true`);
	const last = heard.events.at(-1).response;
	assert.equal(last.status, "completed");
	assert.equal(last.output[0].content[0].text, "Hello.");

	talker.say = async function* () {
		yield { kind: "text", text: "Half" };
		throw new ProviderError("unavailable", "vendor: key 99");
	};
	const broken = await ask("POST", PATH, {
		model: "talker",
		input: "Hi",
		stream: true,
	});
	const { response } = broken.events[0];
	const failed = await ask("GET", `${PATH}/${response.id}`);
	assert.equal(failed.body.status, "failed");
	assert.equal(failed.body.error.code, "provider_error");
	assert.equal(failed.body.output[0].content[0].text, "Half");
	assert.doesNotMatch(failed.text, /key 99/);
	const told = await ask("GET", `${PATH}/${response.id}?stream=true`);
	assert.deepEqual(
		told.events.map(({ type }) => type),
		["response.created", "response.failed"],
	);
	assert.equal(await balance(), 98);
});

test("a request that comes again under its Idempotency-Key is given the first response, whole or streamed, and pays once", async (t) => {
	const { ask, provider, talker, balance, own } = await openOpenAiHouse(t);
	for (const [name, asked] of [
		["words", { model: "talker", input: "Hi" }],
		["words, not stored", { model: "talker", input: "Hi", store: false }],
		["a picture", { model: "scripted", input: "a fox", tools: [TOOL] }],
	] as const)
		for (const stream of [false, true]) {
			const headers = {
				...own.headers,
				"idempotency-key": `${name} ${stream}`,
			};
			const body = { ...asked, stream };
			const before = await balance();
			const answers = await Promise.all(
				[1, 2, 3].map(() => ask("POST", PATH, body, headers)),
			);
			answers.push(await ask("POST", PATH, body, headers));
			const responses = answers.map((answer) => {
				assert.equal(answer.status, 200, answer.text.slice(0, 300));
				const response = stream ? answer.events.at(-1).response : answer.body;
				return withoutUrls(response);
			});
			for (const response of responses)
				assert.deepEqual(response, responses[0], name);
			assert.equal(await balance(), before - 1, name);
			const other = await ask(
				"POST",
				PATH,
				{ ...body, input: "else" },
				headers,
			);
			assert.equal(other.status, 409, other.text);
		}
	assert.equal(talker.talks.length, 4);
	assert.equal(provider.calls.length, 2);
});

test("an Idempotency-Key under which words failed is free again, and nobody has paid", async (t) => {
	const { ask, talker, balance, own } = await openOpenAiHouse(t);
	const headers = { ...own.headers, "idempotency-key": "once" };
	for (const store of [true, false]) {
		const body = { model: "talker", input: "Hi", store };
		const before = await balance();
		talker.say = async function* () {
			yield { kind: "text", text: "Half" };
			throw new ProviderError("invalid", "no");
		};
		headers["idempotency-key"] = `once ${store}`;
		const failed = await ask("POST", PATH, body, headers);
		assert.equal(failed.status, 400, failed.text);
		assert.equal(await balance(), before);
		talker.say = () => saying("Hello.");
		const answer = await ask("POST", PATH, body, headers);
		assert.equal(answer.body.output[0].content[0].text, "Hello.");
		assert.equal(await balance(), before - 1);
	}
	const fresh = await ask(
		"POST",
		PATH,
		{ model: "talker", input: "Hi", conversation: {} },
		headers,
	);
	assert.equal(fresh.status, 400, fresh.text);
	assert.equal(fresh.body.error.param, "conversation");
});

test("a response of a conversation is kept as well, and is gone on from there", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const { body: conversation } = await ask("POST", "/v1/conversations", {});
	const { body } = await ask("POST", PATH, {
		model: "talker",
		input: "Hi",
		conversation: conversation.id,
	});
	assert.deepEqual((await ask("GET", `${PATH}/${body.id}`)).body, body);
	const next = { model: "talker", input: "And?" };
	const both = await ask("POST", PATH, {
		...next,
		conversation: conversation.id,
		previous_response_id: body.id,
	});
	assert.match(both.text, /both say what was said before/);
	const apart = await ask("POST", PATH, {
		...next,
		previous_response_id: body.id,
	});
	for (const answer of [both, apart]) {
		assert.equal(answer.status, 400, answer.text);
		assert.equal(answer.body.error.param, "previous_response_id");
	}
	assert.match(apart.text, new RegExp(conversation.id));
});
