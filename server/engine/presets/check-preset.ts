/** What may be saved as a preset: texts within bounds, a template whose every placeholder is known, requirements that can be met. */
import { invalid } from "../errors.ts";
import { requireText } from "../generations/check-text.ts";
import type { Option, PresetContent, Requirement } from "./preset.ts";
import { checkValue } from "./read-variables.ts";
import { hasStrayBraces, PROMPT_KEY, placeholdersIn } from "./template.ts";

export const MAX_NAME_CHARACTERS = 200;
const MAX_DESCRIPTION_CHARACTERS = 2_000;
const MAX_TEMPLATE_CHARACTERS = 20_000;
const MAX_LABEL_CHARACTERS = 200;
const MAX_HELP_CHARACTERS = 1_000;
const MAX_SAID_CHARACTERS = 1_000;
const MAX_REQUIREMENTS = 50;
const MAX_OPTIONS = 100;
const KEY = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const KEY_IN_WORDS = "1 to 64 of A-Z, a-z, 0-9 and _, a letter first";

/** @throws {EngineError} `invalid_request` naming the field at fault, and what it may be. */
export function checkPreset(
	preset: PresetContent,
	limits: {
		readonly maxImagesPerRequest: number;
		readonly maxReferenceBytes: number;
	},
): void {
	const { name, description, template, negativePrompt, count } = preset;
	requireWords("name", name, MAX_NAME_CHARACTERS);
	if (description !== null)
		requireText("description", description, MAX_DESCRIPTION_CHARACTERS);
	requireWords("template", template, MAX_TEMPLATE_CHARACTERS);
	checkRequirements(preset.requirements, limits.maxReferenceBytes);
	const said = preset.requirements.filter(({ type }) => type !== "file");
	const keys = said.map(({ key }) => key);
	checkPlaceholders("template", template, [PROMPT_KEY, ...keys]);
	if (negativePrompt !== null) {
		requireText("negativePrompt", negativePrompt, MAX_TEMPLATE_CHARACTERS);
		checkPlaceholders("negativePrompt", negativePrompt, keys);
	}
	if (count !== null) checkCount(count, limits.maxImagesPerRequest);
}

function checkCount(count: number, maximum: number): void {
	if (Number.isInteger(count) && count >= 1 && count <= maximum) return;
	const allowed = `a whole number from 1 to ${maximum}`;
	throw invalid("count", `The number of images must be ${allowed}.`, allowed);
}

function requireWords(field: string, text: string, maxCharacters: number) {
	if (text.trim() === "")
		throw invalid(field, `The ${field} must not be empty.`, "any text");
	requireText(field, text, maxCharacters);
}

function checkPlaceholders(
	field: string,
	template: string,
	keys: readonly string[],
): void {
	const allowed =
		keys.map((key) => `{{${key}}}`).join(", ") || "no placeholders";
	if (hasStrayBraces(template)) {
		throw invalid(
			field,
			`The ${field} has double braces that are no placeholder; allowed: ${allowed}.`,
			allowed,
		);
	}
	for (const key of placeholdersIn(template)) {
		if (keys.includes(key)) continue;
		throw invalid(
			field,
			`The ${field} has {{${key}}}, which no requirement fills in; allowed: ${allowed}.`,
			allowed,
		);
	}
}

function checkRequirements(
	requirements: readonly Requirement[],
	maxFileBytes: number,
): void {
	if (requirements.length > MAX_REQUIREMENTS)
		throw refused("requirements", `at most ${MAX_REQUIREMENTS}`);
	const keys = new Set<string>();
	for (const [index, requirement] of requirements.entries()) {
		const field = `requirements.${index}`;
		const { key, label, help, required } = requirement;
		if (!KEY.test(key)) throw refused(`${field}.key`, KEY_IN_WORDS);
		if (key === PROMPT_KEY || keys.has(key))
			throw refused(`${field}.key`, `another key than ${key}, which is taken`);
		keys.add(key);
		requireWords(`${field}.label`, label, MAX_LABEL_CHARACTERS);
		if (help !== undefined)
			requireText(`${field}.help`, help, MAX_HELP_CHARACTERS);
		checkRequirement(field, requirement, maxFileBytes);
		if (requirement.type === "file" || requirement.default === undefined)
			continue;
		if (required)
			throw refused(`${field}.default`, "absent where something is required");
		checkValue(`${field}.default`, requirement, requirement.default);
	}
	checkCountedKeys(requirements);
}

/** `photo_0` would be two things where several files are sent as `photo_0`, `photo_1`. */
function checkCountedKeys(requirements: readonly Requirement[]): void {
	const several = requirements
		.filter((each) => each.type === "file" && each.multiple)
		.map(({ key }) => key);
	for (const [index, { key }] of requirements.entries()) {
		const base = key.replace(/_\d+$/, "");
		if (base !== key && several.includes(base))
			throw refused(
				`requirements.${index}.key`,
				`another key than ${key}, under which a file of ${base} may be sent`,
			);
	}
}

function checkRequirement(
	field: string,
	requirement: Requirement,
	maxFileBytes: number,
): void {
	switch (requirement.type) {
		case "text":
		case "number":
			checkBounds(field, requirement);
			return;
		case "select":
			checkOptions(`${field}.options`, requirement.options);
			return;
		case "multiselect":
			checkOptions(`${field}.options`, requirement.options);
			checkBounds(field, requirement);
			if ((requirement.min ?? 0) > requirement.options.length)
				throw refused(`${field}.min`, "at most as many as there are options");
			return;
		case "boolean":
			for (const name of ["trueText", "falseText"] as const)
				requireText(
					`${field}.${name}`,
					requirement[name] ?? "",
					MAX_SAID_CHARACTERS,
				);
			return;
		case "file":
			if (requirement.max !== undefined && !requirement.multiple)
				throw refused(`${field}.max`, "absent unless multiple is true");
			if ((requirement.maxSizeBytes ?? 0) > maxFileBytes)
				throw refused(`${field}.maxSizeBytes`, `at most ${maxFileBytes}`);
			return;
		case "color":
			return;
	}
}

function checkBounds(
	field: string,
	{
		min,
		max,
	}: { readonly min?: number | undefined; readonly max?: number | undefined },
): void {
	if (min !== undefined && max !== undefined && min > max)
		throw refused(`${field}.max`, `at least ${min}, which is min`);
}

function checkOptions(field: string, options: readonly Option[]): void {
	if (options.length === 0 || options.length > MAX_OPTIONS)
		throw refused(field, `a list of 1 to ${MAX_OPTIONS}`);
	const values = new Set<string>();
	for (const [index, { value, label }] of options.entries()) {
		requireWords(`${field}.${index}.value`, value, MAX_SAID_CHARACTERS);
		requireWords(`${field}.${index}.label`, label, MAX_LABEL_CHARACTERS);
		if (values.has(value))
			throw refused(`${field}.${index}.value`, "another than those before it");
		values.add(value);
	}
}

function refused(field: string, allowed: string) {
	return invalid(field, `${field} must be ${allowed}.`, allowed);
}
