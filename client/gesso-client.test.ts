/** The client against a real server: everything that it asks is in the API, and everything that it gives is what the server has. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openServedApp } from "../server/testing/served-app.ts";
import type { Batch } from "./batch.ts";
import { GessoClient } from "./gesso-client.ts";
import { GessoError } from "./gesso-error.ts";

async function openHouse(t: TestContext) {
	const house = await openServedApp(t);
	const { apiKey } = await house.team(100);
	return { ...house, client: new GessoClient({ url: house.url, apiKey }) };
}

const TABLE = "SKU,Title\n1,a lake\n2,a forest\n";

function tableOf(text: string) {
	return { fileName: "places.csv", bytes: new Blob([text]) };
}

async function bytesOf(body: ReadableStream<Uint8Array>): Promise<Buffer> {
	return Buffer.from(await new Response(body).arrayBuffer());
}

test("a table is priced, taken in, sampled, drawn, followed to its end, and taken home", async (t) => {
	const { client } = await openHouse(t);
	const { batches } = client;
	const batch = {
		table: tableOf(TABLE),
		prompt: "{{Title}} {% if SKU == '2' %}painter-fail{% endif %}",
		keyColumn: "SKU",
		photoColumns: ["Title"],
		resolution: "low",
		maxPhotos: 0,
		auto: false,
	};
	const preview = await batches.preview(batch);
	assert.equal(preview.rowCount, 2);
	assert.equal(preview.estimate?.credits, 2);
	assert.deepEqual((await batches.list()).batches, []);

	const { id, name } = await batches.create(batch);
	assert.equal(name, "places");
	assert.deepEqual(
		(await batches.list({ limit: 1 })).batches.map((each) => each.id),
		[id],
	);
	const { strategies } = await batches.estimate(id);
	assert.equal(strategies[0]?.credits, 2);
	await batches.sample(id, ["1"]);
	const untilEnd = async () => {
		let last: Batch | undefined;
		for await (const batch of batches.follow(id)) last = batch;
		return last;
	};
	assert.equal((await untilEnd())?.counts.drawn, 1);
	await batches.start(id);
	assert.equal((await untilEnd())?.counts.failed, 1);
	await batches.retry(id);
	assert.equal((await untilEnd())?.status, "completed");

	const page = await batches.rows(id, { limit: 1 });
	const [drawn] = page.rows;
	assert.equal(drawn?.status, "drawn");
	const rest = await batches.rows(id, { after: page.next ?? undefined });
	assert.match(rest.rows[0]?.error?.message ?? "", /painter-fail/);
	assert.deepEqual(
		(await batches.rows(id, { statuses: ["failed"] })).rows,
		rest.rows,
	);
	const picture = await client.images.download(drawn?.images[0]?.id ?? "");
	assert.equal(picture.mediaType, "image/png");
	assert.equal((await bytesOf(picture.body)).length, picture.sizeBytes);
	const results = await bytesOf((await batches.results(id)).body);
	assert.match(results.toString(), /^SKU,Title,gesso_key,/);
	for (const act of [batches.cancel, batches.draw, batches.resume])
		await assert.rejects(act.call(batches, id), { code: "conflict" });
});

test("pictures are priced, drawn under an idempotencyKey, waited for, and downloaded", async (t) => {
	const { client } = await openHouse(t);
	const ask = { prompt: "a lake", resolution: "low", sampleCount: 2, seed: 7 };
	const quote = await client.generations.quote(ask);
	assert.equal(quote.price.credits, 2);
	const call = { idempotencyKey: "the same" };
	const { id } = await client.generations.create(ask, call);
	const generation = await client.generations.generate(ask, call);
	assert.equal(generation.id, id);
	assert.equal(generation.status, "completed");
	assert.deepEqual(
		generation.data?.map(({ seed }) => seed),
		[7, 8],
	);
	assert.equal((await client.usage()).credits.balance, 98);
	const image = generation.data?.[0]?.id ?? "";
	const original = await client.images.download(image);
	assert.match(original.fileName ?? "", /\.png$/);
	const webp = await client.images.download(image, "webp");
	assert.equal(webp.mediaType, "image/webp");
	await bytesOf(original.body);
	await bytesOf(webp.body);
});

test("whatever the client asks for, the server's OpenAPI document has it", async (t) => {
	const { client, url, received } = await openHouse(t);
	const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
		paths: Record<string, Record<string, unknown>>;
	};
	const id = "catalogue_01m7y6awe79a4yxsbnae7g1j63";
	const { batches, generations, images, models } = client;
	const table = tableOf(TABLE);
	const first = received.length;
	await Promise.allSettled([
		batches.create({ table }),
		batches.preview({ table }),
		batches.list(),
		batches.get(id),
		batches.estimate(id),
		batches.start(id),
		batches.sample(id, ["1"]),
		batches.draw(id),
		batches.retry(id),
		batches.resume(id),
		batches.cancel(id),
		batches.rows(id),
		batches.follow(id).next(),
		batches.results(id),
		generations.quote({ prompt: "" }),
		generations.create({ prompt: "" }),
		generations.get(id),
		images.download(id),
		models.list(),
		models.get("painter"),
		client.usage(),
	]);
	const asked = received.slice(first);
	assert.equal(asked.length, 21);
	const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
		Object.keys(methods).map((method) => ({
			method: method.toUpperCase(),
			pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
		})),
	);
	const unknown = asked.filter((line) => {
		const [method = "", address = ""] = line.split(" ");
		const [path = ""] = address.split("?");
		return !operations.some(
			(each) => each.method === method && each.pattern.test(path),
		);
	});
	assert.deepEqual(unknown, []);
});

test("models are listed, and read by any of their names", async (t) => {
	const { client } = await openHouse(t);
	const ready = await client.models.list({ ready: true });
	const [painter] = ready.filter(({ isDefault }) => isDefault);
	assert.equal(painter?.id, "painter");
	assert.ok((await client.models.list()).length > ready.length);
	const retired = await client.models.get("gemini-2.5-flash-image");
	assert.notEqual(retired.answeredBy, null);
});

test("a refusal has its status, its code, its field and the request's id; another server's words are told apart", async (t) => {
	const { client, url } = await openHouse(t);
	const refused = await client.generations
		.create({ prompt: "a lake", sampleCount: 0 })
		.catch((error: unknown) => error);
	assert.ok(refused instanceof GessoError);
	assert.equal(refused.status, 400);
	assert.equal(refused.code, "invalid_request");
	assert.equal(refused.field, "sampleCount");
	assert.match(refused.allowed ?? "", /at least 1/);
	assert.ok(refused.requestId);
	const stranger = new GessoClient({ url, apiKey: "sk-img-nobody" });
	await assert.rejects(stranger.usage(), {
		status: 401,
		code: "unauthenticated",
	});
	const page = new GessoClient({
		url,
		apiKey: "any",
		fetch: async () => new Response("<html></html>", { status: 200 }),
	});
	await assert.rejects(page.usage(), { code: "unexpected_answer" });
});
