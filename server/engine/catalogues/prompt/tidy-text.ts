/** Tidies the blanks of a text that was put together from fields, some of which were empty. */

/** One blank between words, none at the ends of lines, no more than one empty line. */
export function tidyText(text: string): string {
	return text
		.replace(/\r\n?/g, "\n")
		.replace(/[^\S\n]+/g, " ")
		.replace(/ ?\n ?/g, "\n")
		.replace(/\n{3,}/g, "\n\n")
		.trim();
}
