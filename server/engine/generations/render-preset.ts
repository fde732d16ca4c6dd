/** Fills a preset in (S1-7): its text with the variables and the caller's own words, and what the request leaves open with what the preset says. */
import type { EngineDependencies } from "../dependencies.ts";
import { invalid } from "../errors.ts";
import { getPreset } from "../presets/find-presets.ts";
import { matchFiles } from "../presets/match-files.ts";
import type { Preset } from "../presets/preset.ts";
import { readVariables, variablesJsonOf } from "../presets/read-variables.ts";
import {
	fillTemplate,
	PROMPT_KEY,
	placeholdersIn,
} from "../presets/template.ts";
import type { GenerationRequest, RenderedRequest } from "./request.ts";

/**
 * The request comes before the preset, the preset before the team's and the server's defaults.
 * @throws {EngineError} `not_found` for a preset that the team cannot use; `invalid_request` naming a variable or a file
 * that is missing, or is not what it may be.
 */
export async function renderPreset(
	{ database }: Pick<EngineDependencies, "database">,
	teamId: string,
	request: GenerationRequest,
): Promise<RenderedRequest> {
	if (request.preset === undefined)
		return { ...request, renderedPrompt: request.prompt, renderedFrom: null };
	const { presetId, variables, files } = request.preset;
	const preset = await getPreset(database.queries, teamId, presetId);
	const { requirements } = preset;
	const texts = readVariables(requirements, variables);
	return {
		...request,
		...leftOpen(request, preset),
		renderedPrompt: presetPrompt(preset, texts, request.prompt),
		negativePrompt:
			request.negativePrompt ??
			(preset.negativePrompt === null
				? undefined
				: fillTemplate(preset.negativePrompt, texts)),
		inputImages: matchFiles(requirements, files, request.inputImages ?? []),
		renderedFrom: {
			presetId,
			version: preset.version,
			variablesJson: variablesJsonOf(variables),
		},
	};
}

function leftOpen(
	request: GenerationRequest,
	preset: Preset,
): Partial<GenerationRequest> {
	return {
		model: request.model ?? preset.model ?? undefined,
		count: request.count ?? preset.count ?? undefined,
		// Exact pixels leave nothing open of the shape.
		...(request.size === undefined && {
			aspectRatio: request.aspectRatio ?? preset.aspectRatio ?? undefined,
			resolution: request.resolution ?? preset.resolution ?? undefined,
		}),
	};
}

/** What the caller wrote stands where the template has a place for it, else at its end (S1, reading f). */
export function presetPrompt(
	{ template }: Preset,
	texts: ReadonlyMap<string, string>,
	prompt: string,
): string {
	const isEmpty = prompt.trim() === "";
	if (placeholdersIn(template).includes(PROMPT_KEY)) {
		if (!isEmpty)
			return fillTemplate(template, new Map([...texts, [PROMPT_KEY, prompt]]));
		throw invalid(
			"prompt",
			"prompt is missing: this preset has a place for it.",
			"text",
		);
	}
	const rendered = fillTemplate(template, texts);
	return isEmpty ? rendered : `${rendered}\n${prompt}`;
}
