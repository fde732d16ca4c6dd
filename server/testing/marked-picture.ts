/** Pictures that cost next to nothing: one that was made once, with a mark of its own in each. */
import { crc32 } from "node:zlib";
import { plainPng } from "./scripted-provider.ts";

/** Makes the picture of a text. */
export type SizedPicture = (text: string) => AsyncGenerator<Uint8Array>;

/** Of a PNG: its signature, and the header that is always first. */
const HEAD_BYTES = 8 + 25;

/** @returns a function for PNGs of this size, which differ as their texts do. */
export async function markedPictures(size: {
	readonly width: number;
	readonly height: number;
}): Promise<SizedPicture> {
	const plain = await plainPng(size, "plain");
	const head = plain.subarray(0, HEAD_BYTES);
	const rest = plain.subarray(HEAD_BYTES);
	return async function* marked(text) {
		yield Buffer.concat([head, commentOf(text), rest]);
	};
}

/** A chunk of text, as PNG has them: length, type, content and checksum. */
function commentOf(text: string): Buffer {
	const body = Buffer.from(`tEXtComment\0${encodeURIComponent(text)}`);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(body.length - 4);
	const checksum = Buffer.alloc(4);
	checksum.writeUInt32BE(crc32(body));
	return Buffer.concat([length, body, checksum]);
}
