/** Reads what a server answered as leniently as can be: what is missing, or of another type, is `undefined`. */
import { Lifted } from "../../net/lifted-json.ts";
import type { KeptFile } from "../provider.ts";

type Path = readonly (string | number)[];

export function valueAt(value: unknown, ...path: Path): unknown {
	let inner = value;
	for (const step of path) {
		if (typeof inner !== "object" || inner === null) return undefined;
		inner = (inner as Record<string | number, unknown>)[step];
	}
	return inner;
}

/** @returns `undefined` for the empty text too. */
export function textAt(value: unknown, ...path: Path): string | undefined {
	const found = valueAt(value, ...path);
	return typeof found === "string" && found !== "" ? found : undefined;
}

export function numberAt(value: unknown, ...path: Path): number | undefined {
	const found = valueAt(value, ...path);
	return typeof found === "number" && Number.isFinite(found)
		? found
		: undefined;
}

/** @returns an empty list when there is none. */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
	const found = valueAt(value, ...path);
	return Array.isArray(found) ? found : [];
}

/** A picture that was lifted out of the answer. */
export function pictureAt(value: unknown, ...path: Path): KeptFile | undefined {
	const found = valueAt(value, ...path);
	return found instanceof Lifted ? (found.kept as KeptFile) : undefined;
}

/**
 * Where this API has pictures: `b64_json`, and URLs of pictures, which may be data URLs. Other strings called `url` are
 * none, such as that of a batch's line.
 */
export function isPicture(path: Path): boolean {
	const [outer, name] = [path.at(-2), path.at(-1)];
	if (name === "b64_json") return true;
	return (
		name === "url" &&
		(outer === "image_url" ||
			(typeof outer === "number" && path.at(-3) === "data"))
	);
}
