/** What a vendor says when it says no: read as far as it is worth, and made fit for the log. */
import type { VendorAnswer } from "../../net/vendor-http.ts";

const MAX_FAULT_BYTES = 65_536;
const MAX_LOGGED_CHARACTERS = 600;
/** Base64 and the like, also in lines as MIME breaks them: nobody reads it, and it may be a picture or a secret. */
const LONG_WORD = /[A-Za-z0-9+/_=-]{64,}/g;
/** Credentials by how they are written; what comes before the secret stays. */
const CREDENTIALS = [
	/(\b(?:Bearer|Basic)\s+)[^\s"',;]+/gi,
	/(\b(?:key|token|sig|signature)=)[^\s"'&]+/gi,
	/(\b(?:api[-_]?key|access[-_]?token|secret|password)["']?\s*[:=]\s*["']?)[^\s"'&,;}]+/gi,
	/(\bsk-)[\w-]{6,}/g,
];
const SECRET_HEADER = /auth|key|token|secret|cookie/i;
/** What is shorter is no secret, and may stand anywhere. */
const MIN_SECRET_LENGTH = 6;

/**
 * Reads the body of an answer that is no success. What is beyond the limit is let go, and so is what comes after a break:
 * the status says what matters.
 */
export async function readFaultText(
	answer: VendorAnswer,
): Promise<{ text: string; json: unknown }> {
	const pieces: Uint8Array[] = [];
	let sizeBytes = 0;
	try {
		for await (const piece of answer.body) {
			pieces.push(piece);
			sizeBytes += piece.byteLength;
			if (sizeBytes > MAX_FAULT_BYTES) break;
		}
	} catch {
	} finally {
		answer.discard();
	}
	const text = Buffer.concat(pieces).toString();
	try {
		return { text, json: JSON.parse(text) };
	} catch {
		return { text, json: undefined };
	}
}

/** @param secrets never stand in it, however they look. */
export function redacted(
	text: string,
	secrets: readonly string[] = [],
): string {
	let clean = text;
	for (const secret of secrets) clean = clean.replaceAll(secret, "[...]");
	for (const pattern of CREDENTIALS)
		clean = clean.replaceAll(pattern, "$1[...]");
	return clean
		.replaceAll(LONG_WORD, "[...]")
		.replaceAll(/\s+/g, " ")
		.slice(0, MAX_LOGGED_CHARACTERS)
		.toWellFormed();
}

/** What a vendor that quotes our request could give away. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
	return Object.entries(headers)
		.filter(([name]) => SECRET_HEADER.test(name))
		.flatMap(([, value]) => value.split(/\s+/))
		.filter((word) => word.length >= MIN_SECRET_LENGTH && word !== "Bearer");
}
