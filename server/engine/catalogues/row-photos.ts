/** The photos that go with what is asked for a row: links in its fields, or pictures that came with it. */
import type { Storage } from "../../storage/storage.ts";
import type { InputImageSource } from "../generations/request.ts";
import type { CatalogueSettings } from "./catalogue.ts";
import type { Drawing } from "./choose-drawing.ts";
import type { KeptPicture } from "./row-wishes.ts";
import type { StoredRow } from "./stored-rows.ts";

/** A link, or a picture that came with the row and is kept. */
export type RowPhoto = InputImageSource & { readonly kind: "url" | "stored" };

/** @param links those in its fields, the most important first. */
export function photosOf(
	storage: Storage,
	{
		drawing: { filling },
		settings: { maxPhotos },
	}: { readonly drawing: Drawing; readonly settings: CatalogueSettings },
	{ fields, asked }: StoredRow,
	links: readonly string[],
): readonly RowPhoto[] {
	if (asked !== undefined)
		return asked.pictures
			.slice(0, maxPhotos)
			.map((picture, index) => photoOf(storage, picture, `photo ${index + 1}`));
	if (filling !== null)
		return filling
			.useOf(fields)
			.preset.files.filter((file) => file.kind === "url");
	return links
		.slice(0, maxPhotos)
		.map((url, index) => ({ kind: "url", field: `photo ${index + 1}`, url }));
}

/** @param field what it is called in errors. */
export function photoOf(
	storage: Storage,
	picture: KeptPicture,
	field: string,
): RowPhoto {
	if (picture.kind === "url") return { kind: "url", field, url: picture.url };
	const { storageKey } = picture;
	return {
		kind: "stored",
		field,
		open: async () => {
			const object = await storage.open(storageKey);
			if (object === null) throw new Error(`${storageKey} is not in storage`);
			return object.stream;
		},
	};
}

type AnyPicture =
	| { readonly kind: "url"; readonly url: string }
	| { readonly kind: Exclude<InputImageSource["kind"], "url"> };

/** Those that are links. */
export function linksOf(pictures: readonly AnyPicture[]): string[] {
	return pictures.flatMap((picture) =>
		picture.kind === "url" ? [picture.url] : [],
	);
}

/** How many came with the row. */
export function inlineCount(pictures: readonly AnyPicture[]): number {
	return pictures.length - linksOf(pictures).length;
}
