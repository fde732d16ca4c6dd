/** What every provider that speaks HTTP to a vendor must do, whatever goes wrong: one suite, run by each of them against a vendor on this machine. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
	asItIs,
	openStage,
	picture,
	type VendorWire,
} from "../testing/provider-stage.ts";
import { bytesOf, inputImageOf } from "../testing/test-call.ts";
import type { VendorReply } from "../testing/vendor-stub.ts";
import { waitUntil } from "../testing/wait-until.ts";
import { testAnswersContract } from "./answers-contract.ts";

export { SECRET, type VendorWire } from "../testing/provider-stage.ts";

const PROMPT = 'a "b64_json": "fox", \\"data\\": {"url"} – ภาพถ่าย 🦊\n{{x}}';

export function testProviderContract(name: string, wire: VendorWire): void {
	test(`${name}: a picture arrives byte for byte, from one request`, async (t) => {
		const stage = await openStage(t, wire);
		const png = await picture();
		stage.stub.script = wire.script([png], asItIs, stage.stub);
		const { images } = await stage.draw();
		assert.equal(images.length, 1);
		const [image] = images;
		assert.ok(image !== undefined);
		assert.deepEqual(bytesOf(image.file), png);
		assert.equal(image.file.sizeBytes, png.length);
		assert.equal(stage.drawingRequests(), 1);
	});

	test(`${name}: a picture of many megabytes, in pieces of any size, arrives byte for byte`, async (t) => {
		const stage = await openStage(t, wire);
		const large = Buffer.concat([await picture(), randomBytes(9_000_001)]);
		stage.stub.script = wire.script(
			[large],
			(reply) => ({ ...reply, dripBytes: 65_537 }),
			stage.stub,
		);
		const { images } = await stage.draw();
		assert.ok(images[0] !== undefined);
		assert.ok(bytesOf(images[0].file).equals(large));
	});

	test(`${name}: an answer that comes a few bytes at a time is understood`, async (t) => {
		const stage = await openStage(t, wire);
		const png = await picture();
		stage.stub.script = wire.script(
			[png],
			(reply) => ({ ...reply, dripBytes: 7 }),
			stage.stub,
		);
		const { images } = await stage.draw();
		assert.ok(images[0] !== undefined);
		assert.deepEqual(bytesOf(images[0].file), png);
	});

	if (wire.promptOf !== undefined) {
		const { promptOf } = wire;
		test(`${name}: the prompt reaches the vendor as it was written`, async (t) => {
			const stage = await openStage(t, wire);
			stage.stub.script = wire.script([await picture()], asItIs, stage.stub);
			await stage.draw({ prompt: PROMPT });
			const drawing = stage.stub.received.find((each) => wire.isDrawing(each));
			assert.ok(drawing !== undefined);
			assert.equal(promptOf(drawing), PROMPT);
		});
	}

	if (wire.inputImagesOf !== undefined) {
		const { inputImagesOf } = wire;
		test(`${name}: input images reach the vendor byte for byte`, async (t) => {
			const stage = await openStage(t, wire);
			stage.stub.script = wire.script([await picture()], asItIs, stage.stub);
			const input = Buffer.concat([await picture("in"), randomBytes(50_002)]);
			await stage.draw({ inputImages: [inputImageOf(input)] });
			const [arrived] = inputImagesOf(stage.stub.received);
			assert.ok(arrived?.equals(input));
		});
	}

	testRefusals(name, wire);
	testBrokenAnswers(name, wire);
	testAnswersContract(name, wire);
	testLeaving(name, wire);
}

function testRefusals(name: string, wire: VendorWire): void {
	for (const { what, reply, kind, retryAfterMs } of wire.refusals) {
		test(`${name}: ${what} is ${kind}, and asked once`, async (t) => {
			const stage = await openStage(t, wire);
			const accept = wire.script([await picture()], asItIs, stage.stub);
			stage.stub.script = (request, index) =>
				wire.isDrawing(request) ? reply : accept(request, index);
			const error = await stage.fails();
			assert.equal(error.kind, kind, error.message);
			assert.equal(error.mayBePaid, false, "it was told to be unpaid");
			if (retryAfterMs !== undefined)
				assert.equal(error.retryAfterMs, retryAfterMs);
			assert.equal(stage.drawingRequests(), 1);
		});
	}

	test(`${name}: what a vendor says of itself is for the log, and never a picture`, async (t) => {
		const stage = await openStage(t, wire);
		const accept = wire.script([await picture()], asItIs, stage.stub);
		const noise = randomBytes(3_000).toString("base64");
		stage.stub.script = (request, index) =>
			wire.isDrawing(request)
				? { status: 500, body: JSON.stringify({ error: `shard 7: ${noise}` }) }
				: accept(request, index);
		const error = await stage.fails();
		assert.equal(error.kind, "unavailable");
		assert.match(error.message, /shard 7/);
		assert.ok(!error.message.includes(noise.slice(0, 200)));
		assert.ok(!error.publicMessage.includes("shard 7"));
	});

	test(`${name}: a vendor that nobody can reach is unavailable, and unpaid`, async (t) => {
		const stage = await openStage(t, wire);
		const closed = new Promise((resolve) => stage.stub.server.close(resolve));
		stage.stub.server.closeAllConnections();
		await closed;
		const error = await stage.fails();
		assert.equal(error.kind, "unavailable");
		assert.equal(error.mayBePaid, false);
		assert.equal(error.isRetryable, true);
	});
}

function testBrokenAnswers(name: string, wire: VendorWire): void {
	const broken: readonly [string, (reply: VendorReply) => VendorReply][] = [
		[
			"breaks off in the middle of a picture",
			(reply) => ({
				...reply,
				breakAfterBytes: Math.floor(Buffer.byteLength(reply.body ?? "") / 2),
			}),
		],
		[
			"breaks off before it begins",
			(reply) => ({ ...reply, breakAfterBytes: 0 }),
		],
		...(wire.answersInText
			? ([
					[
						"ends too soon",
						(reply) => ({
							...reply,
							body: Buffer.from(reply.body ?? "").subarray(0, -40),
						}),
					],
					[
						"is a proxy's page",
						(reply) => ({
							...reply,
							headers: { "content-type": "text/html" },
							body: "<html><h1>Bad gateway</h1></html>",
						}),
					],
					["is empty", (reply) => ({ ...reply, body: "" })],
				] satisfies [string, (reply: VendorReply) => VendorReply][])
			: []),
	];
	for (const [what, distort] of broken) {
		test(`${name}: an answer that ${what} is unavailable, and not asked for again since it may be paid`, async (t) => {
			const stage = await openStage(t, wire);
			const png = Buffer.concat([await picture(), randomBytes(20_000)]);
			stage.stub.script = wire.script([png], distort, stage.stub);
			const error = await stage.fails();
			assert.equal(error.kind, "unavailable", error.message);
			assert.equal(error.mayBePaid, true);
			assert.equal(error.isRetryable, false);
			assert.equal(stage.drawingRequests(), 1);
		});
	}
}

function testLeaving(name: string, wire: VendorWire): void {
	for (const [when, hangAfterBytes] of [
		["before the answer has anything in it", 0],
		["in the middle of a picture", 5_000],
	] as const) {
		test(`${name}: a caller who leaves ${when} is let go with the reason, and the vendor's connection with him`, async (t) => {
			const leaving = new AbortController();
			const stage = await openStage(t, wire, { signal: leaving.signal });
			const png = Buffer.concat([await picture(), randomBytes(20_000)]);
			const { promise: isHanging, resolve } = Promise.withResolvers<void>();
			stage.stub.script = wire.script(
				[png],
				(reply) => {
					resolve();
					return { ...reply, hangAfterBytes };
				},
				stage.stub,
			);
			const drawing = stage.draw();
			await isHanging;
			setTimeout(() => leaving.abort(new Error("the caller left")), 20);
			await assert.rejects(drawing, /the caller left/);
			await waitUntil(() => stage.stub.left > 0);
		});
	}
}
