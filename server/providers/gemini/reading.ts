/** Reads what a vendor said without trusting it: whatever has another shape than expected reads as absent. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
	return typeof value === "object" && value !== null ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}

/** A whole number that is not negative; 64-bit ones come as text. */
export function countOf(value: unknown): number | undefined {
	const count = typeof value === "string" && value !== "" ? +value : value;
	return Number.isSafeInteger(count) && (count as number) >= 0
		? (count as number)
		: undefined;
}
