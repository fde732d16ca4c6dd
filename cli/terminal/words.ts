/** Puts numbers into words. */

const NUMBER = new Intl.NumberFormat("en-US");

export function count(value: number): string {
	return NUMBER.format(value);
}

/** @returns `1 picture`, `2,000 pictures`. */
export function counted(
	value: number,
	one: string,
	several: string = `${one}s`,
): string {
	return `${count(value)} ${value === 1 ? one : several}`;
}

/** Small amounts as exactly as they need it. */
export function dollars(value: number): string {
	const digits = value !== 0 && value < 0.1 ? 4 : 2;
	return `$${value.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, "$1")}`;
}

export function duration(seconds: number): string {
	const minutes = Math.round(seconds / 60);
	if (seconds < 100) return `${Math.round(seconds)} s`;
	if (minutes < 100) return `${minutes} min`;
	const rest = minutes % 60;
	return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}

export function bytes(value: number): string {
	if (value < 1_000) return `${value} B`;
	const isSmall = value < 1_000_000;
	const amount = value / (isSmall ? 1_000 : 1_000_000);
	return `${amount.toFixed(amount < 10 ? 1 : 0)} ${isSmall ? "kB" : "MB"}`;
}

/** Cuts a text that is longer than that many characters. */
export function shortened(text: string, length: number): string {
	const line = text.replace(/\s+/g, " ").trim();
	return line.length <= length
		? line
		: `${line.slice(0, Math.max(0, length - 1)).trimEnd()}…`;
}

/** What a table's fault says without the line that it begins with, where that is told beside it. */
export function withoutLine(message: string): string {
	return message.replace(/^line \d+: /i, "");
}
