/**
 * Sends JSON that contains pictures as base64 without ever holding a picture in memory: the text around them is made at
 * once, the pictures are encoded as they are read.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";

/** Stands in a JSON value for the base64 text of some bytes. */
export class Base64Of {
	readonly open: () => Promise<AsyncIterable<Uint8Array>>;
	readonly sizeBytes: number;

	/** @param sizeBytes how many bytes `open` will give, needed for Content-Length. */
	constructor(
		sizeBytes: number,
		open: () => Promise<AsyncIterable<Uint8Array>>,
	) {
		this.sizeBytes = sizeBytes;
		this.open = open;
	}
}

/** A JSON text as a stream, with its length in bytes. */
export function jsonStream(value: unknown): {
	stream: Readable;
	sizeBytes: number;
} {
	const mark = randomUUID();
	const pictures: Base64Of[] = [];
	const text = JSON.stringify(value, (_name, inner) => {
		if (!(inner instanceof Base64Of)) return inner;
		pictures.push(inner);
		return mark;
	});
	const pieces = text.split(mark);
	let sizeBytes = Buffer.byteLength(pieces.join(""));
	for (const picture of pictures)
		sizeBytes += 4 * Math.ceil(picture.sizeBytes / 3);
	return { stream: Readable.from(write(pieces, pictures)), sizeBytes };
}

async function* write(
	pieces: readonly string[],
	pictures: readonly Base64Of[],
): AsyncGenerator<string | Buffer> {
	for (const [index, piece] of pieces.entries()) {
		yield piece;
		const picture = pictures[index];
		if (picture !== undefined) yield* base64(await picture.open());
	}
}

/** Base64 of a stream, in pieces that need no padding but the last. */
async function* base64(
	bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of bytes) {
		const all =
			rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
		const whole = all.length - (all.length % 3);
		if (whole > 0)
			yield Buffer.from(all.toString("base64", 0, whole), "latin1");
		rest = Buffer.from(all.subarray(whole));
	}
	if (rest.length > 0) yield Buffer.from(rest.toString("base64"), "latin1");
}
