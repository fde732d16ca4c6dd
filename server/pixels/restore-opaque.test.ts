/** Where a mask is opaque the old picture comes back to the pixel, and nowhere else. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { describe, it } from "node:test";
import sharp from "sharp";
import { restoreOpaque } from "./restore-opaque.ts";
import { fourFields, noise, testPictures, XMP } from "./test-pictures.ts";

const WIDTH = 40;
const HEIGHT = 30;

describe("a picture of which only the masked part is new", () => {
	const pictures = testPictures();

	/** @param alphaAt of each column. */
	async function writeMask(
		name: string,
		alphaAt: (column: number) => number,
		size = { width: WIDTH, height: HEIGHT },
	): Promise<string> {
		const { width, height } = size;
		const pixels = Buffer.alloc(width * height * 4);
		for (let at = 0; at < width * height; at++)
			pixels[at * 4 + 3] = alphaAt(at % width);
		return await pictures.write(
			name,
			await sharp(pixels, { raw: { ...size, channels: 4 } })
				.png()
				.toBuffer(),
		);
	}

	async function rawOf(path: string) {
		return await sharp(path).raw().toBuffer({ resolveWithObject: true });
	}

	async function pair() {
		const drawn = pictures.path("drawn.png");
		const original = pictures.path("original.png");
		await noise(WIDTH, HEIGHT).png().toFile(drawn);
		await noise(WIDTH, HEIGHT).negate().png().toFile(original);
		return { drawn, original };
	}

	it("has the old pixels where the mask is opaque and the new ones where it is not", async () => {
		const { drawn, original } = await pair();
		const mask = await writeMask("half.png", (column) =>
			column < WIDTH / 2 ? 255 : 0,
		);
		const output = pictures.path("result.png");
		await restoreOpaque({ drawn, original, mask }, output, XMP);
		const result = await rawOf(output);
		assert.deepEqual(
			[result.info.width, result.info.height, result.info.channels],
			[WIDTH, HEIGHT, 3],
		);
		const [old, fresh] = [await rawOf(original), await rawOf(drawn)];
		for (let at = 0; at < WIDTH * HEIGHT; at++) {
			const { data } = at % WIDTH < WIDTH / 2 ? old : fresh;
			assert.deepEqual(
				result.data.subarray(at * 3, at * 3 + 3),
				data.subarray(at * 3, at * 3 + 3),
				`pixel ${at}`,
			);
		}
	});

	it("is marked as told, and the same bytes every time", async () => {
		const { drawn, original } = await pair();
		const mask = await writeMask("soft.png", (column) => column * 6);
		const outputs = [pictures.path("one.png"), pictures.path("two.png")];
		for (const output of outputs)
			await restoreOpaque({ drawn, original, mask }, output, XMP);
		const [one, two] = await Promise.all(outputs.map((each) => readFile(each)));
		assert.ok(one?.equals(two as Buffer));
		const { xmpAsString } = await sharp(one).metadata();
		assert.match(xmpAsString ?? "", /trainedAlgorithmicMedia/);
	});

	it("fits an original of another size to what was drawn", async () => {
		const drawn = pictures.path("square.png");
		const original = pictures.path("fields.jpg");
		await noise(32, 32).png().toFile(drawn);
		await fourFields(64, 64).jpeg({ quality: 100 }).toFile(original);
		const mask = await writeMask("large.png", () => 255, {
			width: 64,
			height: 64,
		});
		const output = pictures.path("fitted.png");
		await restoreOpaque({ drawn, original, mask }, output, XMP);
		const { data, info } = await rawOf(output);
		assert.deepEqual([info.width, info.height], [32, 32]);
		const [red = 0, green = 0, blue = 0] = data;
		assert.ok(red > 230 && green < 25 && blue < 25, `${red},${green},${blue}`);
	});

	it("shows what is new through the holes of an original that is transparent itself", async () => {
		const { drawn } = await pair();
		const original = await writeMask("clear.png", () => 0);
		const mask = await writeMask("all.png", () => 255);
		const output = pictures.path("through.png");
		await restoreOpaque({ drawn, original, mask }, output, XMP);
		assert.ok((await rawOf(output)).data.equals((await rawOf(drawn)).data));
	});

	it("leaves nothing behind when a picture cannot be read", async () => {
		const { drawn } = await pair();
		const original = pictures.path("broken.png");
		await writeFile(original, "no picture");
		const mask = await writeMask("all.png", () => 255);
		const output = pictures.path("none.png");
		await assert.rejects(restoreOpaque({ drawn, original, mask }, output, XMP));
		for (const left of [output, `${output}.mask`, `${output}.overlay`])
			assert.equal(existsSync(left), false, left);
	});
});
