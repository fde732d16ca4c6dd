/** Makes of what callers say of a file something that can be kept and shown. */

const MAX_NAME_CHARACTERS = 255;
const UNKNOWN_TYPE = "application/octet-stream";

/** The last part of a path, without control characters and what else is no text. @param fallback for a name of which nothing is left. */
export function safeFileName(name: string, fallback: string): string {
	const last = name.split(/[/\\]/).at(-1) ?? "";
	const text = last
		.toWellFormed()
		// Control and formatting characters: they would hide what the name really is.
		.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
		.trim();
	const isName = text !== "" && text !== "." && text !== "..";
	return isName ? shortened(text) : fallback;
}

/** From the middle of a long name, so that its ending still tells what it is. */
function shortened(name: string): string {
	const characters = [...name];
	if (characters.length <= MAX_NAME_CHARACTERS) return name;
	const ending = characters.slice(-20);
	return [
		...characters.slice(0, MAX_NAME_CHARACTERS - ending.length),
		...ending,
	].join("");
}

/** A media type without parameters, in lower case; the general one for what is none. */
export function safeMediaType(declared: string): string {
	const type = declared.split(";")[0]?.trim().toLowerCase() ?? "";
	return /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,60}$/.test(type)
		? type
		: UNKNOWN_TYPE;
}
