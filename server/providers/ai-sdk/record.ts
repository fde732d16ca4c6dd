/** Looks into values of which nobody promised what they are. */

export type UnknownRecord = Readonly<Record<string, unknown>>;

/** @returns an empty one for what is none. */
export function recordOf(value: unknown): UnknownRecord {
	return typeof value === "object" && value !== null && !Array.isArray(value)
		? (value as UnknownRecord)
		: {};
}

/** Each element of a list, as a record; nothing when it is no list. */
export function recordsIn(value: unknown): UnknownRecord[] {
	return Array.isArray(value) ? value.map(recordOf) : [];
}
