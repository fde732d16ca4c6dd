/** The guide that this dialect was made from (S3), line by line as somebody types it into a terminal, with curl. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { ProviderError } from "../../../providers/provider.ts";
import { openServedApp } from "../../../testing/served-app.ts";
import { download, factsOf, openScripted } from "./judged-contract.ts";

/** An answer is looked into field by field, and a wrong guess fails the test. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
type Body = any;

const JSON_TYPE = "Content-Type: application/json";

/** @param more what stands in the guide after the address. @returns status and body. */
async function curl(
	address: string,
	...more: readonly string[]
): Promise<{ status: number; body: Body }> {
	const format = ["--silent", "--show-error", "--write-out", "\n%{http_code}"];
	const { stdout } = await promisify(execFile)(
		"curl",
		[...format, ...more, address],
		{ maxBuffer: 50_000_000 },
	);
	const end = stdout.lastIndexOf("\n");
	return {
		status: Number(stdout.slice(end)),
		body: JSON.parse(stdout.slice(0, end)),
	};
}

const post = (body: string, ...headers: readonly string[]) => [
	...["-X", "POST"],
	...headers.flatMap((header) => ["-H", header]),
	...["-d", body],
];

/** @returns its URL; `null`, having marked the test as skipped, where there is no curl. */
async function openHouse(t: TestContext): Promise<string | null> {
	try {
		await promisify(execFile)("curl", ["--version"]);
	} catch (error) {
		// Nobody would notice a skipped test there.
		if (process.env.CI !== undefined) throw error;
		t.skip("There is no curl on this machine. On Debian: apt-get install curl");
		return null;
	}
	const environment = { IMAGE_GENERATION_ENABLED: "true" };
	return (await openServedApp(t, { environment })).url;
}

async function bearerOf(url: string): Promise<string> {
	const { body } = await curl(
		`${url}/auth/guest-login`,
		...post("{}", JSON_TYPE),
	);
	return `Authorization: Bearer ${body.access_token}`;
}

test("S3-2 to S3-9, S3-11 to S3-19, S3-k: the guide's nine requests do what it says", async (t) => {
	const url = await openHouse(t);
	if (url === null) return;

	const login = await curl(`${url}/auth/guest-login`, ...post("{}", JSON_TYPE));
	assert.match(login.body.access_token, /^eyJhbGciOiJSUzI1NiIs/);
	assert.match(login.body.user_id, /^guest-/);
	const bearer = `Authorization: Bearer ${login.body.access_token}`;

	const models = await curl(`${url}/v1/models`, "-H", bearer);
	assert.equal(models.status, 200);
	const model = models.body.data[0].id;

	const begun = await curl(
		`${url}/v1/conversations`,
		...post(
			'{\n    "title": "Image Generation Test Conversation"\n  }',
			bearer,
			JSON_TYPE,
		),
	);
	assert.match(begun.body.id, /^conv_[0-9a-z]+$/);
	assert.equal(begun.body.title, "Image Generation Test Conversation");
	assert.match(begun.body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	const conversation = begun.body.id;

	const chat = await curl(
		`${url}/v1/chat/completions`,
		...post(
			`{
    "model": "${model}",
    "messages": [
      {"role": "user", "content": "Hello! I want to generate some images today."}
    ],
    "conversation": {"id": "${conversation}"},
    "stream": false,
    "max_tokens": 100
  }`,
			bearer,
			JSON_TYPE,
		),
	);
	assert.equal(chat.status, 200, JSON.stringify(chat.body));
	assert.equal(chat.body.choices[0].message.role, "assistant");
	assert.equal(typeof chat.body.choices[0].message.content, "string");

	const drawn = await curl(
		`${url}/v1/images/generations`,
		...post(
			`{
    "prompt": "A serene mountain landscape at sunset with vibrant orange and purple sky, photorealistic",
    "n": 1,
    "size": "1024x1024",
    "response_format": "url",
    "conversation_id": "${conversation}",
    "store": true
  }`,
			bearer,
			JSON_TYPE,
		),
	);
	assert.equal(drawn.status, 200, JSON.stringify(drawn.body));
	assert.ok(Number.isInteger(drawn.body.created));
	const [picture, ...others] = drawn.body.data;
	assert.equal(others.length, 0);
	assert.match(picture.id, /^jan_[0-9a-z]+$/);
	assert.match(picture.url, new RegExp(`/images/${picture.id}\\.png\\?.*sig=`));
	assert.equal(await factsOf(await download(picture.url)), "png 1024x1024");

	const alone = await curl(
		`${url}/v1/images/generations`,
		...post(
			`{
    "prompt": "A cute robot holding a coffee cup, digital art style",
    "n": 1,
    "size": "512x512",
    "response_format": "url"
  }`,
			bearer,
			JSON_TYPE,
		),
	);
	const robot = await download(alone.body.data[0].url);
	assert.equal(await factsOf(robot), "png 512x512");

	const where = `${url}/v1/conversations/${conversation}`;
	const items = await curl(`${where}/items`, "-H", bearer);
	assert.deepEqual(
		items.body.data.map(({ type, role }: Body) => `${type} ${role}`),
		[
			"image_generation_call assistant",
			"message user",
			"message assistant",
			"message user",
		],
	);
	const details = await curl(where, "-H", bearer);
	assert.equal(details.body.title, "Image Generation Test Conversation");
	const gone = await curl(where, "-X", "DELETE", "-H", bearer);
	assert.equal(gone.body.deleted, true);
	assert.equal((await curl(where, "-H", bearer)).status, 404);
});

test("S3-20 to S3-27: each parameter of the guide's table may be left out, but for the prompt", async (t) => {
	const url = await openHouse(t);
	if (url === null) return;
	const bearer = await bearerOf(url);
	const ask = (body: object, path = "generations") =>
		curl(
			`${url}/v1/images/${path}`,
			...post(JSON.stringify(body), bearer, JSON_TYPE),
		);
	const prompt = "Paint a night sky";
	const plain = await ask({ prompt });
	assert.equal(plain.body.data.length, 1);
	assert.equal(plain.body.size, "1024x1024");
	assert.ok(plain.body.data[0].url);
	const wide = await ask({ prompt, model: "painter", size: "1792x1024" });
	const shown = await download(wide.body.data[0].url);
	assert.equal(await factsOf(shown), "png 1792x1024");
	const bytes = await ask({
		prompt,
		size: "512x512",
		response_format: "b64_json",
	});
	assert.equal(await factsOf(bytes.body.data[0].b64_json), "png 512x512");
	assert.equal(bytes.body.data[0].url, undefined);
	const edited = await ask(
		{
			prompt: "Paint it red",
			image: { id: plain.body.data[0].id },
			size: "512x512",
		},
		"edits",
	);
	assert.equal(edited.status, 200, JSON.stringify(edited.body));
	assert.equal(await factsOf(edited.body.data[0].b64_json), "png 512x512");
});

test("S3-28 to S3-32: each status of the guide's table means what it says", async (t) => {
	const url = await openHouse(t);
	if (url === null) return;
	const bearer = await bearerOf(url);
	const draw = async (
		address: string,
		body: string,
		authorization = bearer,
	): Promise<number> => {
		const path = `${address}/v1/images/generations`;
		const headers = [authorization, JSON_TYPE];
		return (await curl(path, ...post(body, ...headers))).status;
	};
	assert.equal(await draw(url, '{"n": 1}'), 400);
	assert.equal(await draw(url, '{"prompt": "a", "size": "huge"}'), 400);
	assert.equal(await draw(url, '{"prompt": "a"}', "X-Nobody: 1"), 401);
	assert.equal(await draw(url, '{"prompt": "a"}', `${bearer}x`), 401);
	const failing = await openScripted(t);
	failing.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("unavailable", "no", { mayBePaid: true }),
	});
	const team = `Authorization: Bearer ${failing.customer.apiKey}`;
	assert.equal(await draw(failing.url, '{"prompt": "a"}', team), 500);
	for (const [environment, status] of [
		[{ PAINTER_ENABLED: "false" }, 404],
		[{ IMAGE_GENERATION_ENABLED: "false" }, 501],
	] as const) {
		const other = (await openServedApp(t, { environment })).url;
		const token = await bearerOf(other);
		assert.equal(await draw(other, '{"prompt": "a"}', token), status);
	}
});
