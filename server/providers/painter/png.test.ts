/** The PNG files the painter writes can be read by others, are marked, and are the same bytes everywhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, inflateSync } from "node:zlib";
import sharp from "sharp";
import { createMarking } from "./marking.ts";
import { randomFrom } from "./noise.ts";
import { bandRows, closePng, openPng, packBand } from "./png.ts";

/** Soft gradients with noise in them, so that every filter gets its turn. */
function pixelsOf(width: number, height: number): Uint8Array {
	const random = randomFrom(7);
	return Uint8Array.from({ length: width * height * 3 }, (_, index) => {
		const column = Math.floor(index / 3) % width;
		const row = Math.floor(index / 3 / width);
		return (column * 3 + row * row * 0.2 + random() * (row % 7) * 9) & 255;
	});
}

function encode(rgb: Uint8Array, width: number, height: number, rows: number) {
	const parts = [openPng(width, height, [createMarking()])];
	const bands = [];
	for (let first = 0; first < height; first += rows) {
		const end = Math.min(height, first + rows);
		const band = packBand(
			rgb.subarray(first * width * 3, end * width * 3),
			width,
			{ isFirst: first === 0, isLast: end === height },
		);
		bands.push(band);
		parts.push(band.chunk);
	}
	parts.push(closePng(bands));
	return Buffer.concat(parts);
}

function chunksOf(file: Buffer): { type: string; data: Buffer }[] {
	const chunks = [];
	for (let offset = 8; offset < file.length; ) {
		const length = file.readUInt32BE(offset);
		const data = file.subarray(offset + 8, offset + 8 + length);
		const body = file.subarray(offset + 4, offset + 8 + length);
		assert.equal(file.readUInt32BE(offset + 8 + length), crc32(body));
		chunks.push({ type: body.toString("latin1", 0, 4), data });
		offset += length + 12;
	}
	return chunks;
}

for (const [width, height, rows] of [
	[1, 1, 1],
	[97, 131, 17],
	[64, 40, 40],
	[40, 64, 1],
] as const) {
	test(`a ${width} x ${height} picture packed in bands of ${rows} rows decodes to the pixels it was made of`, async () => {
		const rgb = pixelsOf(width, height);
		const file = encode(rgb, width, height, rows);
		const { data, info } = await sharp(file, { failOn: "warning" })
			.raw()
			.toBuffer({ resolveWithObject: true });
		assert.deepEqual(
			[info.width, info.height, info.channels],
			[width, height, 3],
		);
		assert.ok(data.equals(rgb));
	});
}

test("the bands join to one valid zlib stream with a right checksum", () => {
	const file = encode(pixelsOf(97, 131), 97, 131, 17);
	const chunks = chunksOf(file);
	const stream = Buffer.concat(
		chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data),
	);
	assert.equal(inflateSync(stream).length, (97 * 3 + 1) * 131);
	assert.deepEqual(
		[...new Set(chunks.map(({ type }) => type))],
		["IHDR", "sRGB", "iTXt", "IDAT", "IEND"],
	);
});

test("every picture says in XMP that an algorithm made it, and carries no time", async () => {
	const file = encode(pixelsOf(8, 8), 8, 8, 8);
	const { xmp } = await sharp(file).metadata();
	const text = xmp?.toString("utf8") ?? "";
	assert.match(
		text,
		/Iptc4xmpExt:DigitalSourceType="http:\/\/cv\.iptc\.org\/newscodes\/digitalsourcetype\/algorithmicMedia"/u,
	);
	assert.match(text, /xmp:CreatorTool="Gesso painter"/u);
	assert.doesNotMatch(text, /Date/u);
	assert.ok(chunksOf(file).every(({ type }) => type !== "tIME"));
});

test("a band holds a fair piece of the picture at every width that can be asked", () => {
	assert.equal(bandRows(1024), 85);
	assert.equal(bandRows(4096), 21);
	assert.ok(bandRows(64) > 1000);
	assert.equal(bandRows(1_000_000), 1);
});
