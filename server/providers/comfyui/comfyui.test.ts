/** ComfyUI works through workflows, tells how far it is, and is stopped, over its true wire. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import {
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../testing/test-call.ts";
import {
	openVendorStub,
	type VendorReceived,
	type VendorReply,
	type VendorScript,
	type VendorStub,
} from "../../testing/vendor-stub.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import {
	openWebsocketStub,
	type WebsocketStub,
} from "../../testing/websocket-stub.ts";
import {
	type ImageCall,
	type ImageCallResult,
	ProviderError,
} from "../provider.ts";
import { testProviderContract } from "../provider-contract.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { comfyui } from "./kind.ts";

function open(
	url: string,
	services: ProviderServices,
	options: Record<string, unknown> = {},
) {
	const faults: string[] = [];
	const [instance] = comfyui.configure(
		{
			environment: {
				COMFYUI_URL: `${url}/`,
				COMFYUI_CHECKPOINT: "base.safetensors",
			},
			entries: { comfyui: options },
		},
		faults,
	);
	assert.deepEqual(faults, []);
	assert.ok(instance !== undefined);
	return instance.open(services);
}

const json = (body: unknown, status = 200): VendorReply => ({
	status,
	body: JSON.stringify(body),
});

const isDrawing = ({ method, path }: VendorReceived) =>
	method === "POST" && path === "/prompt";

interface Prompt {
	readonly prompt: Record<string, { inputs: Record<string, unknown> }>;
	readonly prompt_id: string;
	readonly client_id: string;
	readonly extra_data?: unknown;
}

const promptOf = ({ body }: VendorReceived): Prompt =>
	JSON.parse(body.toString());

const imageNamed = (filename: string, type = "temp", subfolder = "") => ({
	filename,
	subfolder,
	type,
});

function ended(id: string, outputs: object, status: object = {}): VendorReply {
	return json({
		[id]: {
			prompt: [0, id, {}, {}, []],
			outputs,
			status: {
				status_str: "success",
				completed: true,
				messages: [],
				...status,
			},
		},
	});
}

/** A server that is done as soon as it is asked. */
function quick(
	pictures: readonly Buffer[],
	distort = (reply: VendorReply) => reply,
): VendorScript {
	return (request) => {
		if (isDrawing(request))
			return json({
				prompt_id: promptOf(request).prompt_id,
				number: 1,
				node_errors: {},
			});
		const url = new URL(request.path, "http://x");
		if (url.pathname.startsWith("/history/"))
			return ended(url.pathname.slice("/history/".length), {
				result: {
					images: pictures.map((_, index) => imageNamed(`${index}.png`)),
				},
			});
		if (url.pathname === "/view")
			return distort({
				headers: { "content-type": "image/png" },
				body:
					pictures[
						Number.parseInt(url.searchParams.get("filename") ?? "", 10)
					] ?? "",
			});
		return { status: 404, body: "{}" };
	};
}

testProviderContract("comfyui", {
	open,
	call: { model: "comfyui" },
	isDrawing,
	answersInText: false,
	promptOf: (request) => promptOf(request).prompt.prompt?.inputs.text,
	script: (pictures, distort, stub) => {
		openWebsocketStub({ after: () => {} }, stub.server);
		return quick(pictures, distort);
	},
	refusals: [
		{
			what: "a checkpoint that the server does not have",
			reply: json(
				{
					error: { type: "prompt_outputs_failed_validation", message: "x" },
					node_errors: {
						checkpoint: {
							class_type: "CheckpointLoaderSimple",
							errors: [
								{ type: "value_not_in_list", message: "Value not in list" },
							],
						},
					},
				},
				400,
			),
			kind: "not_configured",
		},
		{
			what: "a size that is too large",
			reply: json(
				{
					error: { type: "prompt_outputs_failed_validation", message: "x" },
					node_errors: {
						latent: { errors: [{ type: "value_bigger_than_max" }] },
					},
				},
				400,
			),
			kind: "invalid",
		},
		{
			what: "a proxy that wants a password",
			reply: { status: 401 },
			kind: "auth",
		},
	],
});

const directory = mkdtempSync(path.join(tmpdir(), "gesso-comfyui-"));
after(() => rmSync(directory, { recursive: true, force: true }));
const editing = path.join(directory, "editing.json");
writeFileSync(
	editing,
	JSON.stringify({
		"6": {
			class_type: "CLIPTextEncode",
			inputs: { text: "old", clip: ["4", 1] },
		},
		"10": { class_type: "LoadImage", inputs: { image: "example.png" } },
		"11": { class_type: "LoadImage", inputs: { image: "example.png" } },
		"12": {
			class_type: "LoadImageMask",
			inputs: { image: "example.png", channel: "alpha" },
		},
	}),
);
const WORKFLOWS = {
	plain: { file: editing, inputs: { prompt: "6.inputs.text" } },
	edit: {
		file: editing,
		inputs: {
			prompt: "6.inputs.text",
			image: ["10.inputs.image", "11.inputs.image"],
		},
	},
	inpaint: {
		file: editing,
		inputs: {
			prompt: "6.inputs.text",
			image: "10.inputs.image",
			mask: "12.inputs.image",
		},
	},
};

interface Stage {
	readonly stub: VendorStub;
	readonly sockets: WebsocketStub;
	readonly leaving: AbortController;
	readonly context: Awaited<ReturnType<typeof openCallContext>>;
	draw(changes?: Partial<ImageCall>): Promise<ImageCallResult>;
	/** The prompt that was asked for, once it was. */
	asked(): Promise<Prompt>;
	paths(): string[];
}

async function openStage(
	t: TestContext,
	script: VendorScript = quick([Buffer.from("picture")]),
): Promise<Stage> {
	const stub = await openVendorStub(t);
	stub.script = script;
	const sockets = openWebsocketStub(t, stub.server);
	const provider = open(stub.url, providerServices(), { workflows: WORKFLOWS });
	t.after(() => provider.close());
	const leaving = new AbortController();
	const context = await openCallContext(t, leaving.signal);
	return {
		stub,
		sockets,
		leaving,
		context,
		draw: (changes) =>
			provider.generateImages(
				imageCall({ model: "comfyui", ...changes }),
				context,
			),
		asked: async () =>
			promptOf(await waitUntil(() => stub.received.find(isDrawing) ?? null)),
		paths: () =>
			stub.received.map(({ method, path: where }) => `${method} ${where}`),
	};
}

interface SlowServer {
	readonly script: VendorScript;
	readonly end: (reply: (id: string) => VendorReply) => void;
	place: "queue_running" | "queue_pending" | "nowhere";
}

/** A server that works until the test says what came of it. */
function slow(): SlowServer {
	let history: (id: string) => VendorReply = () => json({});
	const server: SlowServer = {
		place: "queue_running",
		end: (reply: (id: string) => VendorReply) => {
			history = reply;
		},
		script: (request) => {
			if (isDrawing(request)) {
				id = promptOf(request).prompt_id;
				return json({ prompt_id: id });
			}
			if (request.path.startsWith("/history/")) return history(id);
			if (request.path === "/queue" && request.method === "GET")
				return json({ [server.place]: [[1, id, {}, {}, ["result"]]] });
			if (request.path.startsWith("/view")) return { body: request.path };
			return { body: "" };
		},
	};
	let id = "";
	return server;
}

test("comfyui: what was asked is written into the workflow, and each call listens under a name of its own", async (t) => {
	const { sockets, stub, draw } = await openStage(t);
	const result = await draw({
		prompt: "a red fox",
		negativePrompt: "text",
		seed: 0,
		frame: { width: 832, height: 1216 },
	});
	await draw();
	const [first, second] = stub.received.filter(isDrawing).map(promptOf);
	assert.ok(first && second);
	assert.equal(first.prompt.prompt?.inputs.text, "a red fox");
	assert.equal(first.prompt.negative?.inputs.text, "text");
	assert.equal(first.prompt.sampler?.inputs.seed, 0);
	assert.equal(first.prompt.checkpoint?.inputs.ckpt_name, "base.safetensors");
	assert.deepEqual(first.prompt.latent?.inputs, {
		width: 832,
		height: 1216,
		batch_size: 1,
	});
	assert.equal(result.images[0]?.seed, 0);
	assert.equal(first.extra_data, undefined);
	assert.equal(second.prompt.negative?.inputs.text, "");
	assert.equal(
		second.prompt.sampler?.inputs.seed,
		2 ** 30,
		"half of all seeds",
	);
	assert.notEqual(first.client_id, second.client_id);
	assert.deepEqual(
		sockets.paths,
		[first, second].map(({ client_id }) => `/ws?clientId=${client_id}`),
	);
	await waitUntil(() => sockets.clients.size === 0);
});

test("comfyui: several pictures come from one prompt, and no more than were asked for", async (t) => {
	const pictures = ["one", "two", "three"].map((text) => Buffer.from(text));
	const { draw } = await openStage(t, quick(pictures));
	const { images } = await draw({ count: 2 });
	assert.deepEqual(
		images.map(({ file, seed }) => [String(bytesOf(file)), seed]),
		[
			["one", undefined],
			["two", undefined],
		],
	);
});

test("comfyui: what is saved is the result, what is only shown is not", async (t) => {
	const server = slow();
	const { draw } = await openStage(t, server.script);
	server.end((id) =>
		ended(id, {
			"1": { images: [imageNamed("shown.png")] },
			"2": { images: [imageNamed("ราตรี 1.png", "output", "2026/a b")] },
			"3": { text: ["no pictures"], images: "none" },
		}),
	);
	const { images } = await draw({ model: "plain" });
	assert.equal(images.length, 1);
	assert.ok(images[0] !== undefined);
	const url = new URL(String(bytesOf(images[0].file)), "http://x");
	assert.deepEqual(Object.fromEntries(url.searchParams), {
		filename: "ราตรี 1.png",
		subfolder: "2026/a b",
		type: "output",
	});
});

const uploading =
	(server: VendorScript): VendorScript =>
	(request, index) => {
		if (request.path !== "/upload/image") return server(request, index);
		const [, name] =
			/filename="([^"]+)"/.exec(request.body.toString("latin1")) ?? [];
		return json({ name, subfolder: "", type: "temp" });
	};

test("comfyui: pictures and masks are handed over as they are, each to its node", async (t) => {
	const { stub, draw } = await openStage(
		t,
		uploading(quick([Buffer.from("p")])),
	);
	const one = inputImageOf(Buffer.from("first picture"));
	const two = inputImageOf(Buffer.from("second"), { mediaType: "image/webp" });
	await draw({ model: "edit", inputImages: [one, two] });
	await draw({ model: "edit", inputImages: [one] });
	await draw({ model: "inpaint", inputImages: [one], mask: two });
	const uploads = stub.received.filter(
		({ path: where }) => where === "/upload/image",
	);
	const names = uploads.map(({ body }) => {
		const text = body.toString();
		assert.match(text, /name="type"\r\n\r\ntemp\r\n/);
		return `${/filename="([^"]+)"/.exec(text)?.[1]} [temp]`;
	});
	assert.equal(new Set(names).size, 5);
	assert.match(uploads[0]?.body.toString() ?? "", /\r\n\r\nfirst picture\r\n/);
	assert.match(names[1] ?? "", /\.webp \[temp\]$/);
	const graphs = stub.received
		.filter(isDrawing)
		.map((each) => promptOf(each).prompt);
	const imagesOf = (index: number, ...nodes: string[]) =>
		nodes.map((node) => graphs[index]?.[node]?.inputs.image);
	assert.deepEqual(imagesOf(0, "10", "11"), [names[0], names[1]]);
	assert.deepEqual(imagesOf(1, "10", "11"), [names[2], names[2]]);
	assert.deepEqual(imagesOf(2, "10", "12"), [names[3], names[4]]);
	assert.equal(graphs[2]?.["12"]?.inputs.channel, "alpha");
});

test("comfyui: a workflow about pictures is not begun without one", async (t) => {
	const { draw, paths } = await openStage(t);
	for (const [changes, what] of [
		[{ model: "edit" }, /give it an input image/],
		[
			{ model: "inpaint", inputImages: [inputImageOf(Buffer.from("a"))] },
			/give it a mask/,
		],
	] as const)
		await assert.rejects(
			draw(changes),
			({ kind, publicMessage }: ProviderError) => {
				assert.match(publicMessage, what);
				return kind === "invalid";
			},
		);
	assert.deepEqual(paths(), []);
});

const preview = (text: string) =>
	Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), Buffer.from(text)]);

test("comfyui: how far it is and what it looks like so far is told while it draws, and the end at once", async (t) => {
	const server = slow();
	const { sockets, context, draw, asked } = await openStage(t, server.script);
	const drawing = draw({ partialImages: 1 });
	const { prompt_id, extra_data } = await asked();
	assert.deepEqual(extra_data, { preview_method: "auto" });
	const [client] = sockets.clients;
	const tell = (type: string, data: object) =>
		client?.sendText(JSON.stringify({ type, data }));
	tell("status", { status: { exec_info: { queue_remaining: 1 } }, sid: "x" });
	tell("progress_state", {
		prompt_id: "somebody else's",
		nodes: { a: { value: 9, max: 10, state: "running" } },
	});
	client?.sendText("no JSON");
	tell("executing", { node: "sampler", prompt_id });
	client?.sendBytes(preview("noise"));
	tell("progress", { value: 5, max: 25, prompt_id, node: "sampler" });
	tell("progress_state", {
		prompt_id,
		nodes: {
			checkpoint: { value: 1, max: 1, state: "finished" },
			sampler: { value: 15, max: 25, state: "running" },
		},
	});
	tell("progress", { value: 10, max: 25, prompt_id, node: "sampler" });
	await waitUntil(() => context.progress.length === 2);
	client?.sendBytes(preview("haze"));
	await waitUntil(() => context.partialImages.length === 1);
	client?.sendBytes(preview("too late"));
	server.end((id) => ended(id, { result: { images: [imageNamed("a.png")] } }));
	tell("executing", { node: null, prompt_id });
	const { images } = await drawing;
	assert.equal(images.length, 1);
	assert.deepEqual(context.progress, [0.2, 0.6]);
	assert.deepEqual(context.partialImages.map(String), ["haze"]);
});

test("comfyui: the end is waited for although it is told before it can be looked up", async (t) => {
	const server = slow();
	const { sockets, stub, draw, asked } = await openStage(t, server.script);
	const drawing = draw();
	const { prompt_id } = await asked();
	const looks = () =>
		stub.received.filter(({ path: where }) => where.startsWith("/history/"))
			.length;
	await waitUntil(() => looks() === 1);
	for (const client of sockets.clients)
		client.sendText(
			JSON.stringify({ type: "execution_success", data: { prompt_id } }),
		);
	await waitUntil(() => looks() > 2);
	server.end((id) => ended(id, { result: { images: [imageNamed("a.png")] } }));
	assert.equal((await drawing).images.length, 1);
});

for (const what of ["breaks", "never opens"] as const)
	test(`comfyui: a picture arrives although the socket ${what}`, async (t) => {
		const server = slow();
		const { sockets, stub, draw, asked } = await openStage(t, server.script);
		if (what === "never opens") sockets.isRefusing = true;
		const drawing = draw();
		await asked();
		for (const client of sockets.clients) client.destroy();
		await waitUntil(
			() =>
				stub.received.filter(({ path: where }) => where === "/queue").length >
				1,
		);
		server.end((id) =>
			ended(id, { result: { images: [imageNamed("a.png")] } }),
		);
		assert.equal((await drawing).images.length, 1);
	});

test("comfyui: a server that chose the prompt's id itself is understood", async (t) => {
	const { draw, stub } = await openStage(t, (request, index) =>
		isDrawing(request)
			? json({ prompt_id: "its-own" })
			: quick([Buffer.from("p")])(request, index),
	);
	await draw();
	assert.ok(
		stub.received.some(({ path: where }) => where === "/history/its-own"),
	);
});

for (const [what, status, expected] of [
	[
		"a node that fails",
		{
			status_str: "error",
			completed: false,
			messages: [
				["execution_start", { prompt_id: "x" }],
				[
					"execution_error",
					{
						node_id: "3",
						node_type: "KSampler",
						exception_type: "torch.OutOfMemoryError",
						exception_message: `no room ${"QUJD".repeat(100)}`,
						traceback: ["secret path"],
					},
				],
			],
		},
		/node 3 \(KSampler\) failed: torch\.OutOfMemoryError: no room \[/,
	],
	[
		"somebody at the server who interrupts it",
		{
			status_str: "error",
			messages: [["execution_interrupted", { node_id: "3" }]],
		},
		/somebody interrupted it/,
	],
	["a workflow without a picture", {}, /drew no picture/],
] as const)
	test(`comfyui: ${what} is told, and not tried again`, async (t) => {
		const server = slow();
		const { draw } = await openStage(t, server.script);
		server.end((id) => ended(id, {}, status));
		await assert.rejects(draw(), (error: unknown) => {
			assert.ok(error instanceof ProviderError, String(error));
			assert.match(error.message, expected);
			assert.ok(!error.message.includes("QUJDQUJD"));
			return error.kind === "unavailable" && error.mayBePaid;
		});
	});

test("comfyui: a server that forgot the prompt is not waited for", async (t) => {
	const server = slow();
	server.place = "nowhere";
	const { draw } = await openStage(t, server.script);
	await assert.rejects(
		draw(),
		({ message, isRetryable }: ProviderError) =>
			/lost/.test(message) && !isRetryable,
	);
});

for (const [place, posts] of [
	["queue_pending", ["POST /prompt", "POST /queue"]],
	["queue_running", ["POST /prompt", "POST /queue", "POST /interrupt"]],
] as const)
	test(`comfyui: a caller who leaves takes what is in ${place} with him, and nothing else`, async (t) => {
		const server = slow();
		server.place = place;
		const { sockets, stub, draw, leaving, asked, paths } = await openStage(
			t,
			server.script,
		);
		const drawing = draw();
		const { prompt_id } = await asked();
		await waitUntil(() =>
			paths().some((each) => each.startsWith("GET /queue")),
		);
		leaving.abort(new Error("the caller left"));
		await assert.rejects(drawing, /the caller left/);
		assert.deepEqual(
			paths().filter((each) => each.startsWith("POST")),
			posts,
		);
		const bodies = stub.received
			.filter(({ method }) => method === "POST")
			.map(({ body }) => JSON.parse(body.toString()));
		assert.deepEqual(bodies[1], { delete: [prompt_id] });
		if (place === "queue_running") assert.deepEqual(bodies[2], { prompt_id });
		await waitUntil(() => sockets.clients.size === 0);
	});

test("comfyui: its workflows are its models, if it can be reached", async (t) => {
	const stub = await openVendorStub(t);
	stub.script = ({ path: where }) =>
		where === "/system_stats" ? json({ system: {} }) : { status: 404 };
	const provider = open(stub.url, providerServices(), { workflows: WORKFLOWS });
	t.after(() => provider.close());
	const { signal } = new AbortController();
	const models = await provider.listModels?.(signal);
	assert.deepEqual(
		models?.map(({ id, image }) => [id, image?.maxInputImages]),
		[
			["plain", 0],
			["edit", 2],
			["inpaint", 1],
			["comfyui", 0],
		],
	);
	stub.script = () => ({ status: 404, body: "{}" });
	await assert.rejects(
		async () => await provider.listModels?.(signal),
		(error) => error instanceof ProviderError,
	);
});
