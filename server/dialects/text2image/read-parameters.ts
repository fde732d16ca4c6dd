/** Reads what the caller asks for: defaults, what each value may be, and how n and the seeds fit together (S4-4 to 10). */
import { MAX_EDGE, MAX_SEED, MIN_EDGE } from "../../engine/engine.ts";
import type { Size } from "../../engine/models/model.ts";
import { MISSING_PROMPT } from "./answers.ts";
import { invalidField, Refusal } from "./refusal.ts";
import {
	DEFAULT_SIZE,
	type GenerateBody,
	generateBody,
	QUALITIES,
	type Quality,
} from "./schema.ts";

export interface Parameters {
	/** Without blanks around it. */
	readonly prompt: string;
	readonly size: Size;
	readonly quality: Quality;
	readonly n: number;
	/** One for each image; `undefined` when neither `seed` nor `seeds` was given. */
	readonly seeds: readonly number[] | undefined;
	readonly useCache: boolean;
	/** Names of fields that this dialect does not know. */
	readonly unknownFields: readonly string[];
}

/** @throws {Refusal} for the first field that is not what it may be. */
export function readParameters(
	body: GenerateBody,
	maxImages: number,
): Parameters {
	const prompt = body.prompt?.trim() ?? "";
	if (prompt === "") throw new Refusal(MISSING_PROMPT);
	const size = sizeOf(body.size ?? DEFAULT_SIZE);
	const quality = qualityOf(body.quality ?? "standard");
	const listed = seedsOf(body.seeds ?? []);
	const n = countOf(body.n ?? (listed.length || 1), maxImages);
	return {
		prompt,
		size,
		quality,
		n,
		seeds: listed.length > 0 ? oneForEach(listed, n) : countOn(body.seed, n),
		useCache: body.useCache ?? true,
		unknownFields: Object.keys(body).filter(
			(name) => !Object.hasOwn(generateBody.shape, name),
		),
	};
}

function sizeOf(text: string): Size {
	const match = /^(\d{1,6})x(\d{1,6})$/.exec(text.trim());
	if (match === null) {
		throw invalidField("size", {
			de: `Ungültiges Size-Format: ${text}. Erwartet: 'WIDTHxHEIGHT'`,
			en: `Invalid size format: ${text}. Expected: 'WIDTHxHEIGHT'`,
		});
	}
	const size = { width: Number(match[1]), height: Number(match[2]) };
	const isAllowed = (edge: number) => edge >= MIN_EDGE && edge <= MAX_EDGE;
	if (!isAllowed(size.width) || !isAllowed(size.height)) {
		throw invalidField("size", {
			de: `Ungültige Size: ${text}. Jede Kante muss ${MIN_EDGE} bis ${MAX_EDGE} Pixel lang sein`,
			en: `Invalid size: ${text}. Each edge must be ${MIN_EDGE} to ${MAX_EDGE} pixels`,
		});
	}
	return size;
}

function qualityOf(text: string): Quality {
	const quality = QUALITIES.find((each) => each === text.trim());
	if (quality !== undefined) return quality;
	throw invalidField("quality", {
		de: `Ungültige Quality: ${text}. Erlaubt: 'standard', 'hd'`,
		en: `Invalid quality: ${text}. Allowed: 'standard', 'hd'`,
	});
}

function countOf(n: number, maxImages: number): number {
	if (n >= 1 && n <= maxImages) return n;
	throw invalidField("n", {
		de: `Ungültiges n: ${n}. Erlaubt: eine ganze Zahl von 1 bis ${maxImages}`,
		en: `Invalid n: ${n}. Allowed: a whole number from 1 to ${maxImages}`,
	});
}

/** S4-9: an array, or text with a JSON array or with numbers separated by commas. */
function seedsOf(seeds: readonly number[] | string): readonly number[] {
	const list = typeof seeds === "string" ? listOf(seeds.trim()) : seeds;
	if (list.every(isSeed)) return list;
	throw invalidField("seeds");
}

function listOf(text: string): readonly number[] {
	if (text === "") return [];
	if (!text.startsWith("[")) return text.split(",").map(numberOf);
	try {
		return JSON.parse(text);
	} catch {
		throw invalidField("seeds");
	}
}

function numberOf(text: string): number {
	return /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
}

function isSeed(value: unknown): value is number {
	return (
		typeof value === "number" &&
		Number.isInteger(value) &&
		value >= 0 &&
		value <= MAX_SEED
	);
}

function oneForEach(seeds: readonly number[], n: number): readonly number[] {
	if (seeds.length === n) return seeds;
	throw invalidField("seeds", {
		de: `Für jedes Bild wird genau ein Seed erwartet: n ist ${n}, angegeben sind ${seeds.length} Seeds`,
		en: `Exactly one seed is needed for each image: n is ${n}, and there are ${seeds.length} seeds`,
	});
}

/** `seed`, `seed` + 1, and so on; after the largest comes 0. */
function countOn(
	seed: number | null | undefined,
	n: number,
): readonly number[] | undefined {
	if (seed === null || seed === undefined) return undefined;
	if (!isSeed(seed)) throw invalidField("seed");
	return Array.from(
		{ length: n },
		(_, index) => (seed + index) % (MAX_SEED + 1),
	);
}
