/** Reads the variables of a request: whether each is what its requirement asks for, and what is said of it in the text. */
import { invalid } from "../errors.ts";
import { requireText } from "../generations/check-text.ts";
import type { Requirement } from "./preset.ts";

/** A file is a picture and no text. */
type SaidRequirement = Exclude<Requirement, { type: "file" }>;

const MAX_TEXT_CHARACTERS = 10_000;
/** Of all variables of a request, as JSON; they are kept with every generation. */
const MAX_JSON_CHARACTERS = 65_536;
/** As many options as a person reads in an error. */
const MAX_LISTED = 30;

export type Variables = Readonly<Record<string, unknown>>;

/**
 * @returns what is said of each requirement; of one that is neither given nor has a default, nothing.
 * @throws {EngineError} `invalid_request` naming the variable, and what it may be.
 */
export function readVariables(
	requirements: readonly Requirement[],
	variables: Variables,
): Map<string, string> {
	const texts = new Map<string, string>();
	for (const requirement of requirements) {
		const { key } = requirement;
		const field = `variables.${key}`;
		const value = Object.hasOwn(variables, key) ? variables[key] : undefined;
		const isGiven = value !== undefined && value !== null;
		if (requirement.type === "file") {
			if (isGiven) throw invalid(field, aFile(requirement.label), "a file");
			continue;
		}
		if (isGiven) checkValue(field, requirement, value);
		if (requirement.required && (!isGiven || isBlank(value)))
			throw missing(field, requirement);
		texts.set(key, textOf(requirement, isGiven ? value : requirement.default));
	}
	return texts;
}

/** The variables as they are kept, those that the preset does not know included. @throws {EngineError} when they are too much. */
export function variablesJsonOf(variables: Variables): string {
	const json = stringify(variables);
	if (json !== null && json.length <= MAX_JSON_CHARACTERS) return json;
	const allowed = `at most ${MAX_JSON_CHARACTERS} characters of JSON in all`;
	throw invalid("variables", `The variables may be ${allowed}.`, allowed);
}

/** @returns `null` for what is nested so deep that it cannot be written. */
function stringify(variables: Variables): string | null {
	try {
		return JSON.stringify(variables);
	} catch (error) {
		if (error instanceof RangeError) return null;
		throw error;
	}
}

/** @throws {EngineError} unless the value, a default for instance, is what the requirement asks for. */
export function checkValue(
	field: string,
	requirement: SaidRequirement,
	value: unknown,
): void {
	const isText = typeof value === "string";
	if (requirement.type === "text" && isText)
		requireText(field, value, MAX_TEXT_CHARACTERS);
	if (isAllowed(requirement, value)) return;
	const allowed = allowedFor(requirement);
	throw invalid(field, `${field} must be ${allowed}.`, allowed);
}

function isAllowed(requirement: SaidRequirement, value: unknown): boolean {
	switch (requirement.type) {
		case "text":
			return (
				typeof value === "string" && isWithin(requirement, [...value].length)
			);
		case "number":
			return typeof value === "number" && isWithin(requirement, value);
		case "boolean":
			return typeof value === "boolean";
		case "color":
			return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);
		case "select":
			return requirement.options.some((option) => option.value === value);
		case "multiselect": {
			const values = requirement.options.map((option) => option.value);
			return (
				Array.isArray(value) &&
				value.every((each) => values.includes(each)) &&
				new Set(value).size === value.length &&
				isWithin(requirement, value.length)
			);
		}
	}
}

interface Bounds {
	readonly min?: number | undefined;
	readonly max?: number | undefined;
}

function isWithin({ min, max }: Bounds, amount: number): boolean {
	return (
		amount >= (min ?? Number.NEGATIVE_INFINITY) &&
		amount <= (max ?? Number.POSITIVE_INFINITY)
	);
}

function allowedFor(requirement: SaidRequirement): string {
	switch (requirement.type) {
		case "text":
			return `text${bounded(requirement, " characters")}`;
		case "number":
			return `a number${bounded(requirement, "")}`;
		case "boolean":
			return "true or false";
		case "color":
			return "a colour like #1e90ff";
		case "select":
			return `one of ${listed(requirement.options)}`;
		case "multiselect":
			return `a list${bounded(requirement, "")} of ${listed(requirement.options)}, none twice`;
	}
}

function bounded({ min, max }: Bounds, unit: string): string {
	if (min !== undefined && max !== undefined)
		return ` of ${min} to ${max}${unit}`;
	if (min !== undefined) return ` of at least ${min}${unit}`;
	return max === undefined ? "" : ` of at most ${max}${unit}`;
}

function listed(options: readonly { readonly value: string }[]): string {
	const shown = options.slice(0, MAX_LISTED).map(({ value }) => value);
	const others = options.length > MAX_LISTED ? " and others" : "";
	return shown.join(", ") + others;
}

/** What answers a requirement without saying anything. */
function isBlank(value: unknown): boolean {
	if (typeof value === "string") return value.trim() === "";
	return Array.isArray(value) && value.length === 0;
}

function textOf(requirement: SaidRequirement, value: unknown): string {
	if (value === undefined) return "";
	if (requirement.type === "boolean")
		return value
			? (requirement.trueText ?? "yes")
			: (requirement.falseText ?? "no");
	return Array.isArray(value) ? value.join(", ") : String(value);
}

function missing(field: string, requirement: SaidRequirement) {
	const allowed = allowedFor(requirement);
	return invalid(
		field,
		`${field} (${requirement.label}) is missing: this preset needs ${allowed}.`,
		allowed,
	);
}

function aFile(label: string): string {
	return `${label} is a file: send it as one in a multipart/form-data body, under its own key.`;
}
