/** Reads the links to pictures that stand in a cell, as shops write them: several at once, with blanks in their names. */

/** Columns with links to pictures in the usual exports of shops, those for the main picture first. */
export const USUAL_IMAGE_COLUMNS: readonly string[] = [
	"image link",
	"image links",
	"image src",
	"image",
	"images",
	"image url",
	"image urls",
	"main image",
	"main image url",
	"main image link",
	"featured image",
	"featured image url",
	"base image",
	"product image",
	"product image url",
	"picture",
	"picture url",
	"photo",
	"photo url",
	...Array.from({ length: 10 }, (_, index) => [
		`image ${index + 1}`,
		`image url ${index + 1}`,
		`product image file ${index + 1}`,
	]).flat(),
	"variant image",
	"additional image link",
	"additional image links",
	"additional image",
	"additional images",
];

export interface CellLinks {
	/** As they can be fetched. */
	readonly links: readonly string[];
	/** What is none, as it stands there. */
	readonly unusable: readonly string[];
}

/** Blanks and marks between two links; within one, a blank is part of a file's name. */
const BETWEEN = /[\s,;|]+(?=[a-z][a-z\d+.-]*:\/\/)/i;
const AROUND = /^[\s,;|"'<]+|[\s,;|"'>]+$/g;

/** Only http and https are links; blanks in them are encoded, and what is encoded already stays as it is. */
export function linksIn(cell: string): CellLinks {
	const links: string[] = [];
	const unusable: string[] = [];
	for (const part of cell.split(BETWEEN)) {
		const written = part.replace(AROUND, "");
		if (written === "") continue;
		const link = linkOf(written);
		if (link === null) unusable.push(written);
		else if (!links.includes(link)) links.push(link);
	}
	return { links, unusable };
}

function linkOf(written: string): string | null {
	// A line end within a link is one that an editor made.
	const link = written.replace(/[\r\n\t]+/g, "");
	if (!/^https?:\/\//i.test(link) || !URL.canParse(link)) return null;
	return new URL(link).href;
}
