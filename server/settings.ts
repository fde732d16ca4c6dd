/** Declares settings once, with type, default and meaning, and reads them all from an environment, reporting every fault together. */
import { isIP } from "node:net";

export interface Setting<T> {
	/** The environment variable. */
	readonly variable: string;
	/** What a person is told that the value may be. */
	readonly allowed: string;
	readonly meaning: string;
	/** As text, the way the variable would be written. */
	readonly default: string;
	/** Never printed or logged. */
	readonly isSecret: boolean;
	/** @returns the value, or `undefined` when the text is not allowed. */
	readonly parse: (text: string) => T | undefined;
}

interface Declaration {
	variable: string;
	meaning: string;
	default: string;
	isSecret?: boolean;
}

function declare<T>(
	declaration: Declaration,
	allowed: string,
	parse: (text: string) => T | undefined,
): Setting<T> {
	return { isSecret: false, ...declaration, allowed, parse };
}

/** Any text, the empty one included. */
export function textSetting(declaration: Declaration): Setting<string> {
	return declare(declaration, "any text", (text) => text);
}

/** One word of a closed list. */
export function choiceSetting<const T extends string>(
	declaration: Declaration,
	choices: readonly T[],
): Setting<T> {
	return declare(declaration, `one of ${choices.join(", ")}`, (text) =>
		choices.find((choice) => choice === text),
	);
}

/** A whole number between two bounds, both allowed. */
export function integerSetting(
	declaration: Declaration,
	minimum: number,
	maximum: number,
): Setting<number> {
	return declare(
		declaration,
		`a whole number from ${minimum} to ${maximum}`,
		(text) => {
			const value = Number(text);
			return /^-?\d+$/.test(text) && value >= minimum && value <= maximum
				? value
				: undefined;
		},
	);
}

/** Dollars, or `null` when nothing is said. */
export function dollarsSetting(
	declaration: Declaration,
): Setting<number | null> {
	return declare(declaration, "empty, or dollars such as 0.002", (text) => {
		if (text === "") return null;
		return /^\d{1,6}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
	});
}

/** `true` or `false`; `1` and `0` too. */
export function flagSetting(declaration: Declaration): Setting<boolean> {
	return declare(declaration, "true or false", (text) => {
		if (text === "true" || text === "1") return true;
		return text === "false" || text === "0" ? false : undefined;
	});
}

/** An absolute URL of one of the given schemes, or nothing. */
export function urlSetting(
	declaration: Declaration,
	schemes: readonly string[],
): Setting<string> {
	return declare(
		declaration,
		`empty, or a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
		(text) => {
			if (text === "") return text;
			const scheme = URL.canParse(text)
				? new URL(text).protocol.slice(0, -1)
				: "";
			return schemes.includes(scheme) ? text : undefined;
		},
	);
}

/** A comma-separated list; blanks around the parts are dropped. */
export function listSetting(
	declaration: Declaration,
): Setting<readonly string[]> {
	return declare(declaration, "a comma-separated list", (text) =>
		text
			.split(",")
			.map((part) => part.trim())
			.filter((part) => part !== ""),
	);
}

/** Addresses and networks such as `10.0.0.0/8`, comma-separated; or `loopback`, `linklocal`, `uniquelocal`. */
export function networksSetting(
	declaration: Declaration,
): Setting<readonly string[]> {
	return declare(
		declaration,
		"a comma-separated list of IP addresses, networks such as 10.0.0.0/8, loopback, linklocal and uniquelocal",
		(text) => {
			const networks = listSetting(declaration).parse(text);
			return networks?.every(isNetwork) ? networks : undefined;
		},
	);
}

function isNetwork(text: string): boolean {
	if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
	const [address = "", bits, ...rest] = text.split("/");
	const version = isIP(address);
	if (version === 0 || rest.length > 0) return false;
	return (
		bits === undefined ||
		(/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
	);
}

export type Settings = Record<string, Setting<unknown>>;
export type Values<S extends Settings> = {
	[K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** All that is wrong with the environment, in one message. */
export class SettingsError extends Error {
	constructor(faults: readonly string[]) {
		super(faults.join("\n"));
		this.name = "SettingsError";
	}
}

/**
 * Reads one room's settings. An unset variable takes its default.
 * @param faults collects a sentence for each value that is not allowed, so that all rooms can be read before anything is thrown.
 */
export function readSettings<S extends Settings>(
	settings: S,
	environment: Readonly<Record<string, string | undefined>>,
	faults: string[],
): Values<S> {
	const entries = Object.entries(settings).map(([name, setting]) => {
		const text = environment[setting.variable]?.trim() ?? setting.default;
		const value = setting.parse(text);
		if (value === undefined) {
			const shown = setting.isSecret ? "a value" : `"${text}"`;
			faults.push(
				`${setting.variable} is ${shown}; allowed is ${setting.allowed}. (${setting.meaning})`,
			);
		}
		return [name, value];
	});
	return Object.fromEntries(entries) as Values<S>;
}
