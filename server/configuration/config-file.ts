/** Finds and reads the configuration file: the providers of this server, its models, and the names that are gone. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { type LlmConfig, readLlmConfig } from "./llm-config.ts";
import { readYaml } from "./yaml-values.ts";

export type ProviderEntries = LlmConfig["providers"];

export interface ConfigFile {
	/** Where it is; `null` when there is none. */
	readonly path: string | null;
	/** By name, as the file has them. */
	readonly providers: ProviderEntries;
	readonly models: readonly unknown[];
	readonly retired: readonly unknown[];
	readonly llm: Omit<LlmConfig, "isUsed">;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Looked for in this order. The second is the name that S4 gives it, and may be another program's as well. */
const OWN_NAME = "gesso.yaml";
const SHARED_NAME = "config.yaml";

/** Larger than any that a person writes. */
const MAX_BYTES = 1_048_576;

const NO_FILE: ConfigFile = {
	path: null,
	providers: {},
	models: [],
	retired: [],
	llm: { providers: {}, text2image: undefined },
};

const contents = z.object({
	providers: z
		.record(z.string(), z.record(z.string(), z.unknown()).nullable())
		.nullish(),
	models: z.array(z.unknown()).nullish(),
	retired: z.array(z.unknown()).nullish(),
});

const KEYS: ReadonlySet<string> = new Set([
	...Object.keys(contents.shape),
	"llm_config",
	"llm_providers",
]);

/**
 * @param place `named`: the file to read, against `directory` when it is relative; empty for the one that lies in
 * `directory`, if there is any.
 * @param faults collects a sentence for everything that is wrong, each with the file's name.
 */
export function readConfigFile(
	place: { readonly named: string; readonly directory: string | undefined },
	environment: Environment,
	faults: string[],
): ConfigFile {
	const { named, directory } = place;
	const found =
		named === ""
			? findIn(directory)
			: { path: path.resolve(directory ?? "", named), isShared: false };
	if (found === undefined) return NO_FILE;
	const name = named || path.basename(found.path);
	const ownFaults: string[] = [];
	try {
		return readContents(textOf(found.path), found, environment, ownFaults);
	} catch (error) {
		ownFaults.push(`it cannot be read: ${reasonOf(error)}.`);
		return { ...NO_FILE, path: found.path };
	} finally {
		const prefix = named === "" ? name : `${name} (GESSO_CONFIG)`;
		faults.push(...ownFaults.map((fault) => `${prefix}: ${fault}`));
	}
}

interface FoundFile {
	readonly path: string;
	/** Whether keys that mean nothing to us may be another program's. */
	readonly isShared: boolean;
}

function findIn(directory: string | undefined): FoundFile | undefined {
	if (directory === undefined) return undefined;
	const candidates = [
		{ path: path.resolve(directory, OWN_NAME), isShared: false },
		{ path: path.resolve(directory, SHARED_NAME), isShared: true },
	];
	return candidates.find(
		(each) => statSync(each.path, { throwIfNoEntry: false }) !== undefined,
	);
}

class UnreadableError extends Error {}

/** @throws {UnreadableError}, or what the system says. */
function textOf(file: string): string {
	const facts = statSync(file);
	// Reading a pipe or a device might never end.
	if (!facts.isFile()) throw new UnreadableError("it is no file");
	if (facts.size > MAX_BYTES)
		throw new UnreadableError(`it is larger than ${MAX_BYTES} bytes`);
	const bytes = readFileSync(file);
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw new UnreadableError("it is not written in UTF-8");
	}
}

function reasonOf(error: unknown): string {
	if (error instanceof UnreadableError) return error.message;
	const { code } = error as NodeJS.ErrnoException;
	if (code === "ENOENT") return "there is no such file";
	if (code === "EACCES") return "this user may not read it";
	return code ?? "nothing can be made of it";
}

function readContents(
	text: string,
	file: FoundFile,
	environment: Environment,
	faults: string[],
): ConfigFile {
	const {
		values,
		otherKeys,
		faults: found,
	} = readYaml(text, environment, KEYS);
	if (!file.isShared)
		faults.push(
			...otherKeys.map(
				(key) => `${key} is no key of it; allowed are ${[...KEYS].join(", ")}.`,
			),
		);
	const { isUsed, ...llm } = readLlmConfig(values, faults);
	faults.push(
		...found
			.filter(
				({ path: [first = ""], path }) =>
					first === "" || String(first) in contents.shape || isUsed(path),
			)
			.map(({ message }) => message),
	);
	const read = contents.safeParse(values);
	if (!read.success) {
		faults.push(
			...read.error.issues.map(
				(issue) => `${issue.path.join(".")}: ${issue.message}.`,
			),
		);
		return { ...NO_FILE, path: file.path, llm };
	}
	const { providers, models, retired } = read.data;
	return {
		path: file.path,
		providers: Object.fromEntries(
			Object.entries(providers ?? {}).map(([name, entry]) => [
				name,
				entry ?? {},
			]),
		),
		models: models ?? [],
		retired: retired ?? [],
		llm,
	};
}
