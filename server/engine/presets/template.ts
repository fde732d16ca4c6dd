/** Templates of presets: text in which `{{key}}` stands for a variable and `{{prompt}}` for what the caller writes. */

const PLACEHOLDER = /\{\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\}/g;

/** The placeholder of the caller's own words; no variable is called so. */
export const PROMPT_KEY = "prompt";

/** The keys that a template names, each once. */
export function placeholdersIn(template: string): string[] {
	return [
		...new Set([...template.matchAll(PLACEHOLDER)].map(([, key = ""]) => key)),
	];
}

/** Whether there are double braces that are no placeholder, such as `{{my key}}`. */
export function hasStrayBraces(template: string): boolean {
	return /\{\{|\}\}/.test(template.replaceAll(PLACEHOLDER, ""));
}

/** Fills a template in once: what a text brings along, be it `{{key}}`, stays as it is. */
export function fillTemplate(
	template: string,
	texts: ReadonlyMap<string, string>,
): string {
	return template.replaceAll(PLACEHOLDER, (_, key: string) => {
		const text = texts.get(key);
		if (text === undefined) throw new Error(`Nothing is known of {{${key}}}`);
		return text;
	});
}
