/** Reads what stands behind a command: its options, each as it is declared, and its operands. */
import { parseArgs } from "node:util";
import { nearest } from "./nearest.ts";
import { Refusal } from "./refusal.ts";

interface Declared {
	readonly meaning: string;
	/** One letter. */
	readonly short?: string;
	/** Under which heading it stands in the help. */
	readonly group?: string;
}

export type Option = Declared &
	(
		| { readonly kind: "flag" }
		/** `list`: may be given several times. */
		| { readonly kind: "text" | "number" | "list"; readonly value: string }
	);

/** By their long names. */
export type Options = Readonly<Record<string, Option>>;

interface ValueOfKind {
	readonly flag: boolean;
	readonly text: string | undefined;
	readonly number: number | undefined;
	readonly list: readonly string[];
}

export type Values<T extends Options> = {
	readonly [Name in keyof T]: ValueOfKind[T[Name]["kind"]];
};

export interface CommandLine<T extends Options> {
	readonly values: Values<T>;
	readonly operands: readonly string[];
}

/** @throws {Refusal} naming the option, and the one that may have been meant. */
export function readOptions<T extends Options>(
	words: readonly string[],
	options: T,
): CommandLine<T> {
	const given = new Map<string, string[]>();
	const operands: string[] = [];
	for (const token of tokensOf(words, options)) {
		if (token.kind === "positional") operands.push(token.value);
		if (token.kind !== "option") continue;
		const { name, rawName, value, inlineValue } = token;
		const option = options[name];
		if (option === undefined) throw unknown(rawName, options);
		checkValue(rawName, option, value, inlineValue);
		const earlier = given.get(name);
		if (earlier !== undefined && option.kind !== "list")
			throw new Refusal(`${rawName} stands twice.`, "Leave one of them out.");
		given.set(name, [...(earlier ?? []), value ?? ""]);
	}
	const values = Object.fromEntries(
		Object.entries(options).map(([name, option]) => [
			name,
			readValue(option, given.get(name)),
		]),
	);
	return { values: values as Values<T>, operands };
}

function tokensOf(words: readonly string[], options: Options) {
	return parseArgs({
		args: [...words],
		options: Object.fromEntries(
			Object.entries(options).map(([name, { kind, short }]) => [
				name,
				{
					type: kind === "flag" ? ("boolean" as const) : ("string" as const),
					...(short !== undefined && { short }),
				},
			]),
		),
		// What is wrong is told by us, with the option that was meant.
		strict: false,
		allowPositionals: true,
		tokens: true,
	}).tokens;
}

function unknown(rawName: string, options: Options): Refusal {
	const names = Object.keys(options);
	const meant = nearest(rawName.replace(/^-+/, ""), names);
	return new Refusal(
		`There is no option ${rawName}.`,
		meant === null
			? "--help lists those that there are."
			: `Did you mean --${meant}?`,
	);
}

function checkValue(
	rawName: string,
	option: Option,
	value: string | undefined,
	isInline: boolean | undefined,
): void {
	if (option.kind === "flag") {
		if (value === undefined) return;
		throw new Refusal(
			`${rawName} takes no value, and got "${value}".`,
			`Say ${rawName} alone, or leave it out.`,
		);
	}
	const isMissing =
		value === undefined || (isInline === false && /^-./.test(value));
	if (isMissing && !(option.kind === "number" && /^-\d/.test(value ?? "")))
		throw new Refusal(
			`${rawName} needs a value: ${rawName} ${option.value}`,
			value === undefined
				? undefined
				: `If "${value}" is meant: ${rawName}=${value}`,
		);
	if (value?.trim() === "")
		throw new Refusal(
			`${rawName} has an empty value.`,
			"Say one, or leave the option out.",
		);
	if (option.kind === "number" && !/^\d{1,10}$/.test(value ?? ""))
		throw new Refusal(
			`${rawName} is a whole number, and got "${value}".`,
			`For instance ${rawName} 2`,
		);
}

function readValue(
	{ kind }: Option,
	given: readonly string[] | undefined,
): ValueOfKind[Option["kind"]] {
	switch (kind) {
		case "flag":
			return given !== undefined;
		case "list":
			return given ?? [];
		case "text":
			return given?.[0];
		case "number":
			return given === undefined ? undefined : Number(given[0]);
	}
}
