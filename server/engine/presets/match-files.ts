/** Finds out which file of a request is for which requirement, by the names of S1-18 and S1-19. */
import { invalid } from "../errors.ts";
import type { FileRule, InputImageSource } from "../generations/request.ts";
import {
	FILE_TYPES,
	type FileRequirement,
	type Requirement,
} from "./preset.ts";

/** When a requirement for several files does not say how many; no model takes more pictures. */
const DEFAULT_MAX_FILES = 16;

interface NamedFile {
	readonly source: InputImageSource;
	readonly requirement: FileRequirement;
	/** As its name counts it; one without a number comes first. */
	readonly index: number;
}

/**
 * @param files each under `<key>`, or where there may be several `<key>_0`, `<key>_1` and so on, counted by their numbers.
 * @param references pictures that came without a name. They stand for required files that are missing, in order (S1, reading h).
 * @returns all of them, the named ones first, each with what its requirement asks of it.
 * @throws {EngineError} `invalid_request` naming a file that nobody asked for, or one that is missing.
 */
export function matchFiles(
	requirements: readonly Requirement[],
	files: readonly InputImageSource[],
	references: readonly InputImageSource[],
): InputImageSource[] {
	const wanted = requirements.filter((each) => each.type === "file");
	const named = files.map((source) => nameOf(wanted, source));
	const unnamed = [...references];
	const matched = wanted.flatMap((requirement) => {
		const own = named
			.filter((file) => file.requirement === requirement)
			.sort((one, other) => one.index - other.index)
			.map(({ source }) => source);
		if (own.length === 0 && requirement.required)
			own.push(...unnamed.splice(0, 1));
		checkCount(requirement, own.length);
		return own.map((source) => ({ ...source, rule: ruleOf(requirement) }));
	});
	return [...matched, ...unnamed];
}

function nameOf(
	wanted: readonly FileRequirement[],
	source: InputImageSource,
): NamedFile {
	const { field } = source;
	const exact = wanted.find(({ key }) => key === field);
	if (exact !== undefined) return { source, requirement: exact, index: -1 };
	const [, key, index] = /^(.+)_(\d{1,4})$/.exec(field) ?? [];
	const counted = wanted.find((each) => each.multiple && each.key === key);
	if (counted !== undefined)
		return { source, requirement: counted, index: Number(index) };
	const allowed =
		wanted.map(inWords).join(", ") || "no files: this preset asks for none";
	throw invalid(
		field,
		`${field} is no file that this preset asks for; allowed: ${allowed}.`,
		allowed,
	);
}

function inWords({ key, multiple }: FileRequirement): string {
	return multiple ? `${key}, ${key}_0, ${key}_1 ...` : key;
}

function checkCount(requirement: FileRequirement, count: number): void {
	const { key, label, required, multiple, max } = requirement;
	const most = multiple ? (max ?? DEFAULT_MAX_FILES) : 1;
	const allowed = most === 1 ? "one file" : `at most ${most} files`;
	if (count > most)
		throw invalid(key, `${key} (${label}) takes ${allowed}.`, allowed);
	if (required && count === 0) {
		throw invalid(
			key,
			`${key} (${label}) is missing: this preset needs a picture. Send it as a file in a multipart/form-data body, or as a reference image.`,
			allowed,
		);
	}
}

function ruleOf({ types, maxSizeBytes }: FileRequirement): FileRule {
	return { mediaTypes: types ?? FILE_TYPES, maxBytes: maxSizeBytes };
}
