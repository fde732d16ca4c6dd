/** Pictures are known by their bytes, and the dangerous and the broken ones are turned away. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Sharp } from "sharp";
import {
	checkUploadedImage,
	ImageError,
	type ImageErrorKind,
	inspectImage,
} from "./inspect.ts";
import {
	bomb,
	fourFields,
	frames,
	noise,
	testPictures,
} from "./test-pictures.ts";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>`;
const FORMATS = ["png", "jpeg", "webp", "gif", "avif"] as const;

/** Encodes quickly: what is tested is not how well. */
function encode(image: Sharp, format: (typeof FORMATS)[number]) {
	const options = format === "avif" ? { effort: 0 } : {};
	return image.toFormat(format, options).toBuffer();
}

describe("a picture", () => {
	const pictures = testPictures();

	async function refused(
		bytes: string | Uint8Array,
		kind: ImageErrorKind,
		maxPixels = 1_000_000,
	): Promise<ImageError> {
		const path = await pictures.write("refused.png", bytes);
		const error = await checkUploadedImage(path, { maxPixels }).catch(
			(thrown: unknown) => thrown,
		);
		assert.ok(error instanceof ImageError, String(error));
		assert.equal(error.kind, kind);
		return error;
	}

	for (const format of FORMATS) {
		it(`is known as ${format} by its bytes, whatever its name says`, async () => {
			const path = await pictures.write(
				"picture.txt",
				await encode(fourFields(), format),
			);
			const facts = {
				mediaType: `image/${format}`,
				extension: format === "jpeg" ? "jpg" : format,
				width: 64,
				height: 48,
				// The encoder notes a transparent colour in every GIF.
				hasAlpha: format === "gif",
			};
			assert.deepEqual(await inspectImage(path), facts);
			assert.deepEqual(
				await checkUploadedImage(path, { maxPixels: 64 * 48 }),
				facts,
			);
		});

		it(`is refused when its ${format} file was cut short, wherever`, async () => {
			const whole = await encode(noise(), format);
			for (const part of [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
				const length = Math.floor(whole.length * part);
				const path = await pictures.write("cut", whole.subarray(0, length));
				await assert.rejects(
					checkUploadedImage(path, { maxPixels: 1_000_000 }),
					(error) =>
						error instanceof ImageError &&
						["not_an_image", "corrupt"].includes(error.kind),
					`${part} of the file was accepted`,
				);
			}
		});
	}

	it("is measured as it is shown when the camera was held upright", async () => {
		const bytes = await fourFields()
			.withMetadata({ orientation: 6 })
			.jpeg()
			.toBuffer();
		const path = await pictures.write("upright.jpg", bytes);
		const { width, height } = await inspectImage(path);
		assert.deepEqual({ width, height }, { width: 48, height: 64 });
	});

	it("is accepted in print colours, in grey and in 16 bits", async () => {
		for (const bytes of [
			await fourFields().toColourspace("cmyk").jpeg().toBuffer(),
			await fourFields().toColourspace("b-w").png().toBuffer(),
			await fourFields().toColourspace("rgb16").png().toBuffer(),
			await noise().jpeg({ progressive: true }).toBuffer(),
			await noise().png({ progressive: true }).toBuffer(),
		]) {
			const path = await pictures.write("odd", bytes);
			await checkUploadedImage(path, { maxPixels: 1_000_000 });
		}
	});

	it("is not what text, SVG, PDF or nothing at all is, whatever the name says", async () => {
		for (const bytes of ["hello", SVG, "%PDF-1.7\n%âãÏÓ", ""]) {
			const error = await refused(bytes, "not_an_image");
			assert.match(error.message, /PNG, JPEG, WebP, GIF and AVIF/);
			const path = await pictures.write("refused.png", bytes);
			await assert.rejects(inspectImage(path), { kind: "not_an_image" });
		}
	});

	it("is refused as TIFF by name of its type, which is none for the web", async () => {
		const bytes = await fourFields().tiff().toBuffer();
		const error = await refused(bytes, "unsupported_type");
		assert.match(error.message, /image\/tiff.*PNG, JPEG, WebP, GIF and AVIF/);
		const path = await pictures.write("picture.tif", bytes);
		assert.equal((await inspectImage(path)).mediaType, "image/tiff");
	});

	it("is refused by its header when it is a bomb", async () => {
		const error = await refused(
			bomb(30_000, 30_000),
			"too_many_pixels",
			50_000_000,
		);
		assert.match(error.message, /30000x30000.*50000000/);
		await refused(bomb(1_000, 1_001), "too_many_pixels");
	});

	it("is refused when its file has no more than the header promises", async () => {
		await refused(bomb(1_000, 1_000), "corrupt");
	});

	it("counts the pixels of all its frames", async () => {
		for (const format of ["gif", "webp"] as const) {
			const bytes = await encode(frames(50, 40, 4), format);
			const path = await pictures.write(`moving.${format}`, bytes);
			const facts = await checkUploadedImage(path, { maxPixels: 8_000 });
			assert.deepEqual([facts.width, facts.height], [50, 40]);
			const error = await refused(bytes, "too_many_pixels", 7_999);
			assert.match(error.message, /4 frames/);
		}
	});

	it("is refused when a late frame is broken", async () => {
		const whole = await encode(frames(50, 40, 4), "gif");
		const broken = Buffer.from(whole);
		const late = Math.floor(whole.length * 0.9);
		broken.fill(0xff, late, late + 60);
		await refused(broken, "corrupt");
	});

	it("is refused when its bytes were damaged", async () => {
		const broken = Buffer.from(await encode(noise(), "png"));
		const middle = broken.length >> 1;
		broken.writeUInt8(broken.readUInt8(middle) ^ 0x55, middle);
		await refused(broken, "corrupt");
	});

	it("that is missing is a fault of ours and not of the sender", async () => {
		const path = pictures.path("no-such-file");
		await assert.rejects(inspectImage(path), { code: "ENOENT" });
		await assert.rejects(checkUploadedImage(path, { maxPixels: 1 }), {
			code: "ENOENT",
		});
	});
});
