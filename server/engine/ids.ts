/** Makes ids that sort by the time they were made, and secrets that nobody can guess. */
import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

export type IdPrefix =
	| "team"
	| "key"
	| "ledger"
	| "gen"
	| "img"
	| "claim"
	| "permit"
	| "token"
	| "file"
	| "batch"
	| "vendorbatch"
	| "use"
	| "reply"
	| "input"
	| "upload"
	| "preset"
	| "catalogue"
	| "interaction";
export type NewId = (prefix: IdPrefix) => string;

/** `prefix_` and 26 characters: 50 bits of milliseconds, then 80 random bits. */
export function createIds(clock: () => number): NewId {
	return (prefix) => {
		let time = clock();
		let text = "";
		for (let digit = 0; digit < TIME_DIGITS; digit++) {
			text = ALPHABET[time % 32] + text;
			time = Math.floor(time / 32);
		}
		for (const byte of randomBytes(RANDOM_DIGITS)) text += ALPHABET[byte & 31];
		return `${prefix}_${text}`;
	};
}

/**
 * Whether what a caller sent can be an id of ours at all. What cannot is in no table, and some of it, such as a zero
 * character, PostgreSQL would not even look for.
 */
export function isId(text: string): boolean {
	return /^[a-z]+_[0-9a-z]{26}$/.test(text);
}

const SHORT_DIGITS = 16;

/** `prefix_` and 16 random characters, 80 bits: the form in which callers know conversations and their items. */
export function newShortId(prefix: "conv" | "msg"): string {
	const digits = [...randomBytes(SHORT_DIGITS)].map(
		(byte) => ALPHABET[byte & 31],
	);
	return `${prefix}_${digits.join("")}`;
}

/** Whether what a caller sent can be such an id; as with `isId`, what cannot is not looked for. */
export function isShortId(text: string, prefix: "conv" | "msg"): boolean {
	return text.startsWith(`${prefix}_`) && /^[a-z]+_[0-9a-z]{16}$/.test(text);
}

/** `bytes` random bytes as URL-safe text. */
export function newSecret(bytes: number): string {
	return randomBytes(bytes).toString("base64url");
}
