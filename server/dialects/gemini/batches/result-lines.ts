/** Puts the lines of a file of results into a JSON document as the elements of a list, as they are read. */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";

const LINE_FEED = 0x0a;
const COMMA = 0x2c;

/** Stands in a JSON value for a list whose elements are the lines of a file. */
export class ResultLines {
	readonly open: () => Promise<AsyncIterable<Uint8Array>>;

	constructor(open: () => Promise<AsyncIterable<Uint8Array>>) {
		this.open = open;
	}
}

/** @param value JSON, with `ResultLines` in the place of lists. */
export function documentStream(value: object): Readable {
	const mark = randomUUID();
	const lists: ResultLines[] = [];
	const text = JSON.stringify(value, (_name, inner) => {
		if (!(inner instanceof ResultLines)) return inner;
		lists.push(inner);
		return mark;
	});
	return Readable.from(written(text.split(`"${mark}"`), lists));
}

async function* written(
	pieces: readonly string[],
	lists: readonly ResultLines[],
): AsyncGenerator<string | Uint8Array> {
	for (const [index, piece] of pieces.entries()) {
		yield piece;
		const list = lists[index];
		if (list === undefined) continue;
		yield "[";
		yield* elements(await list.open());
		yield "]";
	}
}

/** JSON has no line feeds of its own: every one of them ends a line. */
async function* elements(
	bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<string | Uint8Array> {
	let isBetween = false;
	for await (const chunk of bytes) {
		if (chunk.byteLength === 0) continue;
		if (isBetween) yield ",";
		isBetween = chunk.at(-1) === LINE_FEED;
		yield chunk
			.subarray(0, isBetween ? -1 : undefined)
			.map((byte) => (byte === LINE_FEED ? COMMA : byte));
	}
}
