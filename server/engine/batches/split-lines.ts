/** Splits a file into lines as it streams by, and tells where each stands, so that it can be read again by itself. */

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface Line {
	/** From 1, blank lines included. */
	readonly number: number;
	/** Of its first byte in the file. */
	readonly offset: number;
	/** Without the line feed. */
	readonly length: number;
	/** `null` for a line longer than allowed, which was passed over. */
	readonly bytes: Buffer | null;
}

/** Holds no more than one line at a time. Blank lines are passed over. @throws what the source throws. */
export async function* splitLines(
	source: AsyncIterable<Uint8Array>,
	maxLineBytes: number,
): AsyncGenerator<Line, void> {
	let pieces: Buffer[] = [];
	let number = 1;
	let offset = 0;
	let length = 0;

	function take(): Line | null {
		const bytes = length > maxLineBytes ? null : Buffer.concat(pieces, length);
		const line = { number, offset, length, bytes };
		pieces = [];
		length = 0;
		return bytes !== null && isBlank(bytes) ? null : line;
	}

	for await (const chunk of source) {
		const buffer = Buffer.from(
			chunk.buffer,
			chunk.byteOffset,
			chunk.byteLength,
		);
		let start = 0;
		for (;;) {
			const end = buffer.indexOf(LINE_FEED, start);
			const piece = buffer.subarray(start, end === -1 ? undefined : end);
			length += piece.length;
			if (length > maxLineBytes) pieces = [];
			// Copied: the source may fill its chunk anew while the line goes on in the next.
			else pieces.push(end === -1 ? Buffer.from(piece) : piece);
			if (end === -1) break;
			const lineBytes = length;
			const line = take();
			if (line !== null) yield withoutMark(line);
			number++;
			offset += lineBytes + 1;
			start = end + 1;
		}
	}
	if (length > 0) {
		const line = take();
		if (line !== null) yield withoutMark(line);
	}
}

function isBlank(bytes: Buffer): boolean {
	return bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}

/** Some editors begin a file with a mark that is no part of its first line. */
function withoutMark(line: Line): Line {
	const { bytes, number, offset, length } = line;
	const isMarked =
		number === 1 && bytes?.subarray(0, 3).equals(BYTE_ORDER_MARK) === true;
	if (!isMarked) return line;
	return {
		number,
		offset: offset + BYTE_ORDER_MARK.length,
		length: length - BYTE_ORDER_MARK.length,
		bytes: bytes?.subarray(BYTE_ORDER_MARK.length) ?? null,
	};
}
