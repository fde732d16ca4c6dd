/** Chat completions: words and pictures, whole and as they come. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProviderError } from "../../../providers/provider.ts";
import { openOpenAiHouse, pathIn } from "../../../testing/openai-house.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";
import { saying } from "../../../testing/scripted-talker.ts";
import { openTestApp } from "../../../testing/test-app.ts";

const PATH = "/v1/chat/completions";
const HI = [{ role: "user", content: "Hi" }];
const SMALL = { image_config: { image_size: "512" } };
const DRAW = { model: "scripted", ...SMALL };

test("S3-5, S3-14: a message is answered and stored in its conversation", async (t) => {
	const { ask, balance } = await openOpenAiHouse(t);
	const { body: conversation } = await ask("POST", "/v1/conversations", {
		title: "T",
	});
	const answer = await ask("POST", PATH, {
		model: "talker",
		messages: [
			{
				role: "user",
				content: "Hello! I want to generate some images today.",
			},
		],
		conversation: { id: conversation.id },
		stream: false,
		max_tokens: 100,
	});
	assert.equal(answer.status, 200, answer.text);
	const { body } = answer;
	assert.equal(body.object, "chat.completion");
	assert.equal(body.model, "talker");
	assert.deepEqual(body.choices, [
		{
			index: 0,
			message: { role: "assistant", content: "Hello.", refusal: null },
			logprobs: null,
			finish_reason: "stop",
		},
	]);
	assert.deepEqual(
		[
			body.usage.prompt_tokens,
			body.usage.completion_tokens,
			body.usage.total_tokens,
		],
		[7, 2, 9],
	);
	assert.deepEqual(body.conversation, { id: conversation.id, title: "T" });
	assert.equal(await balance(), 99);
	const items = await ask(
		"GET",
		`/v1/conversations/${conversation.id}/items?order=asc`,
	);
	assert.deepEqual(
		items.body.data.map(
			(item: { role: string; content: { text: string }[] }) => [
				item.role,
				item.content[0]?.text,
			],
		),
		[
			["user", "Hello! I want to generate some images today."],
			["assistant", "Hello."],
		],
	);
});

test("S3-27: `store: false` stores nothing; an id alone and an empty object are conversations too", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const { body } = await ask("POST", "/v1/conversations", {});
	const chat = { model: "talker", messages: HI };
	await ask("POST", PATH, { ...chat, conversation: body.id, store: false });
	const path = `/v1/conversations/${body.id}/items`;
	assert.equal((await ask("GET", path)).body.data.length, 0);
	await ask("POST", PATH, { ...chat, conversation: body.id });
	assert.equal((await ask("GET", path)).body.data.length, 2);
	const begun = await ask("POST", PATH, { ...chat, conversation: {} });
	assert.match(begun.body.conversation.id, /^conv_/);
	const other = `/v1/conversations/${begun.body.conversation.id}/items`;
	assert.equal((await ask("GET", other)).body.data.length, 2);
	const refused = await ask("POST", PATH, {
		...chat,
		model: "unknown",
		conversation: {},
	});
	assert.equal(refused.status, 404);
	assert.equal((await ask("GET", "/v1/conversations")).body.total, 2);
});

test("an answer streams word by word, with its usage when asked, and ends", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const answer = await ask("POST", PATH, {
		model: "talker",
		messages: HI,
		stream: true,
		stream_options: { include_usage: true },
		conversation: {},
	});
	assert.match(String(answer.headers["content-type"]), /^text\/event-stream/);
	const { events } = answer;
	assert.deepEqual(
		events.flatMap(({ choices }) =>
			choices.map((c: { delta: object }) => c.delta),
		),
		[
			{ role: "assistant", content: "" },
			{ content: "Hel" },
			{ content: "lo." },
			{},
		],
	);
	assert.equal(events.at(-2).choices[0].finish_reason, "stop");
	assert.match(events.at(-2).conversation.id, /^conv_/);
	assert.deepEqual(events.at(-1).choices, []);
	assert.equal(events.at(-1).usage.total_tokens, 9);
	assert.equal(new Set(events.map(({ id }) => id)).size, 1);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"));
	const plain = await ask("POST", PATH, {
		model: "talker",
		messages: HI,
		stream: true,
	});
	assert.ok(plain.events.every(({ usage }) => usage === undefined));
});

test("a picture comes as a part and as a link, and the content stays a string", async (t) => {
	const { ask, balance, provider } = await openOpenAiHouse(t);
	const messages = [
		{ role: "user", content: [{ type: "text", text: "a cat" }] },
	];
	const body = { ...DRAW, messages, modalities: ["image", "text"] };
	const whole = await ask("POST", PATH, body);
	assert.equal(whole.status, 200, whole.text.slice(0, 300));
	const { message } = whole.body.choices[0];
	assert.equal(typeof message.content, "string");
	const [picture] = message.images;
	assert.match(picture.image_url.url, /^data:image\/png;base64,iVBOR/);
	assert.match(picture.id, /^jan_[0-9a-z]{26}$/);
	assert.ok(message.content.includes(`![image](${picture.url})`));
	assert.equal(
		(await ask("GET", pathIn(picture.url), undefined, {})).status,
		200,
	);
	assert.equal(await balance(), 99);
	assert.equal(provider.calls[0]?.frame.width, 512);

	const streamed = await ask("POST", PATH, { ...body, stream: true });
	const deltas = streamed.events.map(({ choices }) => choices[0].delta);
	assert.deepEqual(deltas[0], { role: "assistant", content: "" });
	assert.match(deltas[1].images[0].image_url.url, /^data:image\/png;base64,/);
	assert.match(deltas[1].content, /!\[image\]\(http/);
	assert.ok(streamed.text.endsWith("data: [DONE]\n\n"));
});

test("a client that keeps no conversation may send the picture back in any way it got it", async (t) => {
	const { ask, provider } = await openOpenAiHouse(t);
	const first = await ask("POST", PATH, {
		...DRAW,
		messages: [{ role: "user", content: "a cat" }],
	});
	const { message } = first.body.choices[0];
	const { url, id } = message.images[0];
	const shown = (image: string) => ({
		role: "user",
		content: [
			{ type: "text", text: "Make it snow" },
			{ type: "image_url", image_url: { url: image, detail: "low" } },
		],
	});
	const snow = { role: "user", content: "Make it snow" };
	const assistant = (content: unknown) => ({ role: "assistant", content });
	const ways = [
		[message, snow],
		[assistant(message.content), snow],
		[{ ...message, content: "" }, snow],
		[shown(url)],
		[shown(id)],
		[shown(message.images[0].image_url.url)],
		[shown(`data:image/png;base64,${id}`)],
		[{ ...shown(url), content: JSON.stringify(shown(url).content) }],
		[
			{
				role: "user",
				content: [
					{ type: "image", data: url },
					{ type: "text", text: "Make it snow" },
				],
			},
		],
	];
	for (const messages of ways) {
		const answer = await ask("POST", PATH, { ...DRAW, messages });
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
		const call = provider.calls.at(-1);
		assert.equal(call?.prompt, "Make it snow");
		assert.equal(
			call?.inputImages.length,
			1,
			JSON.stringify(messages).slice(0, 200),
		);
	}
});

test("another team's picture is not drawn from, whatever its URL", async (t) => {
	const { ask, team, provider } = await openOpenAiHouse(t);
	const first = await ask("POST", PATH, {
		...DRAW,
		messages: [{ role: "user", content: "a cat" }],
	});
	const { id } = first.body.choices[0].message.images[0];
	const other = await team();
	const messages = [
		{
			role: "user",
			content: [
				{ type: "text", text: "Make it snow" },
				{ type: "image_url", image_url: { url: id } },
			],
		},
	];
	const answer = await ask("POST", PATH, { ...DRAW, messages }, other.headers);
	assert.equal(answer.status, 404, answer.text);
	assert.equal(provider.calls.length, 1);
});

test("pictures go along to a model that talks, and are kept as files, not as text", async (t) => {
	const { ask, talker, app } = await openOpenAiHouse(t);
	const png = await plainPng({ width: 64, height: 64 }, "a");
	const base64 = png.toString("base64");
	const answer = await ask("POST", PATH, {
		model: "talker",
		conversation: {},
		messages: [
			{ role: "system", content: "Be brief" },
			{
				role: "user",
				content: [
					{ type: "text", text: "What is it?" },
					{
						type: "image_url",
						image_url: { url: `data:image/png;base64,${base64}` },
					},
				],
			},
		],
	});
	assert.equal(answer.status, 200, answer.text);
	const [call] = talker.talks;
	assert.equal(call?.instructions, "Be brief");
	const part = call?.turns[0]?.parts[1];
	assert.ok(part?.kind === "image");
	assert.deepEqual([part.image.width, part.image.mediaType], [64, "image/png"]);
	const rows = await app.database.queries
		.selectFrom("conversation_items")
		.selectAll()
		.execute();
	assert.ok(!JSON.stringify(rows).includes(base64.slice(0, 40)));
});

test("what cannot be done is refused by name before anything is charged", async (t) => {
	const { ask, balance, talker, provider } = await openOpenAiHouse(t);
	const chat = { model: "talker", messages: HI };
	const refused: readonly (readonly [object, number, string | null])[] = [
		[{}, 400, "messages"],
		[{ messages: [] }, 400, "messages"],
		[{ ...chat, n: 2 }, 400, "n"],
		[{ ...chat, temperature: 3 }, 400, "temperature"],
		[{ ...chat, max_tokens: 0 }, 400, "max_tokens"],
		[{ ...chat, modalities: ["audio"] }, 400, "modalities.0"],
		[{ ...chat, modalities: ["image"] }, 400, "model"],
		[{ ...chat, model: "unknown" }, 404, "model"],
		[{ ...chat, conversation: "conv_0123456789abcdef" }, 404, "conversation"],
		[{ ...chat, conversation: { id: "'; --" } }, 404, "conversation"],
		[
			{ ...DRAW, messages: HI, image_config: { aspect_ratio: "5:1" } },
			400,
			"image_config.aspect_ratio",
		],
		[{ ...chat, messages: [{ role: "user", content: "" }] }, 400, "messages"],
		[
			{ ...chat, messages: [...HI, { role: "assistant", content: "a" }] },
			400,
			"messages",
		],
		[
			{ ...chat, messages: [{ role: "robot", content: "a" }] },
			400,
			"messages.0.role",
		],
		[
			{
				...chat,
				messages: [{ role: "user", content: [{ type: "input_audio" }] }],
			},
			400,
			"messages.0.content.0",
		],
		[
			{
				...DRAW,
				messages: [
					{
						role: "user",
						content: [
							{ type: "text", text: "a" },
							{
								type: "image_url",
								image_url: { url: "http://127.0.0.1:1/a.png" },
							},
						],
					},
				],
			},
			400,
			"messages.0.content.1",
		],
	];
	for (const [body, status, param] of refused) {
		const answer = await ask("POST", PATH, body);
		const shown = `${JSON.stringify(body)} ${answer.text}`;
		assert.equal(answer.status, status, shown);
		assert.equal(answer.body.error.param, param, shown);
		assert.equal(typeof answer.body.error.message, "string");
		assert.equal(answer.body.request_id, answer.headers["x-request-id"]);
	}
	assert.equal((await ask("POST", PATH, chat, {})).status, 401);
	assert.equal(await balance(), 100);
	assert.equal(talker.talks.length + provider.calls.length, 0);
});

test("what is left out of an answer is told in warnings", async (t) => {
	const { ask } = await openOpenAiHouse(t);
	const answer = await ask("POST", PATH, {
		model: "talker",
		messages: HI,
		user: "u",
		top_p: 1,
		tools: [{ type: "function", function: { name: "f" } }],
		tool_choice: "auto",
		stop: ["x"],
		response_format: { type: "text" },
	});
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(
		answer.body.warnings.map((each: { parameter: string }) => each.parameter),
		["tools", "stop"],
	);
});

test("S3-31: a vendor's failure is an error of its own kind, and a stream that broke off ends with one", async (t) => {
	const { ask, talker, balance } = await openOpenAiHouse(t);
	const chat = { model: "talker", messages: HI };
	talker.say = () => {
		throw new ProviderError("unavailable", "vendor: key 99");
	};
	for (const stream of [false, true]) {
		const answer = await ask("POST", PATH, { ...chat, stream });
		assert.equal(answer.status, 500, answer.text);
		assert.equal(answer.body.error.type, "server_error");
		assert.doesNotMatch(answer.text, /key 99/);
	}
	assert.equal(await balance(), 100);
	talker.say = async function* () {
		yield { kind: "text", text: "Half" };
		throw new ProviderError("content_blocked", "vendor: key 99");
	};
	const broken = await ask("POST", PATH, { ...chat, stream: true });
	assert.equal(broken.status, 200);
	assert.equal(broken.events.at(-1).error.code, "content_policy_violation");
	assert.doesNotMatch(broken.text, /key 99|\[DONE\]/);
	assert.equal(await balance(), 99);
});

test("an answer that was cut says `length`, and one without a count has an estimate", async (t) => {
	const { ask, talker } = await openOpenAiHouse(t);
	talker.say = async function* () {
		yield { kind: "text", text: "12345678" };
		yield {
			kind: "end",
			reason: "length",
			warnings: [],
			usage: undefined,
			costDollars: undefined,
		};
	};
	const { body } = await ask("POST", PATH, { model: "talker", messages: HI });
	assert.equal(body.choices[0].finish_reason, "length");
	assert.equal(body.usage.completion_tokens, 2);
	assert.ok(body.usage.is_estimated);
});

test("answers of the past are shown to the model, those of deleted items are not", async (t) => {
	const { ask, talker } = await openOpenAiHouse(t);
	const { body } = await ask("POST", "/v1/conversations", {});
	const chat = { model: "talker", conversation: body.id };
	talker.say = () => saying("first answer");
	await ask("POST", PATH, { ...chat, messages: HI });
	const path = `/v1/conversations/${body.id}/items`;
	const { body: items } = await ask("GET", `${path}?order=asc`);
	await ask("DELETE", `${path}/${items.data[0].id}`);
	await ask("POST", PATH, { ...chat, messages: HI });
	assert.deepEqual(
		talker.talks[1]?.turns.map(({ role }) => role),
		["assistant", "user"],
	);
});

test("the embedded painter says what it is when greeted, and paints when asked", async (t) => {
	const { app, team } = await openTestApp(t, {
		environment: { PAINTER_THREADS: "1" },
	});
	const own = await team(5);
	const ask = async (content: string, model?: string) => {
		const response = await app.server.inject({
			method: "POST",
			url: PATH,
			headers: own.headers,
			payload: { model, messages: [{ role: "user", content }], ...SMALL },
		});
		assert.equal(response.statusCode, 200, response.body.slice(0, 300));
		return response.json();
	};
	for (const model of ["painter", undefined]) {
		const greeted = await ask(
			"Hello! I want to generate some images today.",
			model,
		);
		assert.equal(greeted.model, "painter");
		assert.match(greeted.choices[0].message.content, /no language model/);
		assert.equal(greeted.choices[0].message.images, undefined);
		assert.equal(greeted.credits, 0);
	}
	const painted = await ask("Paint a mountain lake at sunset");
	assert.equal(painted.choices[0].message.images.length, 1);
	assert.equal(painted.credits, 1);
});

test("a chat that comes again under its Idempotency-Key is given the first answer, whole or streamed, and pays once", async (t) => {
	const { ask, talker, provider, balance, own } = await openOpenAiHouse(t);
	for (const [name, asked] of [
		["words", { model: "talker" }],
		["a picture", DRAW],
	] as const)
		for (const stream of [false, true]) {
			const headers = {
				...own.headers,
				"idempotency-key": `${name} ${stream}`,
			};
			const body = { ...asked, messages: HI, stream };
			const before = await balance();
			const answers = await Promise.all(
				[1, 2, 3].map(() => ask("POST", PATH, body, headers)),
			);
			answers.push(await ask("POST", PATH, body, headers));
			const told = answers.map(({ status, text, body, events }) => {
				assert.equal(status, 200, text.slice(0, 300));
				const { id, usage } = stream ? events.at(-1) : body;
				const content = stream
					? events.map(({ choices }) => choices[0].delta.content ?? "").join("")
					: body.choices[0].message.content;
				return { id, usage, content: content.replace(/\(.*\)/, "") };
			});
			for (const answer of told) assert.deepEqual(answer, told[0], name);
			assert.equal(await balance(), before - 1, name);
			const other = await ask("POST", PATH, { ...body, seed: 1 }, headers);
			assert.equal(other.status, 409, other.text);
			assert.equal(other.body.error.param, "Idempotency-Key");
		}
	assert.equal(talker.talks.length, 2);
	assert.equal(provider.calls.length, 2);
});
