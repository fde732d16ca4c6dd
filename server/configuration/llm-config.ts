/** Says in our words what another program's `config.yaml` says about who draws for /api/text2image (S4-30). */
import { z } from "zod";
import type { YamlPath } from "./yaml-values.ts";

/** Who draws for one purpose, as far as it is said. */
export interface UseCase {
	readonly provider: string | undefined;
	readonly model: string | undefined;
}

export interface LlmConfig {
	/** `llm_config.use_cases.text2image`, if it says anything. */
	readonly text2image: UseCase | undefined;
	/** Those of `llm_providers` that draw, with the options that our own `providers` would have. */
	readonly providers: Readonly<
		Record<string, Readonly<Record<string, unknown>>>
	>;
	/** Whether what stands at a path has been used: faults of all else are the other program's. */
	isUsed(path: YamlPath): boolean;
}

const text = z
	.string()
	.nullish()
	.transform((value) => value?.trim() || undefined);

const llmConfig = z
	.object({
		use_cases: z
			.object({
				text2image: z.object({ provider: text, model: text }).nullish(),
			})
			.nullish(),
	})
	.nullish();

const llmProviders = z.record(z.string(), z.unknown()).nullish();

/** What makes an entry one that draws. */
const withPictures = z.object({
	available_models: z.object({ text2image: z.array(z.unknown()).min(1) }),
});

const llmProvider = z
	.object({
		api_key: text,
		base_url: text,
		api_base: text,
		enabled: z.boolean().nullish(),
		available_models: z
			.object({ text2image: z.array(z.string()).nullish() })
			.nullish(),
	})
	.nullish();

/**
 * @param values the outermost keys `llm_config` and `llm_providers`, if they are there.
 * @param faults collects a sentence for what is not as it has to be.
 */
export function readLlmConfig(
	values: Readonly<Record<string, unknown>>,
	faults: string[],
): LlmConfig {
	const parse = <T>(schema: z.ZodType<T>, value: unknown, path: YamlPath) => {
		const read = schema.safeParse(value);
		if (read.success) return read.data;
		for (const issue of read.error.issues)
			faults.push(`${[...path, ...issue.path].join(".")}: ${issue.message}.`);
		return undefined;
	};
	const { provider, model } =
		parse(llmConfig, values.llm_config, ["llm_config"])?.use_cases
			?.text2image ?? {};
	const entries =
		parse(llmProviders, values.llm_providers, ["llm_providers"]) ?? {};
	const used = Object.entries(entries).filter(
		([name, entry]) =>
			name === provider || withPictures.safeParse(entry).success,
	);
	const providers = used.map(([name, entry]) => {
		const read = parse(llmProvider, entry, ["llm_providers", name]);
		return [name, optionsOf(read ?? {})];
	});
	const usedNames = new Set(used.map(([name]) => name));
	return {
		text2image: provider || model ? { provider, model } : undefined,
		providers: Object.fromEntries(providers),
		isUsed: (path) => isUsed(path, usedNames),
	};
}

function optionsOf({
	api_key,
	base_url,
	api_base,
	enabled,
	available_models,
}: Partial<NonNullable<z.output<typeof llmProvider>>>): Readonly<
	Record<string, unknown>
> {
	const url = base_url ?? api_base;
	return {
		...(api_key !== undefined && { apiKey: api_key }),
		...(url !== undefined && { url }),
		...(enabled === false && { enabled }),
		models: available_models?.text2image ?? [],
	};
}

const USE_CASE = ["llm_config", "use_cases", "text2image"];
const OPTIONS = ["api_key", "base_url", "api_base", "enabled"];

function isUsed(path: YamlPath, names: ReadonlySet<string>): boolean {
	const [first, second, third, fourth] = path;
	if (first === "llm_config")
		return USE_CASE.every(
			(key, at) => path[at] === undefined || path[at] === key,
		);
	return (
		first === "llm_providers" &&
		(second === undefined || names.has(String(second))) &&
		(third === undefined ||
			OPTIONS.includes(String(third)) ||
			(third === "available_models" &&
				(fourth === undefined || fourth === "text2image")))
	);
}
