/** What `npm run doctor` prints for people. */

import type { ProviderLimits } from "../providers/provider.ts";
import type { Diagnosis, StandIn } from "./diagnose.ts";
import type { DrawnModel, ProviderFinding } from "./examine-providers.ts";

const MARKS: Readonly<
	Record<ProviderFinding["status"] | "ok" | "broken", string>
> = {
	ok: "ok      ",
	reachable: "ok      ",
	broken: "BROKEN  ",
	unreachable: "BROKEN  ",
	not_asked: "unasked ",
	not_configured: "missing ",
};
const INDENT = " ".repeat(12);
/** As many as a person reads; `--json` has them all. */
const MAX_MODELS = 8;

export function doctorPage(diagnosis: Diagnosis): string {
	const { providers, standIn } = diagnosis;
	const findings = [
		["data", diagnosis.dataDirectory],
		["database", diagnosis.database],
		["default model", diagnosis.defaultModel],
		["/api/text2image", diagnosis.text2image],
	] as const;
	return [
		`configuration: ${diagnosis.configFile ?? "the environment alone; there is no gesso.yaml"}`,
		"",
		...findings.map(
			([what, { status, detail }]) => `  ${MARKS[status]}${what}: ${detail}`,
		),
		"",
		"providers:",
		...providers.flatMap(linesOf),
		"",
		standInLine(standIn),
		...(diagnosis.generationEnabled
			? []
			: ["Nothing is drawn at all: IMAGE_GENERATION_ENABLED is false."]),
		"",
		diagnosis.isWell
			? "All is well."
			: "Not all is well: what is BROKEN above is configured and does not work.",
	].join("\n");
}

function linesOf(finding: ProviderFinding): string[] {
	const { name, kind, status, detail, models, limits } = finding;
	const what = name === kind ? name : `${name} (${kind})`;
	const first = `  ${MARKS[status]}${what}: ${detail}`;
	if (status === "not_configured") return [first];
	const unlisted = models.filter(({ isListed }) => isListed === false);
	return [
		first,
		`${INDENT}draws ${listOf(models) || "nothing that the catalogue knows; name its models in the configuration"}`,
		...(unlisted.length > 0
			? [`${INDENT}not in its own list: ${listOf(unlisted)}`]
			: []),
		`${INDENT}${limitsLine(limits)}`,
	];
}

function listOf(models: readonly DrawnModel[]): string {
	const shown = models
		.slice(0, MAX_MODELS)
		.map(({ id, providerModel }) =>
			providerModel === id || providerModel === ""
				? id
				: `${id} (as ${providerModel})`,
		)
		.join(", ");
	const others = models.length - MAX_MODELS;
	return others > 0 ? `${shown} and ${others} more` : shown;
}

function limitsLine(limits: ProviderLimits): string {
	const { concurrency, imagesPerMinute, callTimeoutMs } = limits;
	return [
		`${concurrency} at once`,
		...(imagesPerMinute === undefined ? [] : [`${imagesPerMinute} a minute`]),
		...(callTimeoutMs === undefined
			? []
			: [`${callTimeoutMs / 1000} seconds for a call`]),
	].join(", ");
}

function standInLine({ provider, isAllowed }: StandIn): string {
	if (provider === null)
		return "Nobody stands in: a known model whose provider is not configured is refused.";
	return isAllowed
		? `For a known model whose provider is not configured, ${provider} draws, and the answer says so in a warning.`
		: `A known model whose provider is not configured is refused; ${provider} may not stand in (GESSO_PAINTER_STANDS_IN).`;
}
