/** The painter's own batches: kept in files through any death, and drawn as they are read. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createManualClock } from "../../../testing/manual-clock.ts";
import { plainPng } from "../../../testing/scripted-provider.ts";
import {
	batchesOf,
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
	providerServices,
} from "../../../testing/test-call.ts";
import { waitUntil } from "../../../testing/wait-until.ts";
import { testBatchesContract } from "../../batches-contract.ts";
import {
	type BatchLine,
	type BatchResult,
	type ChatCall,
	type ImageCall,
	type InputImage,
	type Provider,
	ProviderError,
	type ResultsContext,
} from "../../provider.ts";
import { painter } from "../kind.ts";
import { closedError, openBatches } from "./batches.ts";
import type { Hand } from "./draw-lines.ts";

const HOUR_MS = 60 * 60 * 1000;

function openFolder(t: Pick<TestContext, "after">): string {
	const folder = mkdtempSync(path.join(tmpdir(), "gesso-batches-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function openPainter(
	t: Pick<TestContext, "after">,
	folder: string,
	environment: Readonly<Record<string, string>> = {},
): Provider {
	const faults: string[] = [];
	const [instance] = painter.configure(
		{
			environment: {
				PAINTER_THREADS: "2",
				PAINTER_DRAFT: "true",
				...environment,
			},
			entries: {},
		},
		faults,
	);
	assert.ok(instance !== undefined, faults.join(" "));
	const provider = instance.open({
		...providerServices(),
		dominantColours: async (image) => {
			const bytes = Buffer.concat(await all(await image.open()));
			assert.equal(bytes.toString("latin1", 1, 4), "PNG");
			return [{ colour: [200, 10, 10], share: 1 }];
		},
		ownFolder: (name) => path.join(folder, name),
	});
	t.after(() => provider.close());
	return provider;
}

testBatchesContract("the painter", async (t) => ({
	batches: batchesOf(openPainter(t, openFolder(t))),
	call: { model: "painter", frame: { width: 64, height: 64 } },
	idOfNobody: (id) => `${id.slice(0, -16)}0123456789abcdef`,
}));

/** A hand that draws what it is told to, in the place of the painter's. */
async function openStage(
	t: TestContext,
	options: {
		readonly draw?: (call: ImageCall) => Promise<void>;
		readonly atOnce?: number;
		readonly folder?: string;
	} = {},
) {
	const folder = options.folder ?? openFolder(t);
	const clock = createManualClock();
	const closing = new AbortController();
	const calls: ImageCall[] = [];
	const underWay = { now: 0, most: 0 };
	const hand: Hand = {
		generateImages: async (call, context) => {
			calls.push(call);
			underWay.now++;
			underWay.most = Math.max(underWay.most, underWay.now);
			try {
				await options.draw?.(call);
				context.signal.throwIfAborted();
				const file = await context.keepFile(bytesFor(call));
				return {
					images: [{ file, seed: call.seed, revisedPrompt: undefined }],
					warnings: [],
					usage: undefined,
					costDollars: 0,
				};
			} finally {
				underWay.now--;
			}
		},
		chat: async function* (call) {
			const [part] = call.turns.at(-1)?.parts ?? [];
			yield { kind: "text", text: "You said: " };
			yield { kind: "text", text: part?.kind === "text" ? part.text : "" };
			yield {
				kind: "end",
				reason: "stop",
				warnings: [],
				usage: undefined,
				costDollars: 0,
			};
		},
	};
	const batches = openBatches({
		name: "painter",
		folder,
		hand,
		atOnce: options.atOnce ?? 2,
		randomSeed: () => 77,
		clock: clock.now,
		closing: closing.signal,
	});
	const context = await openCallContext(t);
	const submit = async (lines: readonly BatchLine[], displayName = "rugs") => {
		const submission = { model: "painter", displayName, lines: each(lines) };
		return (await batches.submit(submission, context)).batchId;
	};
	return {
		folder,
		clock,
		closing,
		calls,
		underWay,
		batches,
		context,
		submit,
		statusOf: async (batchId: string) =>
			(await batches.poll(batchId, context.signal)).status,
	};
}

async function* bytesFor({ prompt }: ImageCall): AsyncGenerator<Uint8Array> {
	yield Buffer.from(prompt);
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
	yield* items;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
	const found: T[] = [];
	for await (const item of items) found.push(item);
	return found;
}

const keysOf = (results: readonly BatchResult[]) =>
	results.map(({ key }) => key).toSorted();

const draws = (key: string, changes: Partial<ImageCall> = {}): BatchLine => ({
	key,
	request: {
		kind: "image",
		call: imageCall({ model: "painter", prompt: key, ...changes }),
	},
});

const says = (
	key: string,
	parts: ChatCall["turns"][0]["parts"],
): BatchLine => ({
	key,
	request: {
		kind: "chat",
		call: {
			model: "painter",
			instructions: undefined,
			turns: [{ role: "user", parts }],
			modalities: ["text"],
			frame: undefined,
			seed: undefined,
			temperature: undefined,
			maxOutputTokens: undefined,
		},
	},
});

const rows = (count: number) =>
	Array.from({ length: count }, (_, index) => draws(`row ${index}`));

/** A picture that can be read only once: later, its bytes are gone. */
function passing(bytes: Buffer): InputImage {
	let isGone = false;
	return {
		...inputImageOf(bytes),
		open: async () => {
			assert.ok(!isGone, "the picture is gone");
			isGone = true;
			return await inputImageOf(bytes).open();
		},
	};
}

test("pictures of lines are kept with the batch, each once, and are what was handed over", async (t) => {
	const { batches, context, folder, calls, submit } = await openStage(t);
	const [rug, mask] = [Buffer.alloc(200_001, "rug"), Buffer.from("mask")];
	const submitted = await submit([
		draws("a", { inputImages: [passing(rug)], mask: passing(mask) }),
		draws("b", { inputImages: [passing(rug), passing(mask)] }),
	]);
	const files = await readdir(folder, { recursive: true });
	assert.equal(
		files.filter((file) => /[0-9a-f]{64}$/.test(file)).length,
		2,
		"two pictures in four places",
	);
	assert.deepEqual(keysOf(await all(batches.results(submitted, context))), [
		"a",
		"b",
	]);
	const [first, second] = calls.toSorted((one, other) =>
		one.prompt.localeCompare(other.prompt),
	);
	const content = async (image: InputImage | undefined) =>
		image && Buffer.concat(await all(await image.open()));
	assert.deepEqual(await content(first?.inputImages[0]), rug);
	assert.deepEqual(await content(first?.mask), mask);
	assert.deepEqual(await content(second?.inputImages[0]), rug);
	assert.deepEqual(await content(second?.inputImages[1]), mask);
	assert.equal(second?.mask, undefined);
	const [{ mediaType, width, sizeBytes } = assert.fail("it has no picture")] =
		first?.inputImages ?? [];
	assert.deepEqual([mediaType, width, sizeBytes], ["image/png", 8, 200_001]);
});

test("nothing is drawn before somebody reads, never more at once than there are threads, and nothing ahead of them", async (t) => {
	const { batches, context, calls, underWay, submit } = await openStage(t, {
		atOnce: 3,
	});
	const batchId = await submit(rows(12));
	assert.equal(calls.length, 0);
	let read = 0;
	for await (const result of batches.results(batchId, context)) {
		assert.ok(result.kind === "done" && result.images[0] !== undefined);
		assert.equal(bytesOf(result.images[0].file).toString(), result.key);
		read++;
		assert.ok(calls.length <= read + 2, `${calls.length} are begun`);
	}
	assert.equal(read, 12);
	assert.equal(underWay.most, 3);
});

test("a quick line does not wait for a slow one", async (t) => {
	const { promise, resolve } = Promise.withResolvers<void>();
	const { batches, context, submit } = await openStage(t, {
		draw: ({ prompt }) => (prompt === "row 0" ? promise : Promise.resolve()),
	});
	const batchId = await submit(rows(5));
	const keys: string[] = [];
	for await (const { key } of batches.results(batchId, context)) {
		keys.push(key);
		if (keys.length === 4) resolve();
	}
	assert.deepEqual(keys, ["row 1", "row 2", "row 3", "row 4", "row 0"]);
});

test("lines that nobody wants are not drawn", async (t) => {
	const { batches, context, calls, submit } = await openStage(t);
	const batchId = await submit(rows(9));
	const wanting: ResultsContext = {
		...context,
		isWanted: (key) => key === "row 4" || key === "row 8",
	};
	assert.deepEqual(keysOf(await all(batches.results(batchId, wanting))), [
		"row 4",
		"row 8",
	]);
	assert.equal(calls.length, 2);
});

test("a line that brings no seed is given one for good, and nobody is shown unfinished pictures", async (t) => {
	const { batches, context, calls, submit } = await openStage(t);
	const batchId = await submit([
		draws("a", { partialImages: 3 }),
		draws("b", { seed: 5 }),
	]);
	await all(batches.results(batchId, context));
	await all(batches.results(batchId, context));
	assert.deepEqual(
		calls
			.map(({ prompt, seed, partialImages }) => [prompt, seed, partialImages])
			.toSorted(),
		[
			["a", 77, 0],
			["a", 77, 0],
			["b", 5, 0],
			["b", 5, 0],
		],
	);
});

test("what goes wrong with a line is that line's, whatever it is", async (t) => {
	const { batches, context, submit } = await openStage(t, {
		draw: async ({ prompt }) => {
			if (prompt === "row 1") throw new ProviderError("content_blocked", "no");
		},
	});
	const batchId = await submit([
		...rows(3),
		says("talk", [{ kind: "text", text: "hello" }]),
	]);
	const results = await all(batches.results(batchId, context));
	const told = results.map((result) => [
		result.key,
		result.kind === "done" ? result.text : result.error.kind,
	]);
	assert.deepEqual(told.toSorted(), [
		["row 0", ""],
		["row 1", "content_blocked"],
		["row 2", ""],
		["talk", "You said: hello"],
	]);
});

test("the painter itself draws, describes a picture that is gone by then, and refuses, line by line", async (t) => {
	const batches = batchesOf(openPainter(t, openFolder(t)));
	const context = await openCallContext(t);
	const rug = await plainPng({ width: 40, height: 30 }, "rug");
	const picture = {
		...passing(rug),
		width: 40,
		height: 30,
	};
	const { batchId } = await batches.submit(
		{
			model: "painter",
			displayName: "rugs",
			lines: each([
				draws("drawn", { frame: { width: 80, height: 64 } }),
				says("described", [
					{ kind: "text", text: "Describe this picture" },
					{ kind: "image", image: picture },
				]),
				draws("too small", { frame: { width: 1, height: 1 } }),
				draws("other model", { model: "pencil" }),
			]),
		},
		context,
	);
	const results = new Map(
		(await all(batches.results(batchId, context))).map((each) => [
			each.key,
			each,
		]),
	);
	const drawn = results.get("drawn");
	assert.ok(drawn?.kind === "done" && drawn.images[0] !== undefined);
	assert.equal(bytesOf(drawn.images[0].file).readUInt32BE(16), 80);
	assert.equal(drawn.costDollars, 0);
	const described = results.get("described");
	assert.ok(described?.kind === "done");
	assert.match(described.text, /40 pixels wide and 30 high.* red\b/);
	for (const key of ["too small", "other model"]) {
		const failed = results.get(key);
		assert.ok(failed?.kind === "failed");
		assert.equal(failed.error.kind, "invalid");
	}
});

test("a reader who leaves has nothing drawn any more, and waits for what is under way", async (t) => {
	const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	const stage = await openStage(t, {
		atOnce: 3,
		draw: async ({ prompt }) => {
			const gate = gates[Number(prompt.slice(4)) - 1];
			if (gate !== undefined) await gate.promise;
		},
	});
	const batchId = await stage.submit(rows(9));
	const results = stage.batches.results(batchId, stage.context);
	const reading = (async () => {
		for await (const { key } of results) {
			assert.equal(key, "row 0");
			setTimeout(() => {
				for (const { resolve } of gates) resolve();
			}, 20);
			break;
		}
	})();
	await reading;
	assert.equal(stage.underWay.now, 0);
	assert.equal(stage.calls.length, 3);
	assert.equal(stage.context.kept.length, 1, "what came too late is not kept");
});

test("whoever is called off stops with the reason; a painter that is closed fails no line", async (t) => {
	const { promise, resolve } = Promise.withResolvers<void>();
	t.after(() => resolve());
	const open = () =>
		openStage(t, {
			draw: async ({ prompt }) => {
				if (prompt !== "row 0") await promise;
			},
		});
	const left = await open();
	const leaving = new AbortController();
	const context = { ...left.context, signal: leaving.signal };
	const leftId = await left.submit(rows(4));
	await assert.rejects(async () => {
		for await (const _ of left.batches.results(leftId, context)) {
			leaving.abort(new Error("the lease is lost"));
			resolve();
		}
	}, /the lease is lost/);

	const closed = await open();
	const closedId = await closed.submit(rows(4));
	await assert.rejects(
		async () => {
			for await (const result of closed.batches.results(
				closedId,
				closed.context,
			)) {
				assert.equal(result.kind, "done");
				closed.closing.abort(closedError("painter"));
			}
		},
		{ kind: "unavailable", isRetryable: true },
	);
});

test("a batch that is called off is forgotten, with all that was kept for it", async (t) => {
	const { batches, context, folder, submit, statusOf } = await openStage(t);
	const batchId = await submit([
		draws("a", { inputImages: [inputImageOf(Buffer.from("rug"))] }),
	]);
	await batches.cancel(batchId, context.signal);
	assert.equal(await statusOf(batchId), "gone");
	assert.equal(await batches.find("rugs", context.signal), undefined);
	const [machine = ""] = await readdir(folder);
	assert.deepEqual(await readdir(path.join(folder, machine)), []);
	await batches.cancel(batchId, context.signal);
});

test("a batch is forgotten after two days, when the next one comes", async (t) => {
	const { clock, submit, statusOf } = await openStage(t);
	const old = await submit(rows(1));
	clock.advance(HOUR_MS);
	const younger = await submit(rows(1));
	clock.advance(47 * HOUR_MS + 1);
	assert.equal(await statusOf(old), "succeeded");
	await submit(rows(1));
	assert.deepEqual(
		[await statusOf(old), await statusOf(younger)],
		["gone", "succeeded"],
	);
});

test("a batch of another machine is not gone: nobody here can know", async (t) => {
	const here = await openStage(t);
	const there = await openStage(t);
	const batchId = await there.submit(rows(1));
	for (const ask of [
		() => here.batches.poll(batchId, here.context.signal),
		() => all(here.batches.results(batchId, here.context)),
		() => here.batches.cancel(batchId, here.context.signal),
	])
		await assert.rejects(ask, {
			kind: "unavailable",
			isRetryable: true,
			message: /another machine/,
		});
	await here.submit(rows(1));
	await assert.rejects(here.batches.poll(batchId, here.context.signal));
	for (const odd of ["", "..", "batches/x", `../${batchId}`, `${batchId}.`])
		assert.equal(await here.statusOf(odd), "gone");
});

test("every process of a machine knows its batches, also one that starts later, and a data directory may be moved", async (t) => {
	const first = await openStage(t);
	const batchId = await first.submit(rows(2));
	const second = await openStage(t, { folder: first.folder });
	assert.equal(await second.statusOf(batchId), "succeeded");
	const other = await second.submit(rows(1), "others");
	assert.equal(await first.statusOf(other), "succeeded");
	const moved = openFolder(t);
	await cp(first.folder, moved, { recursive: true });
	await rm(first.folder, { recursive: true });
	const third = await openStage(t, { folder: moved });
	assert.deepEqual(
		keysOf(await all(third.batches.results(batchId, third.context))),
		["row 0", "row 1"],
	);
});

test("two processes that come first at the same moment find each other's batches", async (t) => {
	const folder = openFolder(t);
	const stages = [
		await openStage(t, { folder }),
		await openStage(t, { folder }),
	] as const;
	const ids = await Promise.all(
		stages.map(({ submit }, index) => submit(rows(1), `batch ${index}`)),
	);
	for (const { statusOf, batches, context } of stages)
		for (const [index, id] of ids.entries()) {
			assert.equal(await statusOf(id), "succeeded");
			const found = await batches.find(`batch ${index}`, context.signal);
			assert.equal(found?.batchId, id);
		}
});

test("lines that weigh too much are refused, and leave nothing behind", async (t) => {
	const { folder, batches, context } = await openStage(t);
	const { maxLines } = batches.limits;
	const line = draws("a");
	async function* tooMany(): AsyncGenerator<BatchLine> {
		for (let index = 0; index <= maxLines; index++) yield line;
	}
	await assert.rejects(
		batches.submit(
			{ model: "painter", displayName: "rugs", lines: tooMany() },
			context,
		),
		{ kind: "invalid", publicMessage: /up to 50000 lines/ },
	);
	const [machine = ""] = await readdir(folder);
	assert.deepEqual(await readdir(path.join(folder, machine)), []);
});

test("a picture that cannot be read is the painter's fault and not the lines', and nothing was submitted", async (t) => {
	const { batches, context, submit } = await openStage(t);
	const unreadable = {
		...inputImageOf(Buffer.from("rug")),
		open: async () => assert.fail("it is gone"),
	};
	await assert.rejects(submit([draws("a", { inputImages: [unreadable] })]), {
		kind: "unavailable",
		mayBePaid: false,
	});
	assert.equal(await batches.find("rugs", context.signal), undefined);
});

test("a batch that lost its lines is a fault, and a picture that is lost is the fault of its line", async (t) => {
	const folder = openFolder(t);
	const batches = batchesOf(openPainter(t, folder));
	const context = await openCallContext(t);
	const inputImages = [
		inputImageOf(await plainPng({ width: 8, height: 8 }, "a")),
	];
	const frame = { width: 64, height: 64 };
	const lines = [draws("a", { frame, inputImages }), draws("b", { frame })];
	const { batchId } = await batches.submit(
		{ model: "painter", displayName: "rugs", lines: each(lines) },
		context,
	);
	const lose = async (what: RegExp) => {
		const files = await readdir(folder, { recursive: true });
		const lost = files.filter((file) => what.test(file));
		assert.equal(lost.length, 1);
		for (const file of lost) await rm(path.join(folder, file));
	};
	await lose(/[0-9a-f]{64}$/);
	const results = await all(batches.results(batchId, context));
	assert.deepEqual(results.map(({ key, kind }) => [key, kind]).toSorted(), [
		["a", "failed"],
		["b", "done"],
	]);
	await lose(/lines\.jsonl$/);
	await assert.rejects(all(batches.results(batchId, context)), {
		name: "ProviderError",
		kind: "unavailable",
	});
});

test("a process that is killed while it submits leaves whole batches and no other", async (t) => {
	const folder = openFolder(t);
	const taken: string[] = [];
	for (const afterMs of [0, 15, 40])
		taken.push(...(await killed(folder, afterMs)));
	assert.ok(taken.length >= 3);
	const { batches, context } = await openStage(t, { folder });
	const [machine = ""] = await readdir(folder);
	const names = await readdir(path.join(folder, machine));
	const whole = names.filter((name) => !name.endsWith("~"));
	assert.ok(whole.length >= taken.length);
	for (const id of [...taken, ...whole.map((name) => `${machine}.${name}`)]) {
		const { status, counts } = await batches.poll(id, context.signal);
		assert.deepEqual([status, counts.total], ["succeeded", 20]);
		const results = await all(batches.results(id, context));
		assert.equal(results.filter(({ kind }) => kind === "done").length, 20);
	}
	const later = openBatches({
		name: "painter",
		folder,
		hand: { generateImages: () => assert.fail(), chat: () => assert.fail() },
		atOnce: 1,
		randomSeed: () => 1,
		clock: () => Date.now() + 49 * HOUR_MS,
		closing: new AbortController().signal,
	});
	await later.submit(
		{ model: "painter", displayName: "last", lines: each(rows(1)) },
		context,
	);
	const left = await readdir(path.join(folder, machine));
	assert.equal(left.length, 1, "what the kills left behind is swept");
});

/** Has a process submit, and kills it a little after it said that the first batch was taken. @returns those that were. */
async function killed(folder: string, afterMs: number): Promise<string[]> {
	const file = fileURLToPath(
		new URL("./submit-until-killed.ts", import.meta.url),
	);
	const child = spawn(process.execPath, [file, folder], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const closed = once(child, "close");
	let output = "";
	child.stdout.on("data", (chunk: Buffer) => {
		output += chunk;
	});
	await waitUntil(() => output.includes("\n") || child.exitCode !== null);
	setTimeout(() => child.kill("SIGKILL"), afterMs);
	await closed;
	return output.split("\n").slice(0, -1);
}

test("a painter that is switched off takes no batches", (t) => {
	const off = openPainter(t, openFolder(t), { PAINTER_ENABLED: "false" });
	assert.equal(off.batches, undefined);
	assert.equal(off.readiness.status, "not_configured");
});
