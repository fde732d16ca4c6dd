/** Whatever is sent, the answer is what was asked for or a refusal in this dialect's words: never a fault of ours, nothing charged for it, nothing left behind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import fc from "fast-check";
import { openOpenAiHouse } from "../../testing/openai-house.ts";
import { plainPng } from "../../testing/scripted-provider.ts";
import { filesBelow } from "../../testing/snapshot.ts";
import { spoiltValues } from "../../testing/spoilt-values.ts";
import { formOf } from "../../testing/test-form.ts";
import { waitUntil } from "../../testing/wait-until.ts";

const house = await openOpenAiHouse({ after } as TestContext);
const { server } = house.app;
await server.listen({ host: "127.0.0.1", port: 0 });
const { port } = server.server.address() as AddressInfo;
/** Has enough for all that a spoilt request may draw. */
const customer = await house.team(1_000_000);
const { authorization } = customer.headers;

const red = await plainPng({ width: 16, height: 16 }, "red");
const base64 = red.toString("base64");
const picture = `data:image/png;base64,${base64}`;
const JSON_TYPE = { "content-type": "application/json" };

interface Sent {
	readonly method?: "GET" | "POST" | "DELETE";
	readonly headers?: Readonly<Record<string, string>>;
	readonly payload?: string | Buffer;
}

/** Asks, and looks whether the answer is one of those that there may be. */
async function send(url: string, { method = "POST", ...sent }: Sent) {
	const { statusCode: status, body: text } = await server.inject({
		method,
		url,
		headers: { authorization, ...sent.headers },
		...(sent.payload !== undefined && { payload: sent.payload }),
	});
	const told = `${method} ${url} ${status} ${text.slice(0, 300)}`;
	assert.ok(status === 200 || (status >= 400 && status < 500), told);
	// Where a stream has begun, the status says nothing any more.
	assert.doesNotMatch(text, /"code":"internal_error"/, told);
	if (status !== 200) {
		const { error, message } = JSON.parse(text);
		assert.equal(message, error.message, told);
		assert.ok(text.length < 3_000, "what was sent is not told back");
	}
	return { status, text };
}

async function balance(): Promise<number> {
	return (await house.app.engine.creditSums(customer.principal)).balance;
}

/** Passes when nothing is charged for what is done, nothing drawn, and no upload is left lying about. */
async function changesNothing(work: () => Promise<void>): Promise<void> {
	const { calls } = house.provider;
	const before = { balance: await balance(), calls: calls.length };
	await work();
	const staging = path.join(house.place.dataDirectory, "staging");
	await waitUntil(async () => filesBelow(staging).length === 0);
	const after = { balance: await balance(), calls: calls.length };
	assert.deepEqual(after, before);
}

/** Sends bytes as they are, and hears what comes until the connection is closed. */
function connect(): { readonly socket: Socket; heard(): Promise<string> } {
	const socket = net.connect(port, "127.0.0.1");
	let text = "";
	socket.on("data", (bytes) => {
		text += bytes;
	});
	// One that is reset is closed as well.
	socket.on("error", () => {});
	const closed = new Promise<void>((resolve) => {
		socket.on("close", () => resolve());
	});
	return { socket, heard: () => closed.then(() => text) };
}

/** Requests with everything in them that they may have. */
const WHOLE: Readonly<Record<string, object>> = {
	"/v1/images/generations": {
		model: "scripted",
		prompt: "a red fox",
		n: 1,
		size: "64x64",
		quality: "hd",
		style: "vivid",
		response_format: "url",
		output_format: "webp",
		output_compression: 80,
		background: "opaque",
		user: "somebody",
		seed: 7,
		negative_prompt: "dogs",
		conversation_id: null,
		store: true,
		stream: false,
		partial_images: 0,
	},
	"/v1/images/edits": {
		prompt: "a red fox",
		image: { b64_json: base64 },
		mask: null,
		size: "64x64",
		strength: 0.5,
		images: [{ image_url: picture }],
	},
	"/v1/chat/completions": {
		model: "talker",
		messages: [
			{ role: "system", content: "be brief" },
			{
				role: "user",
				content: [
					{ type: "text", text: "a fox" },
					{ type: "image_url", image_url: { url: picture, detail: "low" } },
				],
			},
			{ role: "assistant", content: "Here" },
			{ role: "user", content: "blue" },
		],
		modalities: ["text"],
		image_config: { aspect_ratio: "1:1", image_size: "1K" },
		stream: true,
		stream_options: { include_usage: true },
		temperature: 1,
		max_tokens: 10,
		seed: 7,
		tools: [{ type: "function", function: { name: "f" } }],
		conversation: {},
	},
	"/v1/responses": {
		model: "scripted",
		input: [
			{ role: "user", content: [{ type: "input_text", text: "a fox" }] },
			{ type: "image_generation_call", id: "ig_1", result: base64 },
			{
				role: "user",
				content: [{ type: "input_image", image_url: picture }],
			},
		],
		instructions: "be brief",
		tools: [{ type: "image_generation", size: "64x64", quality: "low" }],
		tool_choice: { type: "image_generation" },
		stream: false,
		store: true,
	},
	"/v1/conversations": {
		title: "A",
		metadata: { a: "b" },
		items: [
			{ type: "message", role: "user", content: "Hi" },
			{
				role: "user",
				content: [{ type: "input_image", image_url: picture }],
			},
		],
	},
	"/v1/batches": {
		input_file_id: "file-00000000000000000000000000",
		endpoint: "/v1/images/generations",
		completion_window: "24h",
		metadata: { a: "b" },
	},
};

test("a spoilt request is answered or refused, and what is refused costs nothing", async () => {
	const spoilt = fc
		.constantFrom(...Object.entries(WHOLE))
		.chain(([url, whole]) =>
			spoiltValues(whole).map((body) => ({ url, body })),
		);
	await fc.assert(
		fc.asyncProperty(spoilt, async ({ url, body }) => {
			const before = await balance();
			const { status } = await send(url, {
				headers: JSON_TYPE,
				payload: JSON.stringify(body),
			});
			if (status !== 200) assert.equal(await balance(), before);
		}),
		{ numRuns: 150 },
	);
	await changesNothing(async () => {});
});

test("an id that tries to be a path, a pattern or another's name is not found, on every path with an id", async () => {
	const tricks = [
		"..",
		"%2e%2e",
		"%2e%2e%2f%2e%2e%2fetc%2fpasswd",
		"..%5c..%5cwindows",
		"%00",
		"conv_%00",
		"conv_0000000000000000%00",
		"%25",
		"%27%20or%201=1--",
		"__proto__",
		"constructor",
		"*",
		"undefined",
		"null",
		"-1",
		"%F0%9F%8E%A8",
		"x".repeat(400),
		"CONV_0000000000000000",
	];
	const routes: readonly (readonly ["GET" | "POST" | "DELETE", string])[] = [
		["GET", "/v1/conversations/ID"],
		["POST", "/v1/conversations/ID"],
		["DELETE", "/v1/conversations/ID"],
		["GET", "/v1/conversations/ID/items"],
		["POST", "/v1/conversations/ID/items"],
		["GET", "/v1/conversations/conv_0000000000000000/items/ID"],
		["DELETE", "/v1/conversations/conv_0000000000000000/items/ID"],
		["GET", "/v1/files/ID"],
		["GET", "/v1/files/ID/content"],
		["DELETE", "/v1/files/ID"],
		["GET", "/v1/batches/ID"],
		["POST", "/v1/batches/ID/cancel"],
		["GET", "/v1/responses/ID"],
		["DELETE", "/v1/responses/ID"],
		["GET", "/images/ID.png"],
	];
	const ask = async (
		method: "GET" | "POST" | "DELETE",
		route: string,
		id: string,
	) => {
		const hasBody = method === "POST" && !route.endsWith("cancel");
		const { statusCode: status, body } = await server.inject({
			method,
			url: route.replace("ID", id),
			headers: { authorization, ...(hasBody && JSON_TYPE) },
			...(hasBody && {
				payload: '{"items": [{"role": "user", "content": "Hi"}]}',
			}),
		});
		const told = `${method} ${route} ${id.slice(0, 40)} ${body.slice(0, 200)}`;
		// Two dots are taken out of a path before anybody looks for it: what is left may be the path of a list.
		const isList = /^(\.\.|%2e%2e)$/.test(id) && method === "GET";
		const isRefused = [400, 403, 404].includes(status);
		assert.ok(isRefused || (isList && status === 200), told);
		assert.doesNotMatch(body, /root:|SQLITE|syntax error/, told);
		assert.ok(body.length < 2_000, told);
	};
	await changesNothing(async () => {
		for (const [method, route] of routes)
			for (const id of tricks) await ask(method, route, id);
	});
});

test("a body of another kind than a path takes is refused by its kind", async () => {
	const form = formOf([{ name: "prompt", value: "a fox" }]);
	const json = JSON.stringify({ prompt: "a fox", model: "talker" });
	const paths = [
		"/v1/images/generations",
		"/v1/chat/completions",
		"/v1/responses",
		"/v1/conversations",
		"/v1/batches",
		"/v1/files",
		"/auth/refresh-token",
	];
	const bodies: readonly (readonly [string | Buffer, string])[] = [
		["a=b", "application/x-www-form-urlencoded"],
		["<a/>", "application/xml"],
		["hello", "text/plain"],
		[red, "image/png"],
		[json, "text/json"],
		[json, "application/json-patch+json"],
		[json, "application/jsonp; charset=utf-8"],
		[json, "*/*"],
		[json, ";"],
		[Buffer.from(json, "utf16le"), "application/json; charset=utf-16"],
		[form.payload, "multipart/form-data"],
		[form.payload, "multipart/form-data; boundary=other"],
		[form.payload, `multipart/form-data; boundary=${"b".repeat(300)}`],
		[form.payload, "multipart/mixed; boundary=b"],
		["", "multipart/form-data; boundary=b"],
	];
	await changesNothing(async () => {
		for (const url of paths)
			for (const [payload, type] of bodies) {
				const headers = { "content-type": type };
				const { status, text } = await send(url, { headers, payload });
				const told = `${url} ${type} ${status} ${text.slice(0, 200)}`;
				assert.ok([400, 415].includes(status), told);
			}
	});
});

test("half of a body is no body, whether its caller hangs up or waits for an answer", async () => {
	const drawing = JSON.stringify({ prompt: "a fox", size: "64x64" });
	const chat = JSON.stringify(WHOLE["/v1/chat/completions"]);
	const upload = formOf([
		{ name: "purpose", value: "vision" },
		{ name: "file", value: Buffer.alloc(300_000, "x"), fileName: "a.png" },
	]);
	const bodies = [
		["/v1/images/generations", Buffer.from(drawing), "application/json"],
		["/v1/chat/completions", Buffer.from(chat), "application/json"],
		["/v1/files", upload.payload, upload.headers["content-type"] ?? ""],
		["/v1/images/edits", upload.payload, upload.headers["content-type"] ?? ""],
		["/auth/guest-login", Buffer.from('{"a": 1}'), "application/json"],
	] as const;
	const sendHalf = async (
		[url, body, type]: (typeof bodies)[number],
		ending: "destroy" | "end",
		isChunked: boolean,
	) => {
		const { socket, heard } = connect();
		const received = once(server.server, "request");
		const length = isChunked
			? "Transfer-Encoding: chunked"
			: `Content-Length: ${body.length}`;
		socket.write(
			`POST ${url} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`,
		);
		await received;
		if (isChunked) socket.write(`${body.length.toString(16)}\r\n`);
		socket.write(body.subarray(0, Math.floor(body.length / 2)));
		if (ending === "end") socket.end();
		else socket.destroy();
		assert.doesNotMatch(await heard(), /^HTTP\/1\.1 (2|5)/, url);
	};
	await changesNothing(async () => {
		for (const body of bodies) {
			await sendHalf(body, "destroy", false);
			await sendHalf(body, "end", false);
			await sendHalf(body, "end", true);
		}
	});
	const { status } = await send("/v1/images/generations", {
		headers: JSON_TYPE,
		payload: drawing,
	});
	assert.equal(status, 200);
});

test("a head that no client of ours would send ends with a refusal, and the server goes on", async () => {
	const heads = [
		`GET /v1/models HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(100_000)}\r\n\r\n`,
		`GET /v1/${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
		"GET /v1/models HTTP/9.9\r\n\r\n",
		"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST /v1/images/generations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
		"\u0000\u0001\u0002\r\n\r\n",
	];
	for (const head of heads) {
		const { socket, heard } = connect();
		socket.end(head);
		assert.match(await heard(), /^HTTP\/1\.1 4\d\d /, head.slice(0, 80));
	}
	assert.equal((await send("/v1/models", { method: "GET" })).status, 200);
});
