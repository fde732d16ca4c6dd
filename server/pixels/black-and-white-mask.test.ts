/** A mask says the same in black and white as it said in transparency, however it was written. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import sharp, { type Sharp } from "sharp";
import { renderBlackAndWhiteMask } from "./black-and-white-mask.ts";
import { testPictures } from "./test-pictures.ts";

describe("a mask in black and white", () => {
	const pictures = testPictures();

	/** Red all over: opaque, half transparent, transparent. */
	function threeStripes(): Sharp {
		const pixels = [255, 128, 0].flatMap((alpha) => [200, 30, 30, alpha]);
		return sharp(Buffer.from(pixels), {
			raw: { width: 3, height: 1, channels: 4 },
		});
	}

	async function greysOf(name: string, mask: Sharp): Promise<number[]> {
		const path = pictures.path(name);
		const outputPath = pictures.path(`${name}.mask`);
		await mask.toFile(path);
		await renderBlackAndWhiteMask(path, outputPath);
		const facts = await sharp(outputPath).metadata();
		assert.equal(facts.format, "png");
		assert.equal(facts.channels, 1);
		assert.equal(facts.depth, "uchar");
		return [
			...(await sharp(outputPath)
				.toColourspace("b-w")
				.raw({ depth: "uchar" })
				.toBuffer()),
		];
	}

	it("is white where it was transparent, and black where it was not", async () => {
		assert.deepEqual(
			await greysOf("red.png", threeStripes().png()),
			[0, 127, 255],
		);
	});

	it("is so for masks of greys, of few colours, of 16 bits and of WebP", async () => {
		const masks: [string, Sharp][] = [
			["grey.png", threeStripes().toColourspace("b-w").png()],
			["few.png", threeStripes().png({ palette: true, dither: 0 })],
			["deep.png", threeStripes().toColourspace("rgb16").png()],
			["lossless.webp", threeStripes().webp({ lossless: true })],
		];
		for (const [name, mask] of masks) {
			const [opaque = -1, half = -1, transparent = -1] = await greysOf(
				name,
				mask,
			);
			assert.ok(opaque <= 1, `${name}: ${opaque}`);
			assert.ok(Math.abs(half - 127) <= 1, `${name}: ${half}`);
			assert.ok(transparent >= 254, `${name}: ${transparent}`);
		}
	});

	it("is black all over when nothing was transparent", async () => {
		const opaque = threeStripes().removeAlpha().jpeg();
		assert.deepEqual(await greysOf("opaque.jpg", opaque), [0, 0, 0]);
	});

	it("leaves nothing behind when the mask cannot be read", async () => {
		const path = pictures.path("broken.png");
		await writeFile(path, "no picture");
		const outputPath = pictures.path("broken.mask");
		await assert.rejects(renderBlackAndWhiteMask(path, outputPath));
		assert.equal(existsSync(outputPath), false);
	});
});
