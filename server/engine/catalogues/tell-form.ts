/** Tells by its first line whether a file has a table's rows or requests, and in whose form. */
import type { LineForm } from "./line-form.ts";
import { outerMembers } from "./table/outer-members.ts";

/** A line that does not say within this many bytes what it is asks for nothing. */
const LOOKED_AT_BYTES = 65_536;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BRACE = 0x7b;
const LINE_FEED = 0x0a;
const BLANKS = [0x20, 0x09, 0x0d, LINE_FEED];

export interface ToldFile {
	/** Whose requests they are; `undefined` for the rows of a table. */
	readonly form: LineForm | undefined;
	/** All of it, from its beginning. */
	readonly bytes: AsyncIterableIterator<Uint8Array>;
}

/** Reads no more than it takes. @param forms those it may be in. @throws what the source throws. */
export async function tellForm(
	source: AsyncIterable<Uint8Array>,
	forms: readonly LineForm[],
): Promise<ToldFile> {
	const iterator = source[Symbol.asyncIterator]();
	const read: Uint8Array[] = [];
	let start = Buffer.alloc(0);
	while (forms.length > 0 && mayTellMore(start)) {
		const step = await iterator.next();
		if (step.done === true) break;
		// Copied: the source may fill its chunk anew.
		read.push(Buffer.from(step.value));
		start = Buffer.concat(read);
	}
	const members = outerMembers(firstLine(start).line);
	return {
		form: forms.find((form) => form.isLine(members)),
		bytes: fromTheBeginning(read, iterator),
	};
}

function mayTellMore(start: Buffer): boolean {
	if (start.length >= LOOKED_AT_BYTES) return false;
	const { line, isWhole } = firstLine(start);
	// Of what is no JSON object the first byte says enough.
	return line.length === 0 || (line[0] === BRACE && !isWhole);
}

/** The first that is not blank, as far as it is there. */
function firstLine(start: Buffer): {
	readonly line: Buffer;
	readonly isWhole: boolean;
} {
	const isMarked = start.subarray(0, 3).equals(BYTE_ORDER_MARK);
	const text = start.subarray(isMarked ? BYTE_ORDER_MARK.length : 0);
	const first = text.findIndex((byte) => !BLANKS.includes(byte));
	if (first === -1) return { line: text.subarray(0, 0), isWhole: false };
	const end = text.indexOf(LINE_FEED, first);
	return {
		line: text.subarray(first, end === -1 ? undefined : end),
		isWhole: end !== -1,
	};
}

function fromTheBeginning(
	read: Uint8Array[],
	rest: AsyncIterator<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
	return {
		next: async () => {
			const value = read.shift();
			if (value !== undefined) return { done: false, value };
			return await rest.next();
		},
		return: async () => {
			await rest.return?.();
			return { done: true, value: undefined };
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
