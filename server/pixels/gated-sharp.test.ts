/** What sharp is allowed to read, and how much of it at once. */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, it } from "node:test";
import sharp from "sharp";
import { jobsAtOnce } from "./gate.ts";
import { MAX_PIXELS, withSharp } from "./gated-sharp.ts";
import { fourFields, testPictures } from "./test-pictures.ts";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>`;

describe("sharp behind the gate", () => {
	const pictures = testPictures();

	it("runs no more jobs at once than leave threads to file reads", async () => {
		const path = pictures.path("fields.png");
		await fourFields().png().toFile(path);
		let running = 0;
		let most = 0;
		const jobs = Array.from({ length: 12 }, () =>
			withSharp(path, { limitInputPixels: MAX_PIXELS }, async (image) => {
				running++;
				most = Math.max(most, running);
				await image.resize(300, 300).webp().toBuffer();
				running--;
			}),
		);
		await Promise.all(jobs);
		const pool = Number(process.env.UV_THREADPOOL_SIZE) || 4;
		assert.equal(most, jobsAtOnce(availableParallelism(), pool));
	});

	it("keeps nothing in a cache and uses one thread for each job", () => {
		assert.equal(sharp.concurrency(), 1);
		const { memory, files, items } = sharp.cache();
		assert.deepEqual([memory.max, files.max, items.max], [0, 0, 0]);
	});

	it("never parses a drawing or an unusual format, from a file or from memory", async () => {
		const ppm = "P3\n1 1\n255\n255 0 0\n";
		const csv = "1,2\n3,4\n";
		for (const [name, text] of [
			["drawing.svg", SVG],
			["picture.ppm", ppm],
			["table.csv", csv],
		] as const) {
			const path = await pictures.write(name, text);
			await assert.rejects(
				withSharp(path, { limitInputPixels: MAX_PIXELS }, (image) =>
					image.png().toBuffer(),
				),
				/unsupported/,
				name,
			);
			await assert.rejects(
				sharp(Buffer.from(text)).png().toBuffer(),
				/unsupported/,
				name,
			);
		}
	});
});
