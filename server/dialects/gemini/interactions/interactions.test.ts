/** Interactions as Google's SDKs ask for them; the requests are those that were captured of them (appendices A and B). */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../../providers/provider.ts";
import {
	createScriptedProvider,
	plainPng,
	type ScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	type ScriptedTalker,
	talkingModel,
} from "../../../testing/scripted-talker.ts";
import {
	openTestApp,
	type TestApp,
	type TestAppOptions,
	type TestTeam,
} from "../../../testing/test-app.ts";
import { waitUntil } from "../../../testing/wait-until.ts";

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
type Body = any;

interface Answer {
	readonly status: number;
	readonly text: string;
	readonly body: Body;
	readonly headers: Readonly<Record<string, unknown>>;
}

interface House extends TestApp {
	readonly provider: ScriptedProvider;
	readonly talker: ScriptedTalker;
	readonly own: TestTeam;
	ask(
		method: "GET" | "POST" | "DELETE",
		path: string,
		payload?: object,
		headers?: Readonly<Record<string, string>>,
	): Promise<Answer>;
	create(
		payload: object,
		headers?: Readonly<Record<string, string>>,
	): Promise<Answer>;
	balance(): Promise<number>;
}

async function openHouse(
	t: TestContext,
	options: TestAppOptions = {},
): Promise<House> {
	const provider = createScriptedProvider();
	const talker = createScriptedTalker();
	const house = await openTestApp(t, {
		providers: [provider, talker],
		models: [scriptedModel(), talkingModel()],
		...options,
	});
	const own = await house.team(1_000);
	const ask: House["ask"] = async (method, path, payload, headers) => {
		const response = await house.app.server.inject({
			method,
			url: `/v1${path}`,
			headers: {
				"content-type": "application/json",
				"x-goog-api-key": own.apiKey,
				...headers,
			},
			...(payload !== undefined && { payload: JSON.stringify(payload) }),
		});
		const isJson = /json/.test(String(response.headers["content-type"]));
		return {
			status: response.statusCode,
			text: response.body,
			body: isJson ? response.json() : undefined,
			headers: response.headers,
		};
	};
	return {
		...house,
		provider,
		talker,
		own,
		ask,
		create: (payload, headers) =>
			ask("POST", "/interactions", payload, headers),
		balance: async () =>
			(await house.app.engine.creditSums(own.principal)).balance,
	};
}

/** The events of a stream, each named as its data says. */
function eventsIn({ text }: Answer): Body[] {
	return text
		.split("\n\n")
		.filter((frame) => frame.trim() !== "")
		.map((frame) => {
			const [, name, data = ""] =
				/^event: (.*)\ndata: (.*)$/.exec(frame) ?? assert.fail(frame);
			if (data === "[DONE]") return { event_type: name };
			const value = JSON.parse(data);
			assert.equal(value.event_type, name);
			return value;
		});
}

const IMAGE = { type: "image", aspect_ratio: "16:9", mime_type: "image/jpeg" };

test("a picture is drawn as it is asked for, told with its signature and its tokens, and read again", async (t) => {
	const house = await openHouse(t);
	const { status, body } = await house.create({
		model: "scripted",
		input: "a red fox",
		response_modalities: ["image"],
		response_format: IMAGE,
		generation_config: { thinking_level: "high" },
	});
	assert.equal(status, 200, JSON.stringify(body));
	const { id, created, updated, steps } = body;
	assert.match(id, /^interaction_/);
	assert.deepEqual(
		{ ...body, steps: [], usage: {} },
		{
			id,
			object: "interaction",
			model: "scripted",
			status: "completed",
			created,
			updated,
			steps: [],
			usage: {},
		},
	);
	assert.ok(Date.parse(updated) >= Date.parse(created));
	const { usage } = body;
	assert.equal(
		usage.total_tokens,
		usage.total_input_tokens + usage.total_output_tokens,
	);
	assert.ok(usage.total_input_tokens > 0 && usage.total_output_tokens > 0);
	const [thought, output] = steps;
	assert.equal(thought.type, "thought");
	assert.match(thought.signature, /^[\w+/]+=*$/);
	assert.equal(output.type, "model_output");
	assert.equal(output.content.length, 1, "words were not wanted");
	const [picture] = output.content;
	assert.equal(picture.mime_type, "image/jpeg");
	const bytes = Buffer.from(picture.data, "base64");
	assert.deepEqual([...bytes.subarray(0, 2)], [0xff, 0xd8]);
	const [call] = house.provider.calls;
	assert.ok(call);
	assert.equal(call.prompt, "a red fox");
	assert.equal(call.frame.width > call.frame.height, true);
	const read = await house.ask("GET", `/interactions/${id}?stream=false`);
	assert.deepEqual(read.body, body);
	assert.equal(await house.balance(), 999);
});

test("the next turn names the one before, changes its picture, and several may go on from one", async (t) => {
	const house = await openHouse(t);
	const first = await house.create({
		model: "scripted",
		input: "a cabin in the woods",
		response_format: IMAGE,
	});
	const next = async (input: unknown) =>
		await house.create({
			model: "scripted",
			previous_interaction_id: first.body.id,
			input,
			store: true,
		});
	const second = await next("add snow");
	assert.equal(second.body.previous_interaction_id, first.body.id);
	const png = await plainPng({ width: 64, height: 64 }, "x");
	const third = await next([
		{ type: "text", text: "bluer" },
		{ type: "image", data: png.toString("base64url"), mime_type: "image/png" },
	]);
	assert.equal(third.status, 200, third.text);
	const calls = house.provider.calls.map(({ prompt, inputImages, frame }) => [
		prompt,
		inputImages.length,
		frame.width > frame.height,
	]);
	assert.deepEqual(calls, [
		["a cabin in the woods", 0, true],
		["add snow", 1, true],
		["bluer", 1, false],
	]);
	const fourth = await house.create({
		model: "scripted",
		previous_interaction_id: third.body.id,
		input: "and night",
	});
	assert.equal(fourth.status, 200);
	assert.equal(house.provider.calls[3]?.inputImages.length, 1);
	const { queries } = house.app.database;
	const rows = await queries.selectFrom("interactions").selectAll().execute();
	assert.doesNotMatch(JSON.stringify(rows), /[A-Za-z0-9+/]{200}/, "no base64");
});

test("an answer in words remembers what was said, pictures too", async (t) => {
	const house = await openHouse(t);
	const png = await plainPng({ width: 64, height: 64 }, "x");
	const first = await house.create({
		model: "talker",
		system_instruction: "Be brief.",
		input: [
			{ type: "text", text: "What is it?" },
			{ type: "image", data: png.toString("base64"), mime_type: "image/png" },
		],
		generation_config: { temperature: 0.5, max_output_tokens: "100" },
	});
	assert.deepEqual(first.body.steps, [
		{ type: "model_output", content: [{ type: "text", text: "Hello." }] },
	]);
	assert.deepEqual(first.body.usage, {
		total_input_tokens: 7,
		total_output_tokens: 2,
		total_thought_tokens: 0,
		total_tokens: 9,
	});
	await house.create({
		model: "talker",
		previous_interaction_id: first.body.id,
		input: "And now?",
	});
	const [one, two] = house.talker.talks;
	assert.equal(one?.instructions, "Be brief.");
	assert.equal(one?.maxOutputTokens, 100);
	assert.deepEqual(
		two?.turns.map(({ role, parts }) => [role, parts.map(({ kind }) => kind)]),
		[
			["user", ["text", "image"]],
			["assistant", ["text"]],
			["user", ["text"]],
		],
	);
});

test("steps and turns of before can be sent along instead, and a signature finds the picture as it was drawn", async (t) => {
	const house = await openHouse(t);
	const first = await house.create({
		model: "scripted",
		input: "a fox",
		store: false,
		response_format: [{ type: "text" }, IMAGE],
	});
	assert.equal(first.body.id, undefined, "nothing is stored");
	assert.equal(first.body.steps[1].content[0].type, "text");
	const again = await house.create({
		model: "scripted",
		store: false,
		input: [
			{ type: "user_input", content: "a fox" },
			...first.body.steps,
			{ type: "user_input", content: [{ type: "text", text: "bluer" }] },
		],
	});
	assert.equal(again.status, 200, again.text);
	const [input] = house.provider.calls[1]?.inputImages ?? [];
	assert.equal(input?.mediaType, "image/png", "the original, not the jpeg");
	const turns = await house.create({
		model: "talker",
		input: [
			{ role: "user", content: "one" },
			{ role: "model", content: [{ type: "text", text: "two" }] },
			{ role: "user", content: "three" },
			{ type: "function_result", name: "x" },
		],
	});
	assert.equal(turns.headers["x-gesso-ignored"], "input.3");
	assert.equal(house.talker.talks[0]?.turns.length, 3);
	const { queries } = house.app.database;
	const rows = await queries.selectFrom("interactions").select("id").execute();
	assert.equal(rows.length, 1);
});

test("a stream tells a beginning, the answer piece by piece, and its end; it can be read again from any point", async (t) => {
	const house = await openHouse(t);
	const drawn = await house.create({
		model: "scripted",
		input: "a red fox",
		stream: true,
	});
	assert.match(String(drawn.headers["content-type"]), /^text\/event-stream/);
	const events = eventsIn(drawn);
	assert.deepEqual(
		events.map(({ event_type, delta }) => delta?.type ?? event_type),
		[
			"interaction.created",
			"step.start",
			"text",
			"image",
			"step.stop",
			"interaction.completed",
			"done",
		],
	);
	assert.deepEqual(
		events.slice(0, -1).map(({ event_id }) => event_id),
		["e1", "e2", "e3", "e4", "e5", "e6"],
	);
	const [{ interaction: begun }] = events;
	assert.deepEqual(begun, {
		id: begun.id,
		object: "interaction",
		model: "scripted",
		status: "in_progress",
	});
	const { interaction: done } = events[5];
	assert.equal(done.status, "completed");
	assert.ok(done.usage.total_tokens > 0);
	const replayed = await house.ask(
		"GET",
		`/interactions/${begun.id}?stream=true`,
	);
	assert.deepEqual(eventsIn(replayed), events);
	const rest = await house.ask(
		"GET",
		`/interactions/${begun.id}?stream=true&last_event_id=e4`,
	);
	assert.deepEqual(eventsIn(rest), events.slice(4));

	const said = await house.create({
		model: "talker",
		input: "a",
		stream: true,
	});
	assert.deepEqual(
		eventsIn(said)
			.filter(({ delta }) => delta)
			.map(({ delta }) => delta.text),
		["Hel", "lo."],
	);
	const unstored = await house.create({
		model: "scripted",
		input: "a",
		stream: true,
		store: false,
	});
	assert.equal(eventsIn(unstored).length, 7);
});

test("what is asked in the background goes on by itself, is read when it is done, and can be canceled", async (t) => {
	const house = await openHouse(t);
	const release = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: release.promise });
	const begin = async () =>
		(
			await house.create({
				model: "scripted",
				input: "a fox",
				background: true,
			})
		).body;
	const [one, two] = [await begin(), await begin()];
	assert.equal(one.status, "in_progress");
	assert.deepEqual(one.steps, []);
	await waitUntil(() => house.provider.calls.length === 2);
	const canceled = await house.ask("POST", `/interactions/${two.id}/cancel`);
	assert.equal(canceled.status, 200);
	release.resolve();
	const ended = await waitUntil(async () => {
		const { body } = await house.ask("GET", `/interactions/${one.id}`);
		return body.status !== "in_progress" && body;
	});
	assert.equal(ended.status, "completed");
	assert.equal(ended.steps[1].content.at(-1).type, "image");
	await waitUntil(async () => {
		const { body } = await house.ask("GET", `/interactions/${two.id}`);
		return body.status === "cancelled";
	});
	const late = await house.ask("POST", `/interactions/${one.id}/cancel`, {});
	assert.equal(late.body.status, "completed", "it had ended");
	const words = await house.create({
		model: "talker",
		input: "a",
		background: true,
	});
	await waitUntil(async () => {
		const { body } = await house.ask("GET", `/interactions/${words.body.id}`);
		return body.steps[0]?.content[0].text === "Hello.";
	});
	const unstored = await house.create({
		model: "talker",
		input: "a",
		background: true,
		store: false,
	});
	assert.equal(unstored.status, 400);
});

test("an interaction that was deleted is gone, and so is another team's; those after it go on", async (t) => {
	const house = await openHouse(t);
	const first = await house.create({ model: "scripted", input: "a fox" });
	const second = await house.create({
		model: "scripted",
		input: "bluer",
		previous_interaction_id: first.body.id,
	});
	const path = `/interactions/${first.body.id}`;
	const other = { "x-goog-api-key": (await house.team()).apiKey };
	for (const answer of [
		await house.ask("GET", path, undefined, other),
		await house.ask("DELETE", path, {}, other),
		await house.ask("POST", `${path}/cancel`, {}, other),
		await house.create(
			{
				model: "scripted",
				input: "x",
				previous_interaction_id: first.body.id,
			},
			other,
		),
		await house.ask("GET", "/interactions/v1_int1?stream=false"),
	]) {
		assert.equal(answer.status, 404, answer.text);
		assert.equal(answer.body.error.code, "not_found");
	}
	const deleted = await house.ask("DELETE", path);
	assert.deepEqual([deleted.status, deleted.body], [200, {}]);
	assert.equal((await house.ask("GET", path)).status, 404);
	const third = await house.create({
		model: "scripted",
		input: "and smaller",
		previous_interaction_id: second.body.id,
	});
	assert.equal(third.status, 200);
	const { images } = await house.app.engine.listImages(house.own.principal, {
		page: 1,
		limit: 10,
	});
	assert.equal(images.length, 3, "pictures stay in the library");
});

test("a request that is sent again under its Idempotency-Key is answered once, in whatever way it asks", async (t) => {
	const house = await openHouse(t);
	const headers = { "idempotency-key": "once" };
	const payload = { model: "scripted", input: "a fox" };
	const answers = await Promise.all(
		[1, 2, 3].map(() => house.create(payload, headers)),
	);
	const [{ body }] = answers as [Answer];
	for (const answer of answers) {
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(answer.body, body);
	}
	assert.equal(house.provider.calls.length, 1);
	const other = await house.create({ ...payload, input: "else" }, headers);
	assert.equal(other.status, 400, "a client must not try again by itself");
	assert.equal(other.body.error.code, "conflict");
	assert.equal(await house.balance(), 999);
});

test("what would fail again, or be paid twice, is told with a status after which no client asks again by itself", async (t) => {
	const house = await openHouse(t, {
		environment: { GESSO_SYNC_WAIT_SECONDS: "1" },
	});
	const isRepeated = (status: number) =>
		[408, 409, 429].includes(status) || status >= 500;
	const failing = async (error: Error, payload: object = {}) => {
		house.provider.script = () => ({ kind: "fail", error });
		return await house.create({ model: "scripted", input: "a", ...payload });
	};
	const blocked = await failing(
		new ProviderError("content_blocked", "secret", { publicMessage: "No." }),
	);
	assert.deepEqual(
		[blocked.status, blocked.body.error.code],
		[400, "safety_blocked"],
	);
	const broken = await failing(new ProviderError("auth", "secret"));
	assert.equal(isRepeated(broken.status), false);
	assert.equal(await house.balance(), 1_000);
	const wrong: [object, RegExp][] = [
		[{ model: undefined }, /model/],
		[{ agent: "deep-research", model: undefined }, /agents/],
		[{ input: [] }, /input/],
		[{ input: undefined }, /input/],
		[{ input: [{ type: "audio", data: "x" }] }, /audio/],
		[{ input: [{ type: "image" }] }, /image without/],
		[{ input: [{ type: "image", data: "bm8=" }] }, /cannot be used|image/],
		[
			{ response_format: { type: "image", aspect_ratio: "7:5" } },
			/response_format\.aspect_ratio/,
		],
		[{ previous_interaction_id: "x" }, /interaction/],
	];
	for (const [changes, words] of wrong) {
		const answer = await house.create({
			model: "scripted",
			input: "a",
			...changes,
		});
		assert.ok(answer.status === 400 || answer.status === 404, answer.text);
		assert.equal(typeof answer.body.error.code, "string");
		assert.match(answer.body.error.message, words);
	}
	const keyless = await house.ask(
		"POST",
		"/interactions",
		{},
		{ "x-goog-api-key": "wrong" },
	);
	assert.equal(keyless.status, 401);
	// One that takes longer than a caller may wait is there to be read later.
	const release = Promise.withResolvers<void>();
	house.provider.script = () => ({ kind: "wait", until: release.promise });
	const late = await house.create({ model: "scripted", input: "slow" });
	assert.equal(late.status, 200, late.text);
	assert.equal(late.body.status, "in_progress");
	release.resolve();
	await waitUntil(async () => {
		const { body } = await house.ask("GET", `/interactions/${late.body.id}`);
		return body.status === "completed";
	});
	const { queries } = house.app.database;
	const rows = await queries
		.selectFrom("interactions")
		.select(["status", "generation_id"])
		.where("generation_id", "is", null)
		.execute();
	assert.deepEqual(rows, [], "of what was refused nothing is kept");
});

test("a stream that breaks off says why, and the interaction says it too", async (t) => {
	const house = await openHouse(t);
	house.talker.say = async function* () {
		yield { kind: "text", text: "Hel" };
		throw new ProviderError("unavailable", "secret words");
	};
	const answer = await house.create({
		model: "talker",
		input: "a",
		stream: true,
	});
	assert.equal(answer.status, 200);
	const events = eventsIn(answer);
	assert.equal(events.at(-1).event_type, "error");
	assert.equal(typeof events.at(-1).error.code, "string");
	assert.doesNotMatch(answer.text, /secret words/);
	const { body } = await house.ask(
		"GET",
		`/interactions/${events[0].interaction.id}`,
	);
	assert.equal(body.status, "failed");
	assert.deepEqual(body.error, events.at(-1).error);
});

test("contents are not cached, and that is told", async (t) => {
	const house = await openHouse(t);
	const made = await house.ask("POST", "/cachedContents", {
		model: "models/scripted",
		ttl: "300s",
		contents: [{ parts: [{ text: "hello" }], role: "user" }],
	});
	assert.equal(made.status, 501);
	assert.equal(made.body.error.status, "UNIMPLEMENTED");
	const list = await house.ask("GET", "/cachedContents");
	assert.deepEqual(list.body, { cachedContents: [] });
	assert.equal((await house.ask("GET", "/cachedContents/abc")).status, 404);
});
