/** The crew of threads paints the same bytes however many hands it has, and survives what happens to one of them. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import sharp from "sharp";
import type { Brief } from "./brief.ts";
import { Crew } from "./crew.ts";

const BRIEF: Brief = {
	scene: "sea",
	timeOfDay: "dawn",
	weather: "clear",
	season: "summer",
	colours: [],
	seed: 11,
};
const NEVER = new AbortController().signal;

const crews: Crew[] = [];
function hire(threads: number, isDraft = false): Crew {
	const crew = new Crew(threads, isDraft);
	crews.push(crew);
	return crew;
}
after(async () => {
	await Promise.all(crews.map((crew) => crew.close()));
});

async function fileOf(
	crew: Crew,
	brief: Brief,
	width: number,
	height: number,
	signal: AbortSignal = NEVER,
): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of crew.paint(brief, width, height, signal)) {
		parts.push(part);
	}
	return Buffer.concat(parts);
}

const digest = (file: Buffer) =>
	createHash("sha256").update(file).digest("hex");

test("one thread, two threads and a second run paint the same bytes", async () => {
	const one = hire(1);
	const two = hire(2);
	// Wide enough that the picture has several bands.
	const files = [
		await fileOf(one, BRIEF, 1200, 160),
		await fileOf(two, BRIEF, 1200, 160),
		await fileOf(two, BRIEF, 1200, 160),
	];
	assert.equal(new Set(files.map(digest)).size, 1);
});

test("pictures painted at the same time do not mix", async () => {
	const crew = hire(2);
	const briefs = [3, 4, 5].map((seed) => ({ ...BRIEF, seed }));
	const together = await Promise.all(
		briefs.map((brief) => fileOf(crew, brief, 700, 300)),
	);
	for (const [index, brief] of briefs.entries()) {
		const alone = await fileOf(crew, brief, 700, 300);
		assert.equal(digest(together[index] as Buffer), digest(alone));
	}
});

test("a draft is the same picture in large dots, whatever its size", async () => {
	const [full, draft] = await Promise.all(
		[hire(2), hire(2, true)].map(async (crew) => {
			const file = await fileOf(crew, BRIEF, 1198, 158);
			return await sharp(file).raw().toBuffer({ resolveWithObject: true });
		}),
	);
	assert.ok(full !== undefined && draft !== undefined);
	assert.deepEqual(draft.info, full.info);
	let difference = 0;
	for (const [index, level] of draft.data.entries())
		difference += Math.abs(level - (full.data[index] ?? 0));
	assert.ok(difference / full.data.length < 8, "levels of 255, on average");
	const pixel = (x: number, y: number) =>
		draft.data.subarray((y * 1198 + x) * 3, (y * 1198 + x) * 3 + 3);
	assert.deepEqual(pixel(400, 80), pixel(403, 83));
	assert.notDeepEqual(pixel(400, 80), pixel(404, 80));
});

test("an aborted picture rejects with the reason and leaves the crew free for the next", async () => {
	const crew = hire(1);
	const controller = new AbortController();
	const reason = new Error("the caller went home");
	const doomed = crew.paint(BRIEF, 2048, 2048, controller.signal);
	await doomed.next();
	await doomed.next();
	controller.abort(reason);
	await assert.rejects(async () => {
		for await (const _ of doomed);
	}, reason);
	assert.ok((await fileOf(crew, BRIEF, 64, 64)).length > 0);
});

test("a picture whose signal has already aborted is not begun", async () => {
	await assert.rejects(
		fileOf(hire(1), BRIEF, 64, 64, AbortSignal.abort(new Error("late"))),
		/late/,
	);
});

test("a reader who stops early leaves the crew free", async () => {
	const crew = hire(1);
	for await (const _ of crew.paint(BRIEF, 2048, 2048, NEVER)) break;
	assert.ok((await fileOf(crew, BRIEF, 64, 64)).length > 0);
});

test("a thread that dies fails its picture and is replaced", async () => {
	const crew = hire(1);
	const impossible = { ...BRIEF, scene: "nowhere" } as unknown as Brief;
	await assert.rejects(fileOf(crew, impossible, 64, 64), TypeError);
	assert.ok((await fileOf(crew, BRIEF, 64, 64)).length > 0);
});

test("a closed crew fails what it was painting and takes nothing more", async () => {
	const crew = hire(1);
	const open = crew.paint(BRIEF, 1024, 1024, NEVER);
	await open.next();
	await crew.close();
	await assert.rejects(async () => {
		for await (const _ of open);
	}, /closed/);
	await assert.rejects(fileOf(crew, BRIEF, 64, 64), /closed/);
});
