/** Makes plain text of what shops export as HTML. */

const ENTITIES: Readonly<Record<string, string>> = {
	amp: "&",
	lt: "<",
	gt: ">",
	quot: '"',
	apos: "'",
	nbsp: " ",
	ndash: "–",
	mdash: "—",
	hellip: "…",
	rsquo: "’",
	lsquo: "‘",
	rdquo: "”",
	ldquo: "“",
	times: "×",
	deg: "°",
};
const WITHIN_WORDS: ReadonlySet<string> = new Set(
	"a abbr b bdi bdo big em font i ins mark s small span strong sub sup u".split(
		" ",
	),
);
const LARGEST_CODE_POINT = 0x10ffff;

/** Takes out tags, scripts and styles; what is no HTML stays as it is. */
export function plainText(text: string): string {
	return withoutTags(text).replace(
		/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi,
		(whole, decimal?: string, hexadecimal?: string, name?: string) => {
			if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
			const code =
				decimal === undefined
					? Number.parseInt(hexadecimal ?? "", 16)
					: Number(decimal);
			const isText =
				code > 0 &&
				code <= LARGEST_CODE_POINT &&
				!(code >= 0xd800 && code <= 0xdfff);
			return isText ? String.fromCodePoint(code) : whole;
		},
	);
}

/** Walks from tag to tag, as a pattern over the whole were slow for a text full of `<`. */
function withoutTags(text: string): string {
	if (!text.includes("<")) return text;
	const parts: string[] = [];
	let at = 0;
	for (;;) {
		const open = text.indexOf("<", at);
		const close = open === -1 ? -1 : text.indexOf(">", open);
		if (close === -1) break;
		const tag = /^<(?:\/?([a-z][\w-]*)|!)/i.exec(text.slice(open, open + 32));
		if (tag === null) {
			// "5 < 6" is no tag.
			parts.push(text.slice(at, open + 1));
			at = open + 1;
			continue;
		}
		const name = tag[1]?.toLowerCase() ?? "";
		// Words on both sides of a paragraph's end are two words; a bold letter is part of one.
		parts.push(text.slice(at, open), WITHIN_WORDS.has(name) ? "" : " ");
		at = afterElement(text, name, close + 1);
	}
	parts.push(text.slice(at));
	return parts.join("");
}

/** What stands in a script or a style is no text either. */
function afterElement(text: string, name: string, afterTag: number): number {
	if (name !== "script" && name !== "style") return afterTag;
	const end = text.indexOf(`</${name}`, afterTag);
	const close = end === -1 ? -1 : text.indexOf(">", end);
	return close === -1 ? afterTag : close + 1;
}
