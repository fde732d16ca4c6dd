/** Reads JSON as it comes, keeps its text, and stops at every string that is to be lifted out of it. */
import { type JsonPath, JsonStructure } from "./json-structure.ts";
import type { LiftingError } from "./lifting-error.ts";
import type { TextBuffer } from "./text-buffer.ts";

export type ScanOutcome =
	| { readonly kind: "read_all" }
	/** From `position` on comes the rest of the string, unless it is closed already. */
	| {
			readonly kind: "lift";
			readonly position: number;
			/** The string's first bytes between its quotes, escapes and all, as Latin-1. */
			readonly head: string;
			readonly isClosed: boolean;
	  }
	/** The byte at `position` cannot stand there. */
	| {
			readonly kind: "fault";
			readonly position: number;
			readonly error: LiftingError;
	  };

/** So much of a string is looked at before it is lifted: enough to tell a URL from base64. */
const HEAD_BYTES = 64;
/** A URL where a picture might have stood, or no picture at all: such a string stays. */
const WEB_ADDRESS = /^(\s|\\[nrtf])*https?:/i;
const NO_PICTURE = /^(\s|\\[nrtf])*(data:[^,]*,(\s|\\[nrtf])*)?$/i;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class JsonScanner {
	readonly #text: TextBuffer;
	readonly #shouldLift: (path: JsonPath) => boolean;
	readonly #structure = new JsonStructure();
	/** Where in the text the string under way began, as long as it may yet be lifted or is a name not yet read. */
	#heldFrom: number | undefined;
	#isEscaped = false;

	/** All that is scanned is put into the text, except for the strings that are lifted. */
	constructor(text: TextBuffer, shouldLift: (path: JsonPath) => boolean) {
		this.#text = text;
		this.#shouldLift = shouldLift;
	}

	get isInString(): boolean {
		return this.#structure.isInString;
	}

	/** Whether the document may end here. */
	get isWhole(): boolean {
		return this.#structure.isWhole;
	}

	/** @throws {LiftingError} `too_large`; whatever else is wrong with the answer is in the outcome. */
	scan(chunk: Buffer, from: number, to: number): ScanOutcome {
		let position = from;
		while (position < to) {
			const step = this.isInString
				? this.#scanString(chunk, position, to)
				: this.#scanStructure(chunk, position, to);
			if (typeof step !== "number") return step;
			position = step;
		}
		return { kind: "read_all" };
	}

	/** Puts another string, not escaped yet, where the one that was lifted would have stood. */
	putInstead(string: string): void {
		const bytes = Buffer.from(JSON.stringify(string));
		this.#text.append(bytes, 0, bytes.length);
		this.#structure.endString("");
	}

	/** Takes away the text that is settled. */
	takeText(): Buffer {
		const taken = this.#text.take(this.#heldFrom);
		if (this.#heldFrom !== undefined) this.#heldFrom = 0;
		return taken;
	}

	#scanStructure(
		chunk: Buffer,
		from: number,
		to: number,
	): number | ScanOutcome {
		let position = from;
		while (position < to && !this.isInString) {
			const error = this.#structure.take(chunk[position] as number);
			if (error !== undefined) {
				this.#text.append(chunk, from, position);
				return { kind: "fault", position, error };
			}
			position++;
		}
		this.#text.append(chunk, from, position);
		if (this.isInString && (this.#structure.isKey || this.#mayLift()))
			this.#heldFrom = this.#text.length - 1;
		return position;
	}

	#mayLift(): boolean {
		return this.#shouldLift(this.#structure.path);
	}

	#scanString(chunk: Buffer, from: number, to: number): number | ScanOutcome {
		const isCandidate = this.#heldFrom !== undefined && !this.#structure.isKey;
		const limit = isCandidate
			? Math.min(to, from + HEAD_BYTES - this.#heldLength())
			: to;
		let position = from;
		let isClosed = false;
		while (position < limit && !isClosed) {
			const byte = chunk[position++];
			if (this.#isEscaped) this.#isEscaped = false;
			else if (byte === BACKSLASH) this.#isEscaped = true;
			else if (byte === QUOTE) isClosed = true;
		}
		this.#text.append(chunk, from, position);
		if (isCandidate && (isClosed || this.#heldLength() === HEAD_BYTES)) {
			const head = this.#judgeHead(isClosed);
			if (head !== undefined) return { kind: "lift", position, head, isClosed };
		}
		if (isClosed) this.#closeString();
		return position;
	}

	/** Without the opening quote. */
	#heldLength(): number {
		return this.#text.length - (this.#heldFrom ?? 0) - 1;
	}

	/** @returns undefined when the string is to stay. */
	#judgeHead(isClosed: boolean): string | undefined {
		const start = this.#heldFrom ?? 0;
		const head = this.#text
			.toString("latin1", start + 1)
			.slice(0, isClosed ? -1 : undefined);
		this.#heldFrom = undefined;
		if (WEB_ADDRESS.test(head) || (isClosed && NO_PICTURE.test(head)))
			return undefined;
		this.#text.truncate(start);
		this.#isEscaped = false;
		return head;
	}

	#closeString(): void {
		const isKey = this.#structure.isKey;
		this.#structure.endString(
			isKey ? readKey(this.#text.toString("utf8", this.#heldFrom ?? 0)) : "",
		);
		this.#heldFrom = undefined;
	}
}

/** A name that is no JSON is left to whoever parses the text. */
function readKey(quoted: string): string {
	if (!quoted.includes("\\")) return quoted.slice(1, -1);
	try {
		return JSON.parse(quoted) as string;
	} catch {
		return quoted;
	}
}
