/** Refuses settings of a catalogue that cannot be, and settles what they leave open. */
import type { EngineDependencies } from "../dependencies.ts";
import { invalid } from "../errors.ts";
import type { CatalogueSettings } from "./catalogue.ts";
import type { NewSettings } from "./new-catalogue.ts";
import { requireWhole } from "./row-reader.ts";
import type { Table } from "./table/table.ts";

const MAX_PHOTOS = 16;

/** @throws {EngineError} `invalid_request` naming a setting that cannot be. */
export function checkSettings(
	{ maxPhotos, rowsAtOnce, size, aspectRatio }: NewSettings,
	{ batchLinesAtOnce }: EngineDependencies["settings"],
): void {
	if (maxPhotos !== undefined)
		requireWhole("maxPhotos", maxPhotos, 0, MAX_PHOTOS);
	if (rowsAtOnce !== undefined)
		requireWhole("rowsAtOnce", rowsAtOnce, 1, batchLinesAtOnce);
	if (size !== undefined && aspectRatio !== undefined)
		throw invalid("size", "There may be a size or an aspect ratio, not both.");
}

/** A line of requests names the pictures that it wants to go with it; of a table's links the first is enough. */
export function settledSettings(
	{ form }: Pick<Table, "form">,
	{ maxPhotos, ...settings }: NewSettings,
): CatalogueSettings {
	const usual = form === undefined ? 1 : MAX_PHOTOS;
	return { ...settings, maxPhotos: maxPhotos ?? usual };
}
