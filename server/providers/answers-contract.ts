/** What every provider that speaks HTTP makes of answers that are odd: what can be understood is a picture, all else one ProviderError, and nothing is drawn twice. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import {
	asItIs,
	openStage,
	picture,
	SECRET,
	type VendorWire,
} from "../testing/provider-stage.ts";
import { bytesOf } from "../testing/test-call.ts";
import type { VendorReply } from "../testing/vendor-stub.ts";
import { waitUntil } from "../testing/wait-until.ts";

type Distort = (reply: VendorReply, picture: Buffer) => VendorReply;

const textOf = ({ body = "" }: VendorReply) => body.toString();

/** Puts something in the place of the picture's base64, and of the data URL's header where it has one. */
function instead(text: (base64: string) => string): Distort {
	return (reply, bytes) => {
		const base64 = bytes.toString("base64");
		const [before = "", after = ""] = textOf(reply).split(base64);
		const header = /data:image\/[a-z]+;base64,$/;
		return {
			...reply,
			body: before.replace(header, "") + text(base64) + after,
		};
	};
}

export function testAnswersContract(name: string, wire: VendorWire): void {
	if (wire.answersInText) testOddText(name, wire);
	testSeveral(name, wire);

	test(`${name}: a vendor that quotes the key is not quoted with it`, async (t) => {
		const stage = await openStage(t, wire);
		const accept = wire.script([await picture()], asItIs, stage.stub);
		const said = `The key ${SECRET} is not known, nor is Bearer ${SECRET}`;
		stage.stub.script = (request, index) =>
			wire.isDrawing(request)
				? { status: 401, body: JSON.stringify({ error: { message: said } }) }
				: accept(request, index);
		assert.equal((await stage.fails()).kind, "auth");
	});

	test(`${name}: a picture that cannot be kept is a failure, and not asked for again since it may be paid`, async (t) => {
		const stage = await openStage(t, wire, {
			keepFile: async () => {
				throw new Error("the disk is full");
			},
		});
		stage.stub.script = wire.script([await picture()], asItIs, stage.stub);
		const error = await stage.fails();
		assert.equal(error.kind, "unavailable", error.message);
		assert.equal(error.mayBePaid, true);
		assert.equal(stage.drawingRequests(), 1);
	});

	test(`${name}: once it is closed, no connection is left`, async (t) => {
		const stage = await openStage(t, wire);
		stage.stub.script = wire.script([await picture()], asItIs, stage.stub);
		await stage.draw();
		await stage.provider.close();
		const { server } = stage.stub;
		await waitUntil(async () => {
			const { promise, resolve } = Promise.withResolvers<number>();
			server.getConnections((_error, count) => resolve(count));
			return (await promise) === 0;
		});
	});
}

function testOddText(name: string, wire: VendorWire): void {
	const understood: readonly [string, Distort][] = [
		[
			"has the picture as a data URL",
			instead((base64) => `data:image/png;base64,${base64}`),
		],
		[
			"has fields that nobody knows",
			(reply) => ({
				...reply,
				body: textOf(reply).replace(
					"{",
					'{"x_new":{"list":[1,null,{"deep":"text"}]},',
				),
			}),
		],
		[
			"has blanks around it",
			(reply) => ({ ...reply, body: `\n\n  ${textOf(reply)}\r\n` }),
		],
		[
			"comes compressed",
			(reply) => ({
				...reply,
				headers: { ...reply.headers, "content-encoding": "gzip" },
				body: gzipSync(textOf(reply)),
			}),
		],
		[
			"is said to be plain text",
			(reply) => ({
				...reply,
				headers: { ...reply.headers, "content-type": "text/plain" },
			}),
		],
	];
	for (const [what, distort] of understood) {
		test(`${name}: an answer that ${what} is understood`, async (t) => {
			const stage = await openStage(t, wire);
			const png = await picture();
			const distorted = (reply: VendorReply) => distort(reply, png);
			stage.stub.script = wire.script([png], distorted, stage.stub);
			const { images } = await stage.draw();
			assert.ok(images[0] !== undefined);
			assert.deepEqual(bytesOf(images[0].file), png);
		});
	}

	const json = (body: string) => (reply: VendorReply) => ({ ...reply, body });
	const useless: readonly [string, Distort][] = [
		["has nothing where the picture should be", instead(() => "")],
		[
			"has no base64 where the picture should be",
			instead(() => `${"no ".repeat(50)}!`),
		],
		["is an empty object", json("{}")],
		["is an empty list", json("[]")],
		["is null", json("null")],
		["is a word", json('"done"')],
		[
			"has lists and objects in strange places",
			json('{"data":{},"images":7,"candidates":[null],"choices":[[]]}'),
		],
	];
	for (const [what, distort] of useless) {
		test(`${name}: an answer that ${what} is unavailable, and not asked for again since it may be paid`, async (t) => {
			const stage = await openStage(t, wire);
			const png = Buffer.concat([await picture(), randomBytes(5_000)]);
			const distorted = (reply: VendorReply) => distort(reply, png);
			stage.stub.script = wire.script([png], distorted, stage.stub);
			const error = await stage.fails();
			assert.equal(error.kind, "unavailable", error.message);
			assert.equal(error.mayBePaid, true);
			assert.equal(stage.drawingRequests(), 1);
		});
	}

	test(`${name}: an error inside of an answer of success is an error, and asked once`, async (t) => {
		const stage = await openStage(t, wire);
		const error = {
			message: "shard 7 is away",
			code: 500,
			type: "server_error",
		};
		const distort = json(JSON.stringify({ error }));
		stage.stub.script = wire.script([await picture()], distort, stage.stub);
		const { kind, message } = await stage.fails();
		assert.equal(kind, "unavailable", message);
		assert.equal(stage.drawingRequests(), 1);
	});
}

function testSeveral(name: string, wire: VendorWire): void {
	if (!(wire.answersWithSeveral ?? wire.answersInText)) return;
	test(`${name}: of an answer with more pictures than were asked for, none is spoiled`, async (t) => {
		const stage = await openStage(t, wire);
		const sent = [
			await picture("one"),
			await picture("two"),
			await picture("three"),
		];
		stage.stub.script = wire.script(sent, asItIs, stage.stub);
		const { images } = await stage.draw();
		assert.ok(images.length >= 1);
		for (const [index, { file }] of images.entries())
			assert.deepEqual(bytesOf(file), sent[index]);
	});
}
