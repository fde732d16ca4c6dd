/** The kinds of catalogues there are, and which of them a table is. */
import { artworks } from "./artworks.ts";
import type { CatalogueKind } from "./catalogue-kind.ts";
import { products } from "./products.ts";
import { placesOf } from "./read-words.ts";
import { rugs } from "./rugs/rugs.ts";

/** In the order in which they are asked; the last takes whatever comes. */
export const CATALOGUE_KINDS: readonly CatalogueKind[] = [
	rugs,
	artworks,
	products,
];

/** One such column could be anybody's; an aspect ratio alone makes artworks of a table, as in S0's source. */
const CERTAIN_COLUMNS = 2;

/** @returns the kind whose own columns the table has most of; products when it is nobody's. */
export function detectKind(columns: readonly string[]): CatalogueKind {
	let best = { kind: products as CatalogueKind, count: 0 };
	for (const kind of CATALOGUE_KINDS) {
		const telling = kind.tellingWords.filter(
			(word) => placesOf(kind.columnAliases[word] ?? [], columns).length > 0,
		);
		const isCertain =
			telling.length >= CERTAIN_COLUMNS || telling.includes("aspectRatio");
		if (isCertain && telling.length > best.count)
			best = { kind, count: telling.length };
	}
	return best.kind;
}

/** @returns `undefined` when there is none of that name. */
export function kindNamed(name: string): CatalogueKind | undefined {
	return CATALOGUE_KINDS.find((kind) => kind.name === name);
}
