/** Sees to it that every name in the catalogue means one model, and that what names another model names one there is. */
import type { CatalogueEntries, RetiredModel } from "./model.ts";

/** Two names that callers would not tell apart are one. */
export function foldName(name: string): string {
	return name.toLowerCase().replace(/^models\//, "");
}

/** @param faults collects a sentence for each name that is wrong. */
export function checkNames(
	{ models, retired }: CatalogueEntries,
	faults: string[],
): void {
	const owners = new Map<string, string>();
	for (const { id, aliases } of models) {
		for (const name of new Set([id, ...aliases].map(foldName))) {
			const owner = owners.get(name);
			if (owner !== undefined) {
				faults.push(
					`models.${id} in the configuration: the name ${name} is that of ${owner} already; every name means one model.`,
				);
			}
			owners.set(name, owner ?? id);
		}
	}
	const drawing = models.filter(({ image }) => image !== null);
	const ids = new Set(drawing.map(({ id }) => id));
	const allowed = [...ids].join(", ");
	for (const { id, fallbacks } of models) {
		for (const fallback of fallbacks) {
			if (ids.has(fallback) && fallback !== id) continue;
			faults.push(
				`models.${id}.fallbacks in the configuration: ${fallback} is no other model that draws; allowed are the ids ${allowed}.`,
			);
		}
	}
	for (const { id, successor } of retired) {
		if (ids.has(successor)) continue;
		faults.push(
			`retired.${id}.successor in the configuration: ${successor} is no model that draws; allowed are the ids ${allowed}.`,
		);
	}
}

/** Without the names that models have: what somebody has here is not retired, whatever its vendor says. */
export function stillRetired({
	models,
	retired,
}: CatalogueEntries): readonly RetiredModel[] {
	const taken = new Set(
		models.flatMap(({ id, aliases }) => [id, ...aliases].map(foldName)),
	);
	const isFree = (name: string) => !taken.has(foldName(name));
	return retired
		.filter(({ id }) => isFree(id))
		.map((entry) => ({ ...entry, aliases: entry.aliases.filter(isFree) }));
}
