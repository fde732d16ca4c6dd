/** Whatever a vendor does, an adapter is given what it said, or one ProviderError that tells what it means. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Lifted } from "../../net/lifted-json.ts";
import { createOutboundFetch } from "../../net/outbound-guard.ts";
import { createVendorHttp } from "../../net/vendor-http.ts";
import {
	bytesOf,
	inputImageOf,
	openCallContext,
	type TestCallContext,
} from "../../testing/test-call.ts";
import {
	openVendorStub,
	type VendorReply,
	type VendorStub,
} from "../../testing/vendor-stub.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { type KeptFile, ProviderError } from "../provider.ts";
import { base64Of, jsonBody } from "./bodies.ts";
import { Vendor, type VendorCall, type VendorOptions } from "./vendor.ts";

const PICTURE = Buffer.from("\x89PNG and much more ".repeat(5_000), "latin1");
const BASE64 = PICTURE.toString("base64");
const ANSWER = JSON.stringify({ n: 1, picture: BASE64 });
const SECRET = "0123-very-secret";
const isPicture = (path: readonly (string | number)[]) =>
	path.at(-1) === "picture";

interface Stage {
	readonly stub: VendorStub;
	readonly vendor: Vendor;
	readonly context: TestCallContext;
	readonly leaving: AbortController;
	/** Replies one after the other; the last one goes on. */
	replies(...replies: readonly VendorReply[]): void;
	json(call?: Partial<VendorCall>): ReturnType<Vendor["json"]>;
	call(changes?: Partial<VendorCall>): VendorCall;
}

async function openStage(
	t: TestContext,
	options: Partial<VendorOptions> = {},
): Promise<Stage> {
	const stub = await openVendorStub(t);
	const http = createVendorHttp({ pauseTimeoutMs: 200 });
	t.after(() => http.close());
	const leaving = new AbortController();
	const context = await openCallContext(t, leaving.signal);
	const vendor = new Vendor({
		name: "acme",
		http,
		fetchGuarded: createOutboundFetch({ allowedHosts: [stub.host] }),
		headers: { authorization: `Bearer ${SECRET}` },
		clock: () => Date.parse("2030-01-01T00:00:00Z"),
		random: () => 0,
		firstDelayMs: 2,
		...options,
	});
	const call = (changes: Partial<VendorCall> = {}) => ({
		url: `${stub.url}/v1/things?key=${SECRET}`,
		...changes,
	});
	return {
		stub,
		vendor,
		context,
		leaving,
		call,
		json: (changes) => vendor.json(call(changes), context, isPicture),
		replies: (...replies) => {
			stub.script = (_request, index) =>
				replies[Math.min(index, replies.length - 1)] ?? {};
		},
	};
}

async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
	const error: unknown = await work.then(
		() => assert.fail("it went well"),
		(thrown: unknown) => thrown,
	);
	assert.ok(error instanceof ProviderError, String(error));
	for (const text of [error.message, error.publicMessage])
		assert.ok(!text.includes(SECRET), `the secret stands in: ${text}`);
	return error;
}

function pictureIn(value: unknown): Buffer {
	const { picture } = value as { picture: unknown };
	assert.ok(picture instanceof Lifted);
	return bytesOf(picture.kept as KeptFile);
}

const paid: Partial<VendorCall> = { body: jsonBody({ prompt: "a fox" }) };

test("an answer has its picture lifted out, whatever its type says and however it is packed", async (t) => {
	const stage = await openStage(t);
	const replies: VendorReply[] = [
		{ body: ANSWER },
		{ body: ANSWER, headers: { "content-type": "text/plain" } },
		{
			body: gzipSync(ANSWER),
			headers: { "content-encoding": "gzip" },
		},
	];
	for (const reply of replies) {
		stage.replies(reply);
		const { value, lifted } = await stage.json(paid);
		assert.deepEqual(pictureIn(value), PICTURE);
		assert.equal(lifted.length, 1);
	}
	const [first] = stage.stub.received;
	assert.equal(first?.method, "POST");
	assert.equal(first.headers.authorization, `Bearer ${SECRET}`);
});

test("what costs nothing is asked three times, and then is a failure", async (t) => {
	const stage = await openStage(t);
	stage.replies({ status: 503 });
	const error = await failureOf(stage.json());
	assert.equal(error.kind, "unavailable");
	assert.equal(stage.stub.received.length, 3);
});

test("what costs nothing is asked again when it breaks, is silent, or is no JSON, with its body whole each time", async (t) => {
	for (const broken of [
		{ breakAfterBytes: 0 },
		{ body: ANSWER, breakAfterBytes: 9_000 },
		{ body: ANSWER, hangAfterBytes: 9_000 },
		{ body: "<html>" },
		{ status: 429, headers: { "retry-after-ms": "5" } },
	]) {
		const stage = await openStage(t);
		stage.replies(broken, { body: ANSWER });
		const body = jsonBody({ image: base64Of(inputImageOf(PICTURE)) });
		const { value } = await stage.json({ body, isPaid: false });
		assert.deepEqual(pictureIn(value), PICTURE);
		assert.deepEqual(
			stage.stub.received.map(({ body }) => JSON.parse(body.toString())),
			[{ image: BASE64 }, { image: BASE64 }],
		);
	}
});

test("what may cost money is asked once, whatever comes of it", async (t) => {
	for (const broken of [
		{ status: 503 },
		{ status: 429, headers: { "retry-after-ms": "5" } },
		{ breakAfterBytes: 0 },
		{ body: "<html>" },
	])
		for (const call of [paid, { method: "POST" }, { isPaid: true }] as const) {
			const stage = await openStage(t);
			stage.replies(broken, { body: ANSWER });
			await failureOf(stage.json(call));
			assert.equal(stage.stub.received.length, 1);
		}
});

test("what no repetition helps is asked once, and so is what the vendor wants long pauses for", async (t) => {
	for (const reply of [
		{ status: 400 },
		{ status: 401 },
		{ status: 402 },
		{ status: 404 },
		{ status: 429, headers: { "retry-after": "11" } },
	]) {
		const stage = await openStage(t);
		stage.replies(reply);
		await failureOf(stage.json());
		await failureOf(stage.vendor.answer(stage.call(), stage.context.signal));
		assert.equal(stage.stub.received.length, 2);
	}
});

test("it may be paid for when the vendor could have drawn, and not when it says no or has no request", async (t) => {
	const half = { body: ANSWER, breakAfterBytes: 9_000 };
	const cases: [string, VendorReply, boolean][] = [
		["no head", { breakAfterBytes: 0 }, true],
		["half an answer", half, true],
		["silence", { body: ANSWER, hangAfterBytes: 9_000 }, true],
		["half an answer that ends well", { body: ANSWER.slice(0, 9_000) }, true],
		["no JSON", { body: "<html>" }, true],
		["nothing", { body: "" }, true],
		["no base64", { body: `{"picture":"${"!".repeat(99)}"}` }, true],
		["no gzip", { body: "x", headers: { "content-encoding": "gzip" } }, true],
		["a redirect", { status: 302, headers: { location: "/v2" } }, false],
		["a refusal", { status: 400 }, false],
		["a refusal that breaks off", { ...half, status: 400 }, false],
		["a failure", { status: 500 }, false],
		["a gateway's", { status: 504 }, false],
	];
	for (const [what, reply, mayBePaid] of cases) {
		const stage = await openStage(t);
		stage.replies(reply);
		assert.equal(
			(await failureOf(stage.json(paid))).mayBePaid,
			mayBePaid,
			what,
		);
		if (reply.hangAfterBytes !== undefined) continue;
		const free = await failureOf(stage.json({ method: "PUT" }));
		assert.equal(free.mayBePaid, false, what);
	}
	const stage = await openStage(t);
	const failing = {
		...jsonBody({}),
		open: () => {
			throw new Error("the disk is gone");
		},
	};
	const unsent = await failureOf(stage.json({ body: failing }));
	assert.equal(unsent.mayBePaid, false);
	assert.match(unsent.message, /the disk is gone/);
	stage.stub.server.closeAllConnections();
	stage.stub.server.close();
	assert.equal((await failureOf(stage.json(paid))).mayBePaid, false);
});

test("an adapter reads the vendor's own words, and they come before the status", async (t) => {
	const seen: [number, unknown][] = [];
	const stage = await openStage(t, {
		faultOf: (status, body) => {
			seen.push([status, body]);
			return { kind: "content_blocked", retryAfterMs: 1_500 };
		},
	});
	stage.replies({ status: 400, body: '{"error":{"code":"moderated"}}' });
	const error = await failureOf(stage.json(paid));
	assert.equal(error.kind, "content_blocked");
	assert.equal(error.retryAfterMs, 1_500);
	assert.match(
		error.message,
		/^acme, POST \/v1\/things, answered 400: .*moderated/,
	);
	stage.replies({ status: 400, body: "<html>" });
	await failureOf(stage.json(paid));
	assert.deepEqual(seen, [
		[400, { error: { code: "moderated" } }],
		[400, undefined],
	]);
});

test("what an adapter does not understand means what the status says", async (t) => {
	for (const faultOf of [
		() => undefined,
		() => ({}),
		(_status: number, body: unknown) => {
			throw new TypeError(`cannot read ${body}`);
		},
	]) {
		const stage = await openStage(t, { faultOf });
		stage.replies({
			status: 429,
			headers: { "retry-after": "Tue, 01 Jan 2030 00:00:30 GMT" },
		});
		const error = await failureOf(stage.json(paid));
		assert.equal(error.kind, "rate_limited");
		assert.equal(error.retryAfterMs, 30_000);
	}
});

test("a refusal is quoted as far as it is worth, without what we are known by", async (t) => {
	const stage = await openStage(t);
	stage.replies({
		status: 500,
		body: `${BASE64} no ${SECRET} ${"and so on ".repeat(20_000)}`,
	});
	const { message } = await failureOf(stage.json(paid));
	assert.match(message, /answered 500: \[\.\.\.\] no \[\.\.\.\] and so on/);
	assert.ok(message.length < 700);
	stage.replies({
		status: 308,
		headers: { location: "https://acme.example/" },
	});
	const redirect = await failureOf(stage.json(paid));
	assert.match(redirect.message, /308: see https:\/\/acme\.example\//);
	stage.replies({ headers: { "content-type": "text/html" }, body: "<html>" });
	const page = await failureOf(stage.json(paid));
	assert.match(page.message, /answered 200 text\/html: The answer is not JSON/);
});

test("who leaves is let go with the reason: before, while waiting, in a picture, between tries", async (t) => {
	const reason = new Error("the caller left");
	for (const reply of [
		{ body: ANSWER, hangAfterBytes: 0 },
		{ body: ANSWER, hangAfterBytes: 50_000 },
		{ status: 400, body: "slowly", hangAfterBytes: 2 },
		{ status: 429, headers: { "retry-after": "9" } },
	]) {
		const stage = await openStage(t);
		stage.replies(reply);
		const asking = stage.json({ isPaid: false });
		await waitUntil(() => stage.stub.received.length > 0);
		setTimeout(() => stage.leaving.abort(reason), 20);
		await assert.rejects(asking, reason);
		await assert.rejects(stage.json(), reason);
		assert.equal(stage.stub.received.length, 1);
	}
});

test("events come one by one with their pictures, and a break between them may be paid for", async (t) => {
	const stage = await openStage(t);
	const stream = `data: {"n":1}\n\ndata: ${ANSWER}\n\ndata: [DONE]\n\n`;
	stage.replies({ body: stream }, { body: stream, breakAfterBytes: 60_000 });
	const read = async () => {
		const values: unknown[] = [];
		const events = stage.vendor.events(
			stage.call(paid),
			stage.context,
			isPicture,
		);
		try {
			for await (const value of events) values.push(value);
			return { values, error: undefined };
		} catch (error) {
			return { values, error };
		}
	};
	const whole = await read();
	assert.equal(whole.error, undefined);
	assert.deepEqual(whole.values[0], { n: 1 });
	assert.deepEqual(pictureIn(whole.values[1]), PICTURE);
	assert.equal(whole.values.length, 2);
	const broken = await read();
	assert.deepEqual(broken.values, [{ n: 1 }]);
	assert.ok(broken.error instanceof ProviderError);
	assert.equal(broken.error.kind, "unavailable");
	assert.equal(broken.error.mayBePaid, true);
	assert.equal(stage.stub.received.length, 2);
});

test("a vendor that answers with JSON where events were asked for is understood", async (t) => {
	const stage = await openStage(t);
	stage.replies({ body: ANSWER });
	const values: unknown[] = [];
	const events = stage.vendor.events(
		stage.call(paid),
		stage.context,
		isPicture,
	);
	for await (const value of events) values.push(value);
	assert.equal(values.length, 1);
	assert.deepEqual(pictureIn(values[0]), PICTURE);
});

test("who has seen enough events lets the vendor go", async (t) => {
	const stage = await openStage(t);
	stage.replies({ body: 'data: {"n":1}\n\n:', hangAfterBytes: 16 });
	for await (const value of stage.vendor.events(
		stage.call(paid),
		stage.context,
	)) {
		assert.deepEqual(value, { n: 1 });
		break;
	}
	await waitUntil(() => stage.stub.left === 1);
});

test("what the vendor names by URL is kept as it is, without what we are known by", async (t) => {
	const stage = await openStage(t);
	stage.replies({ body: PICTURE, headers: { "content-type": "image/png" } });
	const file = await stage.vendor.download(
		`${stage.stub.url}/a`,
		stage.context,
	);
	assert.deepEqual(bytesOf(file), PICTURE);
	assert.equal(stage.stub.received[0]?.headers.authorization, undefined);
});

test("a download that breaks is tried again, since it costs nothing and what is drawn is paid for", async (t) => {
	const stage = await openStage(t);
	const url = `${stage.stub.url}/a`;
	stage.replies(
		{ body: PICTURE, breakAfterBytes: 500 },
		{ status: 404 },
		{ body: PICTURE },
	);
	const file = await stage.vendor.download(url, stage.context);
	assert.deepEqual(bytesOf(file), PICTURE);
	assert.equal(stage.context.kept.length, 1);
	stage.replies({ status: 500 });
	const error = await failureOf(stage.vendor.download(url, stage.context));
	assert.equal(error.kind, "unavailable");
	assert.equal(error.mayBePaid, true);
	assert.equal(error.isRetryable, false);
	assert.equal(stage.stub.received.length, 6);
});

test("a vendor that names a place inside our network is unavailable, and nothing is fetched", async (t) => {
	const stage = await openStage(t, {
		fetchGuarded: createOutboundFetch({ allowedHosts: [] }),
	});
	for (const url of [
		`${stage.stub.url}/metadata`,
		"http://169.254.169.254/latest/meta-data",
		"file:///etc/passwd",
		"no url",
	]) {
		const error = await failureOf(stage.vendor.download(url, stage.context));
		assert.equal(error.kind, "unavailable");
		assert.equal(error.mayBePaid, true);
		assert.ok(!error.message.includes("169.254"), error.message);
	}
	assert.deepEqual(stage.stub.received, []);
});

test("who leaves during a download is let go with the reason", async (t) => {
	const stage = await openStage(t);
	stage.replies({ body: PICTURE, hangAfterBytes: 500 });
	const reason = new Error("the caller left");
	const url = `${stage.stub.url}/a`;
	const downloading = stage.vendor.download(url, stage.context);
	await waitUntil(() => stage.stub.received.length > 0);
	stage.leaving.abort(reason);
	await assert.rejects(downloading, reason);
	assert.equal(stage.stub.received.length, 1);
});

test("what cannot be kept is a failure that was paid for, and the vendor is let go", async (t) => {
	const stage = await openStage(t);
	stage.replies({ body: ANSWER, hangAfterBytes: 50_000 });
	const context = {
		...stage.context,
		keepFile: async () => {
			throw new Error("no space left on the disk");
		},
	};
	const url = `${stage.stub.url}/a`;
	const { signal } = context;
	for (const [index, work] of [
		() => stage.vendor.json(stage.call(paid), context, isPicture),
		() => stage.vendor.download(url, context),
		() =>
			stage.vendor.keep(
				async () => (await stage.vendor.answer({ url }, signal)).body,
				context,
			),
	].entries()) {
		const error = await failureOf(work());
		assert.equal(error.kind, "unavailable");
		assert.equal(error.mayBePaid, true);
		assert.match(error.message, /no space left/);
		await waitUntil(() => stage.stub.left === index + 1);
	}
	assert.equal(stage.stub.received.length, 3);
});
