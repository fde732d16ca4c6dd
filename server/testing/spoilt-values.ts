/** Requests with everything in them, of which some parts are something else: what a broken client or an enemy might send. */
import fc from "fast-check";

/** What stands anywhere in the place of what belongs there. */
export const spoilers: fc.Arbitrary<unknown> = fc.oneof(
	fc.jsonValue({ maxDepth: 2 }),
	fc.string(),
	fc.constantFrom(
		...[null, [], {}, "", -1, 1e300],
		"data:,",
		"A".repeat(50_000),
		"\u0000",
		"\ud800",
		"9".repeat(400),
	),
);

/** @param by what one to three parts of it are replaced by, wherever they are. */
export function spoiltValues(
	whole: object,
	by: fc.Arbitrary<unknown> = spoilers,
): fc.Arbitrary<unknown> {
	const place = fc.array(fc.nat(20), { minLength: 0, maxLength: 8 });
	return fc
		.array(fc.tuple(place, by), { minLength: 1, maxLength: 3 })
		.map((replacements) =>
			replacements.reduce<unknown>(
				(value, [path, replacement]) => replaced(value, path, replacement),
				whole,
			),
		);
}

/** Replaces what the path leads to, wherever it ends. */
function replaced(
	value: unknown,
	path: readonly number[],
	by: unknown,
): unknown {
	const [step, ...rest] = path;
	if (step === undefined || typeof value !== "object" || value === null)
		return by;
	const keys = Object.keys(value);
	const key = keys[step % Math.max(1, keys.length)];
	if (key === undefined) return by;
	const inner = (value as Record<string, unknown>)[key];
	const changed = replaced(inner, rest, by);
	if (Array.isArray(value))
		return value.map((each, index) => (String(index) === key ? changed : each));
	return { ...value, [key]: changed };
}
