/** Where in a JSON document one is, told byte by byte: what may come next, and the path of the value under way. */
import { LiftingError } from "./lifting-error.ts";

/** Names of members and indices of elements, from the outside in; empty for the whole. */
export type JsonPath = readonly (string | number)[];

type State =
	| "value"
	| "value_or_end"
	| "key"
	| "key_or_end"
	| "colon"
	| "comma_or_end"
	| "scalar"
	| "string"
	| "done";

/** Deeper than any vendor's answer; what reads the text afterwards is recursive. */
const MAX_DEPTH = 200;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** What stands inside a string or a number is not looked at: whether it is well-formed is for whoever parses it. */
export class JsonStructure {
	#state: State = "value";
	#isKey = false;
	/** The last element is the member or element under way, so its type tells an object from an array. */
	readonly #path: (string | number)[] = [];

	/** The path of the value under way; changes with every step. */
	get path(): JsonPath {
		return this.#path;
	}

	/** Then the bytes up to the closing quote are the caller's, who says `endString` there. */
	get isInString(): boolean {
		return this.#state === "string";
	}

	/** Whether the string under way is the name of a member. */
	get isKey(): boolean {
		return this.#isKey;
	}

	/** Whether the document may end here. */
	get isWhole(): boolean {
		const isScalarAlone = this.#state === "scalar" && this.#path.length === 0;
		return this.#state === "done" || isScalarAlone;
	}

	/** Takes one byte outside of strings. @returns why it cannot stand there. */
	take(byte: number): LiftingError | undefined {
		if (this.#state === "scalar") {
			if (isOfScalar(byte)) return undefined;
			this.#endValue();
		}
		if (isBlank(byte)) return undefined;
		switch (this.#state) {
			case "value":
			case "value_or_end":
				return this.#takeValue(byte);
			case "key":
			case "key_or_end":
				return this.#takeKey(byte);
			case "colon":
				if (byte !== COLON) return malformed();
				this.#state = "value";
				return undefined;
			case "comma_or_end":
				return this.#takeCommaOrEnd(byte);
			default:
				return malformed();
		}
	}

	/** The string under way has ended; `key` is what it says, if it is one. */
	endString(key: string): void {
		if (!this.#isKey) {
			this.#endValue();
			return;
		}
		this.#path[this.#path.length - 1] = key;
		this.#state = "colon";
	}

	#takeValue(byte: number): LiftingError | undefined {
		if (byte === CLOSING_BRACKET && this.#state === "value_or_end")
			return this.#leave();
		if (byte === OPENING_BRACE) return this.#enter("", "key_or_end");
		if (byte === OPENING_BRACKET) return this.#enter(0, "value_or_end");
		if (byte === QUOTE) {
			this.#state = "string";
			this.#isKey = false;
			return undefined;
		}
		if (!isOfScalar(byte)) return malformed();
		this.#state = "scalar";
		return undefined;
	}

	#takeKey(byte: number): LiftingError | undefined {
		if (byte === CLOSING_BRACE && this.#state === "key_or_end")
			return this.#leave();
		if (byte !== QUOTE) return malformed();
		this.#state = "string";
		this.#isKey = true;
		return undefined;
	}

	#takeCommaOrEnd(byte: number): LiftingError | undefined {
		const last = this.#path.length - 1;
		const underWay = this.#path[last];
		const isArray = typeof underWay === "number";
		if (byte === (isArray ? CLOSING_BRACKET : CLOSING_BRACE))
			return this.#leave();
		if (byte !== COMMA) return malformed();
		if (isArray) this.#path[last] = underWay + 1;
		this.#state = isArray ? "value" : "key";
		return undefined;
	}

	#enter(first: string | number, state: State): LiftingError | undefined {
		if (this.#path.length === MAX_DEPTH)
			return new LiftingError(
				"too_deep",
				`The answer is nested more than ${MAX_DEPTH} levels deep.`,
			);
		this.#path.push(first);
		this.#state = state;
		return undefined;
	}

	#leave(): undefined {
		this.#path.pop();
		this.#endValue();
	}

	#endValue(): void {
		this.#state = this.#path.length === 0 ? "done" : "comma_or_end";
	}
}

function malformed(): LiftingError {
	return new LiftingError("malformed", "The answer is not JSON.");
}

function isBlank(byte: number): boolean {
	return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** What numbers and literals are made of. */
function isOfScalar(byte: number): boolean {
	return (
		(byte >= 0x30 && byte <= 0x39) ||
		(byte >= 0x61 && byte <= 0x7a) ||
		(byte >= 0x41 && byte <= 0x5a) ||
		byte === 0x2d ||
		byte === 0x2b ||
		byte === 0x2e
	);
}
