/** Pictures for the tests of this room, each made afresh in a directory of its own. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";

/** What marks a picture as generated, as the IPTC wants it written. */
export const SYNTHETIC_MARK =
	"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
export const XMP = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="${SYNTHETIC_MARK}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

export interface TestPictures {
	/** A path below the directory; nothing is there yet. */
	path(name: string): string;
	write(name: string, bytes: string | Uint8Array): Promise<string>;
}

/** Called once in a suite; the directory is deleted after it. */
export function testPictures(): TestPictures {
	let directory = "";
	before(async () => {
		directory = await mkdtemp(join(tmpdir(), "pixels-"));
	});
	after(() => rm(directory, { recursive: true, force: true }));
	const path = (name: string) => join(directory, name);
	return {
		path,
		async write(name, bytes) {
			await writeFile(path(name), bytes);
			return path(name);
		},
	};
}

/** Four fields: red and green above, blue and white below. */
export function fourFields(width = 64, height = 48): Sharp {
	const pixels = Buffer.alloc(width * height * 3);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const isRight = x >= width / 2;
			const colour =
				y < height / 2
					? isRight
						? [0, 255, 0]
						: [255, 0, 0]
					: isRight
						? [255, 255, 255]
						: [0, 0, 255];
			pixels.set(colour, (y * width + x) * 3);
		}
	}
	return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** No two pixels alike, so that no part of its file can be missed without notice. */
export function noise(width = 200, height = 150): Sharp {
	const pixels = Buffer.alloc(width * height * 3);
	let state = 1;
	for (let at = 0; at < pixels.length; at++) {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		pixels[at] = state >>> 16;
	}
	return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** Noise in several frames. */
export function frames(width: number, height: number, count: number): Sharp {
	const pixels = Buffer.alloc(width * height * count * 3);
	for (let at = 0; at < pixels.length; at++)
		pixels[at] = Math.imul(at, 2_654_435_761) >>> 24;
	return sharp(pixels, {
		raw: { width, height: height * count, channels: 3, pageHeight: height },
	});
}

/** A PNG of under a kilobyte that claims any size. */
export function bomb(width: number, height: number): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2], 8);
	return Buffer.concat([
		Buffer.from("89504e470d0a1a0a", "hex"),
		pngChunk("IHDR", header),
		pngChunk("IDAT", deflateSync(Buffer.alloc(1_000))),
		pngChunk("IEND", Buffer.alloc(0)),
	]);
}

function pngChunk(type: string, data: Buffer): Buffer {
	const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(typed), 4);
	return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}
