/** Reads which members at the outside of a JSON object have more in them, as far as its beginning shows. */
import { JsonStructure } from "../../../net/lifting/json-structure.ts";
import type { OuterMembers } from "../line-form.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;

/** @param start may end anywhere. @returns none for what is no object. */
export function outerMembers(start: Buffer): OuterMembers {
	const members = new Map<string, "object" | "list">();
	const structure = new JsonStructure();
	for (let at = 0; at < start.length; at++) {
		const byte = start[at] ?? 0;
		const depth = structure.path.length;
		if (structure.take(byte) !== undefined) break;
		const [name] = structure.path;
		if (depth === 1 && structure.path.length === 2 && typeof name === "string")
			members.set(name, byte === BRACE ? "object" : "list");
		if (!structure.isInString) continue;
		const end = endOfString(start, at + 1);
		if (end === -1) break;
		structure.endString(keyIn(start.toString("utf8", at, end + 1)));
		at = end;
	}
	return members;
}

/** @param from after its opening quote. @returns where its closing quote is; -1 when it is not here. */
function endOfString(bytes: Buffer, from: number): number {
	for (let at = from; at < bytes.length; at++) {
		if (bytes[at] === QUOTE) return at;
		if (bytes[at] === BACKSLASH) at++;
	}
	return -1;
}

/** Of a string that is no key, or no JSON, nobody asks what it says. */
function keyIn(string: string): string {
	try {
		return String(JSON.parse(string));
	} catch {
		return "";
	}
}
