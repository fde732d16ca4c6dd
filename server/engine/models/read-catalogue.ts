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
import type { CatalogueEntries, Model, RetiredModel } from "./model.ts";

export interface CatalogueSources {
	/** Models and retired names as a person writes them: changes to known ones, by their id, and new ones. */
	readonly overrides?: {
		readonly models?: readonly unknown[];
		readonly retired?: readonly unknown[];
	};
	readonly offers: readonly ConfiguredOffer[];
}

const FILE = path.join(import.meta.dirname, "catalogue.yaml");

/** What comes with Gesso of one of the two lists. */
interface OwnList<T> {
	readonly name: string;
	readonly schema: z.ZodType<T>;
	readonly entries: readonly { readonly written: Written; readonly read: T }[];
}

interface OwnCatalogue {
	readonly models: OwnList<Model>;
	readonly retired: OwnList<RetiredModel>;
}

let own: OwnCatalogue | undefined;

/** Our own part, which is read once: it changes with the program only. */
function ownCatalogue(): OwnCatalogue {
	own ??= readOwn();
	return own;
}

function readOwn(): OwnCatalogue {
	const file = parse(readFileSync(FILE, "utf8")) as {
		readonly sizeTables: unknown;
		readonly models: readonly Written[];
		readonly retired: readonly Written[];
	};
	const tables: SizeTables = sizeTables.parse(file.sizeTables);
	const readOwnList = <T>(
		name: string,
		schema: z.ZodType<T>,
		entries: readonly Written[],
	): OwnList<T> => ({
		name,
		schema,
		entries: entries.map((written) => ({
			written,
			read: schema.parse(written),
		})),
	});
	return {
		models: readOwnList("models", modelSchema(tables), file.models),
		retired: readOwnList("retired", retiredSchema(tables), file.retired),
	};
}

/** @param faults collects a sentence for everything that is wrong with the owner's part, naming the place and what is allowed. */
export function readCatalogue(
	{ overrides = {}, offers }: CatalogueSources,
	faults: string[],
): CatalogueEntries {
	const { models: ownModels, retired: ownRetired } = ownCatalogue();
	const models = readList(ownModels, overrides.models ?? [], faults);
	const retired = readList(ownRetired, overrides.retired ?? [], faults);
	const said = { models, retired: stillRetired({ models, retired }) };
	const all = withConfigured(said, offers);
	const entries = {
		models: all,
		retired: stillRetired({ models: all, retired: said.retired }),
	};
	checkNames(entries, faults);
	return entries;
}

/** An entry before it is validated. */
type Written = Readonly<Record<string, unknown>> & { readonly id: string };

/** One of the two lists, each of its entries changed by the override of its id. */
function readList<T>(
	list: OwnList<T>,
	overrides: readonly unknown[],
	faults: string[],
): T[] {
	const own = new Map(list.entries.map((entry) => [entry.written.id, entry]));
	/** Those that the owner changed or added. */
	const changed = new Map<string, Readonly<Record<string, unknown>>>();
	for (const [index, override] of overrides.entries()) {
		if (!isWritten(override)) {
			faults.push(
				`${list.name}.${index} in the configuration: must be an object with the id of a model.`,
			);
			continue;
		}
		const { id } = override;
		const before = changed.get(id) ?? own.get(id)?.written ?? { id };
		changed.set(id, merge(before, override));
	}
	return [...new Set([...own.keys(), ...changed.keys()])].flatMap((id) => {
		const ofOwn = own.get(id);
		const asRead = ofOwn === undefined ? [] : [ofOwn.read];
		const written = changed.get(id);
		if (written === undefined) return asRead;
		const read = list.schema.safeParse(written);
		if (read.success) return [read.data];
		faults.push(
			...read.error.issues.map((issue) => {
				const place = [list.name, id, ...issue.path].join(".");
				return `${place} in the configuration: ${issue.message}.`;
			}),
		);
		// So that one fault is not told again by everything that names the model.
		return asRead;
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
