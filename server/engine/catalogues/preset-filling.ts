/** Fills a preset in from the columns of a table: texts become what each requirement asks for, links become its files. */
import { invalid } from "../errors.ts";
import { presetPrompt } from "../generations/render-preset.ts";
import type { InputImageSource, PresetUse } from "../generations/request.ts";
import type { Preset, Requirement } from "../presets/preset.ts";
import { readVariables } from "../presets/read-variables.ts";
import { fillTemplate } from "../presets/template.ts";
import type { DrawingChoice } from "./catalogue.ts";
import { linksIn } from "./kinds/image-links.ts";
import { placeOfColumn } from "./place-of-column.ts";
import {
	type PromptTemplate,
	readPromptTemplate,
} from "./prompt/prompt-template.ts";

type PresetChoice = Extract<DrawingChoice, { kind: "preset" }>;

export interface PresetFilling {
	/** What of a generation's request a row says. */
	useOf(fields: readonly string[]): {
		readonly prompt: string;
		readonly preset: PresetUse;
	};
	/** What the whole says then. @throws {EngineError} `invalid_request` for a variable that is missing, or is not what it may be. */
	textOf(fields: readonly string[]): string;
	/** What is never to be drawn then; empty for nothing. */
	avoidedBy(fields: readonly string[]): string;
}

const YES = /^(?:true|yes|y|1|x|ja|oui|si|sí)$/i;

/** @throws {EngineError} `invalid_request` naming what does not fit the columns, or that the preset does not ask for. */
export function readPresetFilling(
	field: string,
	preset: Preset,
	choice: PresetChoice,
	columns: readonly string[],
): PresetFilling {
	const read = (name: string, text: string) =>
		readPromptTemplate(text, { field: `${field}.${name}`, columns });
	const templates = Object.entries(choice.variables).map(
		([key, text]): [Requirement, PromptTemplate] => [
			requirementOf(preset, `${field}.variables.${key}`, key, "text"),
			read(`variables.${key}`, text),
		],
	);
	const files = Object.entries(choice.files ?? {}).map(
		([key, column]): [Requirement, number] => [
			requirementOf(preset, `${field}.files.${key}`, key, "file"),
			placeOfColumn(`${field}.files.${key}`, column, columns),
		],
	);
	const prompt = read("prompt", choice.prompt ?? "");
	const variablesOf = (fields: readonly string[]) => {
		const variables: Record<string, unknown> = {};
		for (const [requirement, template] of templates) {
			const text = template.render(fields);
			if (text !== "") variables[requirement.key] = typed(requirement, text);
		}
		return variables;
	};
	return {
		useOf: (fields) => ({
			prompt: prompt.render(fields),
			preset: {
				presetId: preset.id,
				variables: variablesOf(fields),
				files: files.flatMap(([requirement, place]) =>
					filesOf(requirement, fields[place] ?? ""),
				),
			},
		}),
		textOf: (fields) => {
			const texts = readVariables(preset.requirements, variablesOf(fields));
			return presetPrompt(preset, texts, prompt.render(fields));
		},
		avoidedBy: (fields) =>
			fillTemplate(
				preset.negativePrompt ?? "",
				readVariables(preset.requirements, variablesOf(fields)),
			),
	};
}

function requirementOf(
	{ requirements }: Preset,
	field: string,
	key: string,
	kind: "text" | "file",
): Requirement {
	const fitting = requirements.filter(
		({ type }) => (type === "file") === (kind === "file"),
	);
	const requirement = fitting.find((each) => each.key === key);
	if (requirement !== undefined) return requirement;
	const allowed = fitting.map((each) => each.key).join(", ") || "none";
	throw invalid(
		field,
		`The preset asks for no ${kind === "file" ? "file" : "variable"} "${key.slice(0, 100)}".`,
		allowed,
	);
}

/** What cannot be what is asked for stays a text, so that whoever checks it names it. */
function typed(requirement: Requirement, text: string): unknown {
	switch (requirement.type) {
		case "number": {
			const number = Number(text.replace(",", "."));
			return Number.isFinite(number) ? number : text;
		}
		case "boolean":
			return YES.test(text);
		case "select":
			return optionNamed(requirement.options, text);
		case "multiselect":
			return text
				.split(/[,;|]/)
				.map((each) => optionNamed(requirement.options, each.trim()))
				.filter((each) => each !== "");
		default:
			return text;
	}
}

/** A table may say what the option is called, and in any case. */
function optionNamed(
	options: readonly { readonly value: string; readonly label: string }[],
	text: string,
): string {
	const said = text.toLowerCase();
	const option = options.find(
		({ value, label }) =>
			value.toLowerCase() === said || label.toLowerCase() === said,
	);
	return option?.value ?? text;
}

function filesOf(requirement: Requirement, cell: string): InputImageSource[] {
	if (requirement.type !== "file") return [];
	const { key, multiple } = requirement;
	const { links } = linksIn(cell);
	if (multiple !== true)
		return links.slice(0, 1).map((url) => ({ kind: "url", field: key, url }));
	return links
		.slice(0, requirement.max)
		.map((url, index) => ({ kind: "url", field: `${key}_${index}`, url }));
}
