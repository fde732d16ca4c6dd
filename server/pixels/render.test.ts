/** Variants have the size, the colours and the mark they must have, whatever their source is. */
import assert from "node:assert/strict";
import { access, readFile, stat, writeFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import sharp from "sharp";
import { type Rendition, renderVariant } from "./render.ts";
import {
	bomb,
	fourFields,
	frames,
	noise,
	SYNTHETIC_MARK,
	testPictures,
	XMP,
} from "./test-pictures.ts";

const FORMATS = ["webp", "png", "jpeg"] as const;
const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const WHITE = [255, 255, 255];

describe("a variant", () => {
	const pictures = testPictures();
	let fields: string;
	before(async () => {
		fields = await pictures.write(
			"fields.png",
			await fourFields().png().toBuffer(),
		);
	});

	/** Renders and reads the result back. */
	async function render(source: string, rendition: Rendition) {
		const path = pictures.path("variant");
		const facts = await renderVariant(source, rendition, path);
		const metadata = await sharp(path).metadata();
		assert.deepEqual(facts, {
			width: metadata.width,
			height: metadata.height,
			sizeBytes: (await stat(path)).size,
		});
		const { data, info } = await sharp(path)
			.raw()
			.toBuffer({ resolveWithObject: true });
		return {
			metadata,
			size: [info.width, info.height],
			/** The colour at a place, both from 0 to 1. */
			at(x: number, y: number): number[] {
				const column = Math.floor(x * (info.width - 1));
				const row = Math.floor(y * (info.height - 1));
				const start = (row * info.width + column) * info.channels;
				return [...data.subarray(start, start + info.channels)];
			},
		};
	}

	/** Lossy formats change every colour a little. */
	function assertColour(actual: number[], expected: number[]): void {
		assert.equal(actual.length, expected.length);
		for (const [channel, value] of expected.entries())
			assert.ok(
				Math.abs((actual[channel] ?? -1) - value) <= 12,
				`${actual} instead of ${expected}`,
			);
	}

	for (const format of FORMATS) {
		it(`is a ${format} of the same size and colours`, async () => {
			const { metadata, size, at } = await render(fields, { format });
			assert.equal(metadata.format, format);
			assert.deepEqual(size, [64, 48]);
			assertColour(at(0.2, 0.2), RED);
			assertColour(at(0.8, 0.2), GREEN);
			assertColour(at(0.2, 0.8), BLUE);
			assertColour(at(0.8, 0.8), WHITE);
		});

		it(`has exactly the size asked as ${format}, cut evenly and never squeezed`, async () => {
			for (const [width, height] of [
				[100, 20],
				[20, 100],
				[333, 517],
				[1, 1],
				[64, 48],
				[1_000, 3],
			] as const) {
				const { size } = await render(fields, {
					format,
					fit: { width, height },
				});
				assert.deepEqual(size, [width, height]);
			}
			const { at } = await render(fields, {
				format,
				fit: { width: 200, height: 50 },
			});
			assertColour(at(0.1, 0.1), RED);
			assertColour(at(0.9, 0.1), GREEN);
			assertColour(at(0.1, 0.9), BLUE);
			assertColour(at(0.9, 0.9), WHITE);
		});

		it(`S2-12: keeps the mark of synthetic media as ${format} and nothing else that was noted`, async () => {
			const picture = fourFields()
				.withExif({ IFD0: { Artist: "somebody" } })
				.withXmp(XMP);
			for (const source of FORMATS) {
				const bytes = await picture.clone().toFormat(source).toBuffer();
				const path = await pictures.write(`marked.${source}`, bytes);
				for (const rendition of [
					{ format },
					{ format, fit: { width: 30, height: 40 } },
					{ format, longestEdge: 32 },
				]) {
					const { metadata } = await render(path, rendition);
					assert.ok(metadata.xmpAsString?.includes(SYNTHETIC_MARK));
					assert.equal(metadata.exif, undefined);
					assert.equal(metadata.icc, undefined);
				}
			}
		});

		it(`stands upright as ${format} when the camera was turned`, async () => {
			const bytes = await fourFields()
				.withMetadata({ orientation: 6 })
				.jpeg()
				.toBuffer();
			const path = await pictures.write("turned.jpg", bytes);
			for (const rendition of [
				{ format },
				{ format, fit: { width: 96, height: 128 } },
				{ format, longestEdge: 32 },
			]) {
				const { metadata, size, at } = await render(path, rendition);
				assert.ok(size[0] !== undefined && size[0] * 4 === (size[1] ?? 0) * 3);
				assert.equal(metadata.orientation, undefined);
				assertColour(at(0.2, 0.2), BLUE);
				assertColour(at(0.8, 0.2), RED);
				assertColour(at(0.2, 0.8), WHITE);
				assertColour(at(0.8, 0.8), GREEN);
			}
		});

		it(`shows the first frame of a moving picture as ${format}`, async () => {
			for (const source of ["gif", "webp"] as const) {
				const bytes = await frames(50, 40, 4).toFormat(source).toBuffer();
				const path = await pictures.write(`moving.${source}`, bytes);
				const { metadata, size } = await render(path, { format });
				assert.deepEqual(size, [50, 40]);
				assert.equal(metadata.pages ?? 1, 1);
			}
		});

		it(`is in screen colours as ${format} when the source was made for print or a wide screen`, async () => {
			for (const [name, bytes] of [
				[
					"cmyk.jpg",
					await fourFields().withIccProfile("cmyk").jpeg().toBuffer(),
				],
				["p3.png", await fourFields().withIccProfile("p3").png().toBuffer()],
				["grey.png", await fourFields().toColourspace("b-w").png().toBuffer()],
				[
					"deep.png",
					await fourFields().toColourspace("rgb16").png().toBuffer(),
				],
			] as const) {
				const path = await pictures.write(name, bytes);
				const { metadata, at } = await render(path, { format });
				assert.equal(metadata.space, "srgb");
				assert.equal(metadata.depth, "uchar");
				assertColour(at(0.8, 0.8), WHITE);
				if (name === "p3.png" || name === "deep.png")
					assertColour(at(0.2, 0.2), RED);
			}
		});
	}

	it("is cut in the middle when its ratio changes, not squeezed", async () => {
		const pixels = Buffer.alloc(80 * 40 * 3);
		for (let at = 0; at < 80 * 40; at++) {
			const column = at % 80;
			pixels.set(column < 20 ? RED : column < 60 ? WHITE : BLUE, at * 3);
		}
		const raw = { width: 80, height: 40, channels: 3 } as const;
		const path = pictures.path("wide.png");
		await sharp(pixels, { raw }).png().toFile(path);
		for (const edge of [20, 40, 90]) {
			const fit = { width: edge, height: edge };
			const { at } = await render(path, { format: "png", fit });
			for (const x of [0.1, 0.5, 0.9]) assertColour(at(x, 0.5), WHITE);
		}
	});

	it("keeps what is transparent, on white where the format has no transparency", async () => {
		const bytes = await sharp({
			create: {
				width: 40,
				height: 40,
				channels: 4,
				background: { r: 255, g: 0, b: 0, alpha: 0 },
			},
		})
			.png()
			.toBuffer();
		const path = await pictures.write("glass.png", bytes);
		for (const format of ["webp", "png"] as const)
			assert.equal((await render(path, { format })).at(0.5, 0.5)[3], 0);
		assertColour((await render(path, { format: "jpeg" })).at(0.5, 0.5), WHITE);
	});

	it("has at most the longest edge asked, and is never made larger for it", async () => {
		for (const [width, height, expected] of [
			[1_000, 500, [320, 160]],
			[500, 1_000, [160, 320]],
			[2_000, 1, [320, 1]],
			[64, 48, [64, 48]],
			[320, 320, [320, 320]],
		] as const) {
			const path = pictures.path("source.png");
			await noise(width, height).png().toFile(path);
			const { size } = await render(path, { format: "webp", longestEdge: 320 });
			assert.deepEqual(size, expected);
		}
	});

	it("is a thumbnail of the fitted picture when both are asked", async () => {
		for (const [fit, expected] of [
			[{ width: 1_024, height: 512 }, [320, 160]],
			[{ width: 100, height: 50 }, [100, 50]],
			[{ width: 512, height: 2_048 }, [80, 320]],
		] as const) {
			const { size, at } = await render(fields, {
				format: "webp",
				fit,
				longestEdge: 320,
			});
			assert.deepEqual(size, expected);
			assertColour(at(0.1, 0.1), RED);
			assertColour(at(0.9, 0.9), WHITE);
		}
	});

	it("replaces what was at its path and leaves the source as it was", async () => {
		const before = await readFile(fields);
		await writeFile(
			pictures.path("variant"),
			"something older and longer".repeat(100),
		);
		await render(fields, { format: "jpeg" });
		assert.deepEqual(await readFile(fields), before);
	});

	it("leaves no file when the source is broken", async () => {
		const whole = await noise().png().toBuffer();
		const path = await pictures.write(
			"half.png",
			whole.subarray(0, whole.length >> 1),
		);
		for (const format of FORMATS) {
			const target = await pictures.write("target", "something older");
			await assert.rejects(renderVariant(path, { format }, target));
			await assert.rejects(access(target), { code: "ENOENT" });
		}
	});

	it("is not made of a bomb", async () => {
		const path = await pictures.write("bomb.png", bomb(30_000, 30_000));
		const target = pictures.path("nothing");
		for (const rendition of [
			{ format: "webp", longestEdge: 320 },
			{ format: "png" },
			{ format: "jpeg", fit: { width: 10, height: 10 } },
		] as const)
			await assert.rejects(
				renderVariant(path, rendition, target),
				/pixel limit/,
			);
	});

	it("says so when the format has no room for its size", async () => {
		const path = pictures.path("long.png");
		await noise(16_384, 2).png().toFile(path);
		const target = pictures.path("nothing");
		await assert.rejects(renderVariant(path, { format: "webp" }, target), {
			kind: "too_large_for_format",
			message: /16384x2.*webp.*16383/,
		});
		await assert.rejects(
			renderVariant(
				fields,
				{ format: "png", fit: { width: 100_000, height: 100_000 } },
				target,
			),
			{ kind: "too_large_for_format" },
		);
		const { size } = await render(path, { format: "jpeg" });
		assert.deepEqual(size, [16_384, 2]);
	});

	it("is given up while it waits when nobody wants it any more", async () => {
		const target = pictures.path("unwanted");
		const signal = AbortSignal.abort(new Error("gone"));
		await assert.rejects(
			renderVariant(fields, { format: "webp" }, target, signal),
			/gone/,
		);
		await assert.rejects(access(target), { code: "ENOENT" });
	});
});
