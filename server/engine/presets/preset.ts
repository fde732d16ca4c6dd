/** What a preset is: a template, what is to be filled into it, and what is drawn when a request does not say. */
import type { AspectRatio, Resolution } from "../models/model.ts";

/** What a file requirement may ask for; each is sniffed, not believed. */
export const FILE_TYPES = [
	"image/png",
	"image/jpeg",
	"image/webp",
	"image/gif",
	"image/avif",
] as const;
export type FileType = (typeof FILE_TYPES)[number];

interface Wanted {
	/** The name of the variable, and of its `{{placeholder}}`. */
	readonly key: string;
	/** What a form calls it. */
	readonly label: string;
	readonly help?: string | undefined;
	/** Whether a request without it is refused; excludes a default. */
	readonly required: boolean;
}

/** One thing that a preset wants to be told. What is neither required nor has a default is left out of the text. */
export type Requirement =
	| TextRequirement
	| NumberRequirement
	| SelectRequirement
	| MultiselectRequirement
	| ColorRequirement
	| BooleanRequirement
	| FileRequirement;

export interface TextRequirement extends Wanted {
	readonly type: "text";
	/** Characters. */
	readonly min?: number | undefined;
	readonly max?: number | undefined;
	readonly default?: string | undefined;
}

export interface NumberRequirement extends Wanted {
	readonly type: "number";
	readonly min?: number | undefined;
	readonly max?: number | undefined;
	readonly default?: number | undefined;
}

export interface Option {
	/** What is said in the text. */
	readonly value: string;
	/** What a form calls it. */
	readonly label: string;
}

export interface SelectRequirement extends Wanted {
	readonly type: "select";
	readonly options: readonly Option[];
	readonly default?: string | undefined;
}

export interface MultiselectRequirement extends Wanted {
	readonly type: "multiselect";
	readonly options: readonly Option[];
	/** How many of them. */
	readonly min?: number | undefined;
	readonly max?: number | undefined;
	readonly default?: readonly string[] | undefined;
}

/** `#rrggbb`. */
export interface ColorRequirement extends Wanted {
	readonly type: "color";
	readonly default?: string | undefined;
}

export interface BooleanRequirement extends Wanted {
	readonly type: "boolean";
	/** What is said in the text when it is true; `yes` when left out. */
	readonly trueText?: string | undefined;
	/** `no` when left out. */
	readonly falseText?: string | undefined;
	readonly default?: boolean | undefined;
}

/** A picture, handed to whoever draws as a reference; it has no place in the text. */
export interface FileRequirement extends Wanted {
	readonly type: "file";
	readonly multiple?: boolean | undefined;
	/** How many, where there may be several. */
	readonly max?: number | undefined;
	/** All of them when left out. */
	readonly types?: readonly FileType[] | undefined;
	/** Of each file. */
	readonly maxSizeBytes?: number | undefined;
}

/** What a version of a preset says. `null` is for what it leaves to others. */
export interface PresetContent {
	readonly name: string;
	readonly description: string | null;
	/** Text with `{{key}}` for variables and `{{prompt}}` for what the caller writes. */
	readonly template: string;
	/** May have `{{key}}` too. */
	readonly negativePrompt: string | null;
	/** By any of its names. */
	readonly model: string | null;
	readonly aspectRatio: AspectRatio | null;
	readonly resolution: Resolution | null;
	/** How many pictures. */
	readonly count: number | null;
	readonly requirements: readonly Requirement[];
}

export interface Preset extends PresetContent {
	readonly id: string;
	/** From 1; each change makes a new one. */
	readonly version: number;
	/** Whether it comes with this server: everybody sees it and nobody changes it. */
	readonly isStarter: boolean;
	/** Milliseconds since 1970; `null` for one that comes with the server. */
	readonly createdAt: number | null;
	/** When this version was made. */
	readonly updatedAt: number | null;
}

export interface PresetQuery {
	/** From 1. */
	readonly page: number;
	readonly limit: number;
	/** A substring of the name; case and width do not matter. */
	readonly search?: string | undefined;
}

export interface PresetPage {
	readonly presets: readonly Preset[];
	readonly total: number;
}
