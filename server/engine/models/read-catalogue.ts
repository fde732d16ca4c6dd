/** Reads the catalogue: its own file, what the owner's configuration changes in it, and what the configured providers have. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import { type ConfiguredOffer, withConfigured } from "./add-offers.ts";
import {
	modelSchema,
	retiredSchema,
	type SizeTables,
	sizeTables,
} from "./catalogue-schema.ts";
import { checkNames, stillRetired } from "./check-names.ts";
import type { CatalogueEntries } from "./model.ts";

export interface CatalogueSources {
	/** Models and retired names as a person writes them: changes to known ones, by their id, and new ones. */
	readonly overrides?: {
		readonly models?: readonly unknown[];
		readonly retired?: readonly unknown[];
	};
	readonly offers: readonly ConfiguredOffer[];
}

const FILE = path.join(import.meta.dirname, "catalogue.yaml");

interface WrittenCatalogue {
	readonly sizeTables: unknown;
	readonly models: readonly Written[];
	readonly retired: readonly Written[];
}

let written: WrittenCatalogue | undefined;

/** Our own part, which is read once: it changes with the program only. */
function writtenCatalogue(): WrittenCatalogue {
	written ??= parse(readFileSync(FILE, "utf8")) as WrittenCatalogue;
	return written;
}

/** @param faults collects a sentence for everything that is wrong with the owner's part, naming the place and what is allowed. */
export function readCatalogue(
	{ overrides = {}, offers }: CatalogueSources,
	faults: string[],
): CatalogueEntries {
	const file = writtenCatalogue();
	const tables: SizeTables = sizeTables.parse(file.sizeTables);
	const models = readList(
		{ name: "models", schema: modelSchema(tables) },
		file.models,
		overrides.models ?? [],
		faults,
	);
	const retired = readList(
		{ name: "retired", schema: retiredSchema(tables) },
		file.retired,
		overrides.retired ?? [],
		faults,
	);
	const own = { models, retired: stillRetired({ models, retired }) };
	const all = withConfigured(own, offers);
	const entries = {
		models: all,
		retired: stillRetired({ models: all, retired: own.retired }),
	};
	checkNames(entries, faults);
	return entries;
}

/** An entry before it is validated. */
type Written = Readonly<Record<string, unknown>> & { readonly id: string };

interface Entry {
	/** As it comes with Gesso; `undefined` for one that the owner added. */
	readonly own: Written | undefined;
	readonly written: Readonly<Record<string, unknown>>;
}

/** One of the two lists, each of its entries changed by the override of its id. */
function readList<T>(
	list: { readonly name: string; readonly schema: z.ZodType<T> },
	own: readonly Written[],
	overrides: readonly unknown[],
	faults: string[],
): T[] {
	const entries = new Map<string, Entry>(
		own.map((written) => [written.id, { own: written, written }]),
	);
	for (const [index, override] of overrides.entries()) {
		if (!isWritten(override)) {
			faults.push(
				`${list.name}.${index} in the configuration: must be an object with the id of a model.`,
			);
			continue;
		}
		const { id } = override;
		const before = entries.get(id);
		const written = merge(before?.written ?? { id }, override);
		entries.set(id, { own: before?.own, written });
	}
	return [...entries].flatMap(([id, entry]) => {
		const read = list.schema.safeParse(entry.written);
		if (read.success) return [read.data];
		faults.push(
			...read.error.issues.map((issue) => {
				const place = [list.name, id, ...issue.path].join(".");
				return `${place} in the configuration: ${issue.message}.`;
			}),
		);
		// So that one fault is not told again by everything that names the model.
		return entry.own === undefined ? [] : [list.schema.parse(entry.own)];
	});
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWritten(value: unknown): value is Written {
	return isRecord(value) && typeof value.id === "string" && value.id !== "";
}

/** Field by field, and what is in objects too; lists are replaced, and so is a sizing, which is one thing. */
function merge(
	base: Readonly<Record<string, unknown>>,
	changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	const merged = { ...base };
	for (const [field, change] of Object.entries(changes)) {
		const before = base[field];
		merged[field] =
			isRecord(before) && isRecord(change) && field !== "sizing"
				? merge(before, change)
				: change;
	}
	return merged;
}
