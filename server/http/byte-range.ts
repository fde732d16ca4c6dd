/** Reads a Range header (RFC 9110, section 14). */

/** First and last byte, both included. */
export interface ByteRange {
	readonly first: number;
	readonly last: number;
}

/**
 * @param size of the whole, in bytes.
 * @returns the range; `null` when the whole is to be sent, as for several ranges or a unit that is not bytes.
 */
export function parseRange(
	header: string | undefined,
	size: number,
): ByteRange | "unsatisfiable" | null {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
	if (match === null) return null;
	const [, from = "", to = ""] = match;
	if (from === "" && to === "") return null;
	if (from === "") {
		const length = Math.min(Number(to), size);
		return length === 0
			? "unsatisfiable"
			: { first: size - length, last: size - 1 };
	}
	const first = Number(from);
	const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
	if (first >= size) return "unsatisfiable";
	return last < first ? null : { first, last };
}
