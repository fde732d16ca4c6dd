/** Pictures as server-sent events: what SDKs read of them, and what becomes of a stream that breaks off. */
import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { ProviderError } from "../../../providers/provider.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";
import { openTestApp } from "../../../testing/test-app.ts";
import { waitUntil } from "../../../testing/wait-until.ts";
import {
	factsOf,
	filePart,
	form,
	MULTIPART,
	openImages,
	part,
	refused,
} from "./images-contract.ts";

const PATH = "/v1/images/generations";
const SMALL = { prompt: "a red fox", size: "64x64", stream: true };

interface SentEvent {
	readonly type: string;
	readonly b64_json?: string;
	readonly url?: string;
	readonly partial_image_index?: number;
	readonly size?: string;
	readonly output_format?: string;
	readonly created_at?: number;
	readonly usage?: Readonly<Record<string, number>>;
	readonly error?: Readonly<Record<string, unknown>>;
}

/** As SDKs read them: the data of each event. */
function eventsOf(response: LightMyRequestResponse): SentEvent[] {
	assert.equal(response.statusCode, 200, response.body.slice(0, 500));
	assert.match(String(response.headers["content-type"]), /^text\/event-stream/);
	const events = response.body.split("\n\n").filter((text) => text !== "");
	return events
		.filter((text) => !text.startsWith(":"))
		.map((text) => {
			const [, name, data = ""] = /^event: (\S+)\ndata: (.*)$/.exec(text) ?? [];
			const event: SentEvent = JSON.parse(data);
			assert.equal(event.type, name);
			return event;
		});
}

test("a stream has its unfinished pictures in order, and then the picture", async (t) => {
	const house = await openImages(t, { model: { image: { partialImages: 3 } } });
	const pictures = [
		await plainPng({ width: 8, height: 8 }, "one"),
		await plainPng({ width: 16, height: 16 }, "two"),
	];
	house.provider.script = () => ({ kind: "show", pictures });
	const [one, two, last, ...more] = eventsOf(
		await house.post(PATH, { ...SMALL, partial_images: 2 }),
	);
	assert.equal(house.provider.calls[0]?.partialImages, 2);
	assert.deepEqual(more, []);
	for (const [index, event] of [one, two].entries()) {
		assert.equal(event?.type, "image_generation.partial_image");
		assert.equal(event?.partial_image_index, index);
		assert.equal(event?.b64_json, pictures[index]?.toString("base64"));
		assert.equal(event?.size, index === 0 ? "8x8" : "16x16");
		assert.equal(event?.output_format, "png");
	}
	assert.equal(last?.type, "image_generation.completed");
	assert.equal(await factsOf(last?.b64_json), "png 64x64");
	assert.equal(last?.usage?.total_tokens, 10);
	assert.ok(Number.isInteger(last?.created_at));
});

test("the embedded painter shows the same picture smaller on the way", async (t) => {
	const { app, team } = await openTestApp(t);
	const response = await app.server.inject({
		method: "POST",
		url: PATH,
		headers: (await team()).headers,
		payload: { ...SMALL, size: "512x256", partial_images: 2 },
	});
	assert.deepEqual(
		eventsOf(response).map(({ type, size }) => `${type} ${size}`),
		[
			"image_generation.partial_image 64x32",
			"image_generation.partial_image 128x64",
			"image_generation.completed 512x256",
		],
	);
});

test("stream: true is always answered with events, also by a model that shows nothing on the way", async (t) => {
	const house = await openImages(t);
	for (const [stream, partial_images] of [
		[true, 0],
		["true", undefined],
		[true, 3],
	]) {
		const events = eventsOf(
			await house.post(PATH, { ...SMALL, stream, partial_images }),
		);
		assert.deepEqual(
			events.map(({ type }) => type),
			["image_generation.completed"],
		);
	}
});

test("each of several pictures is completed in an event of its own, and the tokens are told once", async (t) => {
	const house = await openImages(t);
	const events = eventsOf(await house.post(PATH, { ...SMALL, n: 3 }));
	assert.deepEqual(
		events.map(({ usage }) => usage?.total_tokens),
		[undefined, undefined, 30],
	);
	assert.equal(new Set(events.map(({ b64_json }) => b64_json)).size, 3);
});

test("an edit's events are called so, from a form too, and a URL alone comes without base64", async (t) => {
	const house = await openImages(t);
	const red = await plainPng({ width: 8, height: 8 }, "red");
	const [event] = eventsOf(
		await house.post(
			"/v1/images/edits",
			form(
				part("stream", "true"),
				part("response_format", "url"),
				filePart("image", red),
				part("prompt", "hat"),
			),
			MULTIPART,
		),
	);
	assert.equal(event?.type, "image_edit.completed");
	assert.equal(event?.b64_json, undefined);
	assert.ok(event?.url);
});

test("what is wrong before the first event has a status of its own", async (t) => {
	const house = await openImages(t);
	refused(await house.post(PATH, { ...SMALL, n: 11 }), 400, "n");
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "no"),
	});
	const { code } = refused(await house.post(PATH, SMALL), 400, null);
	assert.equal(code, "content_policy_violation");
	assert.equal(await house.balance(), 100);
});

test("what goes wrong after the first event is an error event, and refunded", async (t) => {
	const house = await openImages(t, { model: { image: { partialImages: 3 } } });
	const picture = await plainPng({ width: 8, height: 8 }, "one");
	house.provider.script = () => ({
		kind: "show",
		pictures: [picture],
		next: {
			kind: "fail",
			error: new ProviderError("content_blocked", "secret"),
		},
	});
	const response = await house.post(PATH, { ...SMALL, partial_images: 1 });
	const [partial, error] = eventsOf(response);
	assert.equal(partial?.type, "image_generation.partial_image");
	assert.equal(error?.type, "error");
	assert.equal(error?.error?.code, "content_policy_violation");
	assert.equal(typeof error?.error?.message, "string");
	assert.doesNotMatch(response.body, /secret/);
	assert.equal(await house.balance(), 100);
});

test("an unfinished picture that is none is left out, and the picture comes all the same", async (t) => {
	const house = await openImages(t, { model: { image: { partialImages: 3 } } });
	house.provider.script = () => ({
		kind: "show",
		pictures: [Buffer.from("no picture")],
	});
	const events = eventsOf(
		await house.post(PATH, { ...SMALL, partial_images: 1 }),
	);
	assert.deepEqual(
		events.map(({ type }) => type),
		["image_generation.completed"],
	);
});

test("a caller who leaves a stream ends the waiting and not the work that is paid for", async (t) => {
	const house = await openImages(t, { model: { image: { partialImages: 3 } } });
	const picture = await plainPng({ width: 8, height: 8 }, "one");
	const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
	house.provider.script = () => ({
		kind: "show",
		pictures: [picture],
		next: { kind: "wait", until },
	});
	const { server, engine } = house.app;
	await server.listen({ host: "127.0.0.1", port: 0 });
	const { port } = server.server.address() as AddressInfo;
	const body = JSON.stringify({ ...SMALL, partial_images: 1 });
	const socket = net.connect(port, "127.0.0.1");
	socket.write(
		`POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: ${house.customer.headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
	);
	const [head] = await once(socket, "data");
	assert.match(String(head), /^HTTP\/1\.1 200 /);
	socket.destroy();
	await once(socket, "close");
	goOn();
	await waitUntil(async () => {
		const { total } = await engine.listImages(house.customer.principal, {
			page: 1,
			limit: 1,
		});
		return total === 1;
	});
	assert.equal(await house.balance(), 99);
});
