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
	readonly prefix: string;

	/**
	 * @param sizeBytes how many bytes `open` will give, needed for Content-Length.
	 * @param prefix goes before the base64, `data:image/png;base64,` for instance; of letters that JSON need not escape.
	 */
	constructor(
		sizeBytes: number,
		open: () => Promise<AsyncIterable<Uint8Array>>,
		prefix = "",
	) {
		this.sizeBytes = sizeBytes;
		this.open = open;
		this.prefix = prefix;
	}
}

/** A JSON text in pieces, with its length in bytes. */
export interface JsonPieces {
	readonly sizeBytes: number;
	/** May be called again, as often as the pictures may be opened. */
	open(): AsyncGenerator<string | Buffer>;
}

export function jsonPieces(value: unknown): JsonPieces {
	const mark = randomUUID();
	const pictures: Base64Of[] = [];
	const text = JSON.stringify(value, (_name, inner) => {
		if (!(inner instanceof Base64Of)) return inner;
		pictures.push(inner);
		return inner.prefix + mark;
	});
	const pieces = text.split(mark);
	let sizeBytes = Buffer.byteLength(pieces.join(""));
	for (const picture of pictures)
		sizeBytes += 4 * Math.ceil(picture.sizeBytes / 3);
	return { sizeBytes, open: () => write(pieces, pictures) };
}

/** A JSON text as a stream, with its length in bytes. */
export function jsonStream(value: unknown): {
	stream: Readable;
	sizeBytes: number;
} {
	const { sizeBytes, open } = jsonPieces(value);
	return { stream: Readable.from(open()), sizeBytes };
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
	for await (const { buffer, byteOffset, byteLength } of bytes) {
		const chunk = Buffer.from(buffer, byteOffset, byteLength);
		const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		const whole = all.length - (all.length % 3);
		if (whole > 0)
			yield Buffer.from(all.toString("base64", 0, whole), "latin1");
		// Copied: whoever reads may fill the chunk anew.
		rest = Buffer.from(all.subarray(whole));
	}
	if (rest.length > 0) yield Buffer.from(rest.toString("base64"), "latin1");
}
