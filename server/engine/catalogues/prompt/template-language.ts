/** The language of prompt templates: Liquid, without what reads files, loops, tells the time or lasts. */
import { Liquid } from "liquidjs";
import { plainText } from "./plain-text.ts";

/** UTF-16 units of a template. */
export const MAX_TEMPLATE_CHARACTERS = 16_000;
/** Characters that a template may move about to make one prompt. */
const MAX_MOVED_CHARACTERS = 4_000_000;

/** No loops: so a template takes no longer than its own length. */
const TAGS = [
	"assign",
	"capture",
	"case",
	"comment",
	"if",
	"unless",
	"#",
] as const;

const FILTERS = [
	"append",
	"capitalize",
	"default",
	"downcase",
	"first",
	"join",
	"last",
	"prepend",
	"remove",
	"remove_first",
	"replace",
	"replace_first",
	"slice",
	"split",
	"strip",
	"truncate",
	"truncatewords",
	"upcase",
] as const;

/** Other words for what Liquid has, which people try first. */
const SYNONYMS: Readonly<Record<string, (typeof FILTERS)[number]>> = {
	lower: "downcase",
	upper: "upcase",
	trim: "strip",
};

/** What a template may use, for messages. */
export const FILTER_NAMES = [
	...FILTERS,
	...Object.keys(SYNONYMS),
	"strip_html",
].sort();

export function createTemplateLanguage(): Liquid {
	const liquid = new Liquid({
		ownPropertyOnly: true,
		strictFilters: true,
		// So that `{% if Pile %}` asks whether the field has something in it.
		jsTruthy: true,
		// Instead of the file system.
		templates: {},
		parseLimit: MAX_TEMPLATE_CHARACTERS * 4,
		memoryLimit: MAX_MOVED_CHARACTERS,
	});
	keepOnly(liquid.tags, TAGS);
	keepOnly(liquid.filters, FILTERS);
	for (const [name, filter] of Object.entries(SYNONYMS)) {
		const meant = liquid.filters[filter];
		if (meant !== undefined) liquid.registerFilter(name, meant);
	}
	liquid.registerFilter("strip_html", (value: unknown) =>
		plainText(String(value ?? "")),
	);
	return liquid;
}

function keepOnly(
	all: Record<string, unknown>,
	names: readonly string[],
): void {
	for (const name of Object.keys(all)) {
		if (!names.includes(name)) delete all[name];
	}
}
