/** Writes a batch as one HTML page with a thumbnail for every row, for eyes: no script, light or dark, wide or narrow. */
import type {
	Catalogue,
	CatalogueRow,
} from "../../engine/catalogues/catalogue.ts";
import type { Image } from "../../engine/generations/request.ts";
import type { ImageUrls } from "./translate.ts";

/** What the page may do: show pictures, and its own style. */
export const CONTACT_SHEET_POLICY =
	"default-src 'none'; img-src http: https:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; font: 0.875rem/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.25rem; overflow-wrap: anywhere; }
header p { margin: 0.25rem 0 1rem; opacity: 0.75; }
main { display: grid; gap: 1.25rem 1rem; grid-template-columns: repeat(auto-fill, minmax(min(14rem, 100%), 1fr)); }
figure { margin: 0; min-width: 0; }
img, .none { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: 0.375rem; background: color-mix(in srgb, CanvasText 7%, Canvas); }
.none { display: grid; place-items: center; }
a + a { display: block; margin-top: 0.5rem; }
figcaption { margin-top: 0.375rem; overflow-wrap: anywhere; }
.prompt { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; opacity: 0.75; }
.fault { color: light-dark(#b3261e, #ffb4ab); }
`;

/** @param urlsOf where an image can be seen. */
export async function* contactSheet(
	{ name, counts }: Catalogue,
	rows: AsyncIterable<CatalogueRow>,
	urlsOf: (image: Image) => ImageUrls,
): AsyncGenerator<string, void> {
	const title = escaped(name);
	const told = `${counts.total} rows: ${counts.drawn} drawn, ${counts.failed} failed, ${counts.invalid} invalid`;
	yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${title}</h1><p>${told}</p></header>
<main>
`;
	for await (const row of rows) yield figure(row, urlsOf);
	yield "</main>\n</body>\n</html>\n";
}

function figure(
	{ key, status, prompt, error, warnings, generation }: CatalogueRow,
	urlsOf: (image: Image) => ImageUrls,
): string {
	const images = (generation?.images ?? []).map((image) => {
		const { url, thumbnailUrl } = urlsOf(image);
		return `<a href="${escaped(url)}"><img src="${escaped(thumbnailUrl)}" alt="${escaped(key)}" loading="lazy"></a>`;
	});
	const shown = images.join("") || `<div class="none">${status}</div>`;
	const faults = [...(error === null ? [] : [error.message]), ...warnings];
	return `<figure>${shown}<figcaption><strong>${escaped(key)}</strong>
<div class="prompt" title="${escaped(prompt)}">${escaped(prompt)}</div>
${faults.map((fault) => `<div class="fault">${escaped(fault)}</div>`).join("")}</figcaption></figure>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

function escaped(text: string): string {
	return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
