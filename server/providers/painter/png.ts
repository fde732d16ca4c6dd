/**
 * Writes PNG files in bands that can be packed apart, by any thread and in any order. The bytes depend on the pixels alone:
 * deflate runs in run-length mode, which has no hash tables and so none of the choices that differ between machines.
 */

import { constants, crc32, deflateRawSync } from "node:zlib";

const BYTES_PER_PIXEL = 3;
const ADLER_PRIME = 65521;
/** So many bytes can be summed before the sums could leave 32 bits. */
const ADLER_RUN = 3800;
/** About so much raw data goes into a band; a picture's bands are the same on every machine. */
const BAND_BYTES = 262_144;

/** Rows of one band for pictures of that width. */
export function bandRows(width: number): number {
	return Math.max(1, Math.floor(BAND_BYTES / (width * BYTES_PER_PIXEL)));
}

/** One band, ready to be sent. */
export interface PackedBand {
	/** A whole IDAT chunk. */
	readonly chunk: Uint8Array<ArrayBuffer>;
	/** Adler-32 of the band's filtered rows, and how many bytes it covers. */
	readonly adler: number;
	readonly sizeBytes: number;
}

/**
 * Filters and packs one band. Its first row does not look at the row above, so that bands need not know each other.
 * @param rgb three bytes a pixel, whole rows.
 * @param place which band of the picture it is: the last one closes the deflate stream.
 */
export function packBand(
	rgb: Uint8Array,
	width: number,
	place: { isFirst: boolean; isLast: boolean },
): PackedBand {
	const filtered = filterRows(rgb, width * BYTES_PER_PIXEL);
	const packed = deflateRawSync(filtered, {
		strategy: constants.Z_RLE,
		level: 6,
		memLevel: 9,
		finishFlush: place.isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
	});
	// The two bytes that open a zlib stream: deflate, 32 KiB window, no dictionary.
	const header = place.isFirst ? [0x78, 0x01] : [];
	return {
		chunk: createChunk("IDAT", [Uint8Array.from(header), packed]),
		adler: adler32(filtered),
		sizeBytes: filtered.length,
	};
}

/** Everything that comes before the first band. */
export function openPng(
	width: number,
	height: number,
	extraChunks: readonly Uint8Array[],
): Uint8Array {
	const header = new Uint8Array(13);
	const fields = new DataView(header.buffer);
	fields.setUint32(0, width);
	fields.setUint32(4, height);
	// Eight bits a channel, red-green-blue, and the only compression, filter set and row order that matter.
	header.set([8, 2, 0, 0, 0], 8);
	const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
	const perceptual = Uint8Array.of(0);
	return concatenate([
		Uint8Array.from(signature),
		createChunk("IHDR", [header]),
		createChunk("sRGB", [perceptual]),
		...extraChunks,
	]);
}

/** Everything that comes after the last band: the checksum over all rows, and the end mark. */
export function closePng(
	bands: readonly Pick<PackedBand, "adler" | "sizeBytes">[],
): Uint8Array {
	let adler = 1;
	for (const band of bands) adler = joinAdlers(adler, band);
	const checksum = new Uint8Array(4);
	new DataView(checksum.buffer).setUint32(0, adler);
	return concatenate([
		createChunk("IDAT", [checksum]),
		createChunk("IEND", []),
	]);
}

/** A PNG chunk: length, type, data, checksum. */
export function createChunk(
	type: string,
	data: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
	const sizeBytes = data.reduce((sum, part) => sum + part.length, 0);
	const chunk = new Uint8Array(sizeBytes + 12);
	const fields = new DataView(chunk.buffer);
	fields.setUint32(0, sizeBytes);
	for (let index = 0; index < 4; index++) {
		chunk[4 + index] = type.charCodeAt(index);
	}
	let offset = 8;
	for (const part of data) {
		chunk.set(part, offset);
		offset += part.length;
	}
	fields.setUint32(offset, crc32(chunk.subarray(4, offset)));
	return chunk;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
	const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
	const whole = new Uint8Array(sizeBytes);
	let offset = 0;
	for (const part of parts) {
		whole.set(part, offset);
		offset += part.length;
	}
	return whole;
}

const SUB = 1;
const UP = 2;
const AVERAGE = 3;
const PAETH = 4;

/** Puts before each row the filter that leaves the smallest differences, and applies it. */
function filterRows(rgb: Uint8Array, stride: number): Uint8Array {
	const rows = rgb.length / stride;
	const filtered = new Uint8Array(rows * (stride + 1));
	for (let row = 0; row < rows; row++) {
		const from = row * stride;
		const to = row * (stride + 1);
		const filter = row === 0 ? SUB : chooseFilter(rgb, from, stride);
		filtered[to] = filter;
		applyFilter(filter, rgb, from, stride, filtered, to + 1);
	}
	return filtered;
}

/** Tries all filters on every fifth byte of a row and names the one with the least sum of absolute differences. */
function chooseFilter(rgb: Uint8Array, from: number, stride: number): number {
	let sub = 0;
	let up = 0;
	let average = 0;
	let paeth = 0;
	for (let index = BYTES_PER_PIXEL; index < stride; index += 5) {
		const at = from + index;
		const value = rgb[at];
		const left = rgb[at - BYTES_PER_PIXEL];
		const above = rgb[at - stride];
		sub += magnitude(value - left);
		up += magnitude(value - above);
		average += magnitude(value - ((left + above) >> 1));
		paeth += magnitude(
			value - predict(left, above, rgb[at - stride - BYTES_PER_PIXEL]),
		);
	}
	if (paeth < sub && paeth < up && paeth < average) return PAETH;
	if (average < sub && average < up) return AVERAGE;
	return sub < up ? SUB : UP;
}

/** Size of a difference that wraps around at 256. */
function magnitude(difference: number): number {
	const signed = (difference << 24) >> 24;
	return signed < 0 ? -signed : signed;
}

/** Paeth's predictor: whichever neighbour is nearest to left + above - corner. */
function predict(left: number, above: number, corner: number): number {
	const toLeft = above > corner ? above - corner : corner - above;
	const toAbove = left > corner ? left - corner : corner - left;
	const sum = left + above - corner - corner;
	const toCorner = sum < 0 ? -sum : sum;
	if (toLeft <= toAbove && toLeft <= toCorner) return left;
	return toAbove <= toCorner ? above : corner;
}

function applyFilter(
	filter: number,
	rgb: Uint8Array,
	from: number,
	stride: number,
	out: Uint8Array,
	to: number,
): void {
	for (let index = 0; index < stride; index++) {
		const at = from + index;
		const left = index < BYTES_PER_PIXEL ? 0 : rgb[at - BYTES_PER_PIXEL];
		let guess = left;
		if (filter !== SUB) {
			const above = rgb[at - stride];
			if (filter === UP) guess = above;
			else if (filter === AVERAGE) guess = (left + above) >> 1;
			else {
				const corner =
					index < BYTES_PER_PIXEL ? 0 : rgb[at - stride - BYTES_PER_PIXEL];
				guess = predict(left, above, corner);
			}
		}
		out[to + index] = rgb[at] - guess;
	}
}

function adler32(bytes: Uint8Array): number {
	let low = 1;
	let high = 0;
	let index = 0;
	while (index < bytes.length) {
		const end = Math.min(index + ADLER_RUN, bytes.length);
		for (; index < end; index++) {
			low += bytes[index];
			high += low;
		}
		low %= ADLER_PRIME;
		high %= ADLER_PRIME;
	}
	return ((high << 16) | low) >>> 0;
}

/** The Adler-32 of two stretches of bytes from the sums of each (RFC 1950 defines the sums; this is their algebra). */
function joinAdlers(
	first: number,
	second: Pick<PackedBand, "adler" | "sizeBytes">,
): number {
	const low = (first & 0xffff) + (second.adler & 0xffff) - 1;
	const length = second.sizeBytes % ADLER_PRIME;
	const high =
		(first >>> 16) +
		(second.adler >>> 16) +
		length * ((first & 0xffff) + ADLER_PRIME - 1);
	return (((high % ADLER_PRIME) << 16) | (low % ADLER_PRIME)) >>> 0;
}
