/** Translates presets between the team API's words and the engine's. */
import { invalid } from "../../engine/errors.ts";
import type {
	Option,
	Preset,
	PresetContent,
	Requirement,
} from "../../engine/presets/preset.ts";
import { isTranslated } from "./errors.ts";
import type { NewPreset, PresetChange } from "./preset-schema.ts";
import { generationBody } from "./schema.ts";

type AskedRequirement = NewPreset["requirements"][number];

/** @throws {EngineError} for a file's key that is a field of a generation. */
export function contentOf(body: NewPreset): PresetContent {
	return {
		name: body.name,
		description: body.description || null,
		template: body.template,
		negativePrompt: body.negativePrompt || null,
		model: body.modelVersion || null,
		aspectRatio: body.aspectRatio ?? null,
		resolution: body.resolution ?? null,
		count: body.sampleCount ?? null,
		requirements: body.requirements.map(requirementOf),
	};
}

/** Only what is named; `null` takes back what was said. @throws {EngineError} as `contentOf` */
export function changesOf(body: PresetChange): Partial<PresetContent> {
	const {
		name,
		description,
		template,
		negativePrompt,
		modelVersion,
		aspectRatio,
		resolution,
		sampleCount,
		requirements,
	} = body;
	return {
		...(name !== undefined && { name }),
		...(description !== undefined && { description: description || null }),
		...(template !== undefined && { template }),
		...(negativePrompt !== undefined && {
			negativePrompt: negativePrompt || null,
		}),
		...(modelVersion !== undefined && { model: modelVersion || null }),
		...(aspectRatio !== undefined && { aspectRatio }),
		...(resolution !== undefined && { resolution }),
		...(sampleCount !== undefined && { count: sampleCount }),
		...(requirements !== undefined && {
			requirements: requirements.map(requirementOf),
		}),
	};
}

function requirementOf(asked: AskedRequirement, index: number): Requirement {
	if (asked.type === "file") checkFileKey(asked.key, index);
	return asked.type === "select" || asked.type === "multiselect"
		? { ...asked, options: asked.options.map(optionOf) }
		: asked;
}

/** A form has one room for its fields and its files. */
function checkFileKey(key: string, index: number): void {
	if (!Object.hasOwn(generationBody.shape, key) && !isTranslated(key)) return;
	const allowed = `another key than ${key} for a file, which is a field of a generation`;
	throw invalid(
		`requirements.${index}.key`,
		`requirements.${index}.key must be ${allowed}.`,
		allowed,
	);
}

function optionOf(
	asked: string | { value: string; label?: string | undefined },
): Option {
	return typeof asked === "string"
		? { value: asked, label: asked }
		: { value: asked.value, label: asked.label ?? asked.value };
}

export function presetBody(preset: Preset) {
	return {
		id: preset.id,
		name: preset.name,
		description: preset.description,
		version: preset.version,
		template: preset.template,
		negativePrompt: preset.negativePrompt,
		modelVersion: preset.model,
		aspectRatio: preset.aspectRatio,
		resolution: preset.resolution,
		sampleCount: preset.count,
		requirements: preset.requirements,
		isStarter: preset.isStarter,
		createdAt: isoTime(preset.createdAt),
		updatedAt: isoTime(preset.updatedAt),
	};
}

function isoTime(time: number | null): string | null {
	return time === null ? null : new Date(time).toISOString();
}
