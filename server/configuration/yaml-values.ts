/** Reads YAML that a person wrote: variables of the environment filled in, and every fault with its place. */
import {
	type Alias,
	type Document,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	parseDocument,
	Scalar,
} from "yaml";

export type YamlPath = readonly (string | number)[];

export interface YamlFault {
	/** Empty when the whole text cannot be read. */
	readonly path: YamlPath;
	/** A sentence that names the place, and never a value, because a value may be a secret. */
	readonly message: string;
}

export interface YamlReading {
	/** Of the wanted keys, those that are there. */
	readonly values: Readonly<Record<string, unknown>>;
	readonly otherKeys: readonly string[];
	readonly faults: readonly YamlFault[];
}

/** A reference to another place of the text is read again wherever it stands, so that few lines could become gigabytes. */
const MAX_ALIASES = 100;
const MAX_DEPTH = 32;
/** One slip makes the parser complain of all that follows it. */
const MAX_SYNTAX_FAULTS = 3;
/** What is between quotes in the parser's words may be a value. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;
const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Texts may hold `${NAME}` and `${NAME:-default}`; `$${` is written for `${`. A text that comes out empty counts as left
 * out. What stands without quotes and is nothing but a reference may become a number, or true or false.
 * @param wanted the keys of the outermost level that are read; what others hold is not looked at.
 */
export function readYaml(
	text: string,
	environment: Readonly<Record<string, string | undefined>>,
	wanted: ReadonlySet<string>,
): YamlReading {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		keepSourceTokens: false,
	});
	const place = (offset: number) => {
		const { line, col } = lines.linePos(offset);
		return `line ${line}, column ${col}`;
	};
	const broken = document.errors
		.slice(0, MAX_SYNTAX_FAULTS)
		.map(({ code, message, pos: [offset] }) => ({
			path: [],
			message:
				code === "MULTIPLE_DOCS"
					? `${place(offset)}: a second document begins here; only one is read.`
					: `${place(offset)}: ${message.replaceAll(QUOTED, '"..."')}.`,
		}));
	const nothing = { values: {}, otherKeys: [] };
	if (broken.length > 0) return { ...nothing, faults: broken };
	const root = document.contents;
	if (root === null || (isScalar(root) && root.value === null))
		return { ...nothing, faults: [] };
	if (!isMap(root)) {
		const message = "it has to consist of keys and their values.";
		return { ...nothing, faults: [{ path: [], message }] };
	}
	return readKeys(root.items, { document, environment, place }, wanted);
}

interface Source {
	readonly document: Document;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** @param offset characters from the beginning of the text. */
	place(offset: number): string;
}

function readKeys(
	pairs: readonly { key: unknown; value: unknown }[],
	source: Source,
	wanted: ReadonlySet<string>,
): YamlReading {
	const faults: YamlFault[] = [];
	const values: [string, unknown][] = [];
	const otherKeys: string[] = [];
	for (const { key, value } of pairs) {
		const name = nameOf(key);
		if (!wanted.has(name)) {
			otherKeys.push(name);
			continue;
		}
		const reader = new ValueReader(source, faults);
		values.push([name, reader.read(value as Node | null, [name])]);
	}
	return { values: Object.fromEntries(values), otherKeys, faults };
}

function nameOf(key: unknown): string {
	return isScalar(key) ? String(key.value) : "?";
}

/** Reads one of the outermost values, with all that is in it. */
class ValueReader {
	readonly #source: Source;
	readonly #faults: YamlFault[];
	#aliases = 0;

	constructor(source: Source, faults: YamlFault[]) {
		this.#source = source;
		this.#faults = faults;
	}

	/** @returns `undefined` for what is at fault, or came out empty. */
	read(node: Node | null, path: YamlPath): unknown {
		if (node === null) return null;
		if (path.length > MAX_DEPTH)
			return this.#fault(node, path, "is nested too deep");
		if (isAlias(node)) return this.#readAlias(node, path);
		if (node.tag?.startsWith("!"))
			return this.#fault(node, path, "has a tag, and tags mean nothing here");
		if (isSeq(node))
			return node.items
				.map((item, index) => this.read(item as Node | null, [...path, index]))
				.filter((value) => value !== undefined);
		if (isMap(node)) {
			const entries = node.items.flatMap(({ key, value }) => {
				const name = nameOf(key);
				if (name === "__proto__") {
					this.#fault(node, path, "has a key __proto__, which is not allowed");
					return [];
				}
				const read = this.read(value as Node | null, [...path, name]);
				return read === undefined ? [] : [[name, read] as const];
			});
			return Object.fromEntries(entries);
		}
		return isScalar(node) ? this.#readScalar(node, path) : undefined;
	}

	#readAlias(alias: Alias, path: YamlPath): unknown {
		this.#aliases++;
		if (this.#aliases > MAX_ALIASES)
			return this.#aliases === MAX_ALIASES + 1
				? this.#fault(alias, path, "refers to other places too often")
				: undefined;
		const target = alias.resolve(this.#source.document);
		return target === undefined
			? this.#fault(alias, path, "refers to a place that is not there")
			: this.read(target, path);
	}

	#readScalar(scalar: Scalar, path: YamlPath): unknown {
		const { value } = scalar;
		if (typeof value !== "string" || !value.includes("${")) return value;
		let isFaulty = false;
		const filled = value.replaceAll(REFERENCE, (whole, inside?: string) => {
			if (inside === undefined) return "${";
			const found = whole.endsWith("}") ? this.#lookUp(inside) : null;
			if (typeof found === "string") return found;
			isFaulty = true;
			this.#fault(
				scalar,
				path,
				found === null
					? // biome-ignore lint/suspicious/noTemplateCurlyInString: the form a person is to write
						"has a ${ that begins no variable; write ${NAME} or ${NAME:-default}, and $${ for ${ itself"
					: `needs the environment variable ${found.unset}, which is not set`,
			);
			return "";
		});
		if (isFaulty || filled === "") return undefined;
		const isWhole = /^\$\{[^}]*\}$/.test(value.trim());
		return isWhole && scalar.type === Scalar.PLAIN ? typed(filled) : filled;
	}

	/** @returns `null` for what is no name of a variable. */
	#lookUp(inside: string): string | { readonly unset: string } | null {
		const [, name, fallback] = VARIABLE.exec(inside) ?? [];
		if (name === undefined) return null;
		const { environment } = this.#source;
		const value = Object.hasOwn(environment, name)
			? environment[name]
			: undefined;
		if (fallback !== undefined) return value || fallback;
		return value ?? { unset: name };
	}

	#fault(node: Node, path: YamlPath, what: string): undefined {
		const place = this.#source.place(node.range?.[0] ?? 0);
		this.#faults.push({
			path,
			message: `${place}: ${path.join(".")} ${what}.`,
		});
	}
}

function typed(text: string): string | number | boolean {
	if (text === "true" || text === "false") return text === "true";
	return /^-?\d/.test(text) && String(Number(text)) === text
		? Number(text)
		: text;
}
