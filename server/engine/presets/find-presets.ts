/** Finds the presets that a team can use: its own, and those that come with the server. */
import type { ExpressionBuilder, Selectable } from "kysely";
import type { Queries } from "../../db/database.ts";
import type { Schema } from "../../db/schema.ts";
import type {
	PresetsTable,
	PresetVersionsTable,
} from "../../db/tables/presets.ts";
import { EngineError } from "../errors.ts";
import { containsText } from "../generations/search-text.ts";
import { isId } from "../ids.ts";
import type { Preset, PresetPage, PresetQuery } from "./preset.ts";
import { findStarter, startersNamed } from "./starter-presets.ts";

/** @throws {EngineError} `not_found` for another team's as for none, and for one that was deleted. */
export async function getPreset(
	queries: Queries,
	teamId: string,
	id: string,
): Promise<Preset> {
	const starter = findStarter(id);
	if (starter !== undefined) return starter;
	if (!isId(id)) throw noSuchPreset(id);
	const row = await versionsOf(queries, teamId)
		.whereRef("preset_versions.version", "=", "presets.version")
		.where("presets.id", "=", id)
		.where("presets.deleted_at", "is", null)
		.executeTakeFirst();
	if (row === undefined) throw noSuchPreset(id);
	return presetOf(row);
}

/** Any version there ever was, of a deleted preset too, since old images tell of it. @throws {EngineError} `not_found` */
export async function getPresetVersion(
	queries: Queries,
	teamId: string,
	id: string,
	version: number,
): Promise<Preset> {
	const starter = findStarter(id);
	if (starter?.version === version) return starter;
	const row = isId(id)
		? await versionsOf(queries, teamId)
				.where("presets.id", "=", id)
				.where("preset_versions.version", "=", version)
				.executeTakeFirst()
		: undefined;
	if (row !== undefined) return presetOf(row);
	throw new EngineError(
		"not_found",
		`There is no version ${version} of a preset ${id.slice(0, 100)} in this team.`,
	);
}

/** The team's own, newest first, and after them those that come with the server. */
export async function listPresets(
	queries: Queries,
	teamId: string,
	{ page, limit, search = "" }: PresetQuery,
): Promise<PresetPage> {
	// No name has a zero character, and PostgreSQL would not even look for one.
	if (search.includes("\0")) return { presets: [], total: 0 };
	const starters = startersNamed(search);
	const matching = queries
		.selectFrom("presets")
		.where("presets.team_id", "=", teamId)
		.where("presets.deleted_at", "is", null)
		.where(isNamed(search));
	const { total } = await matching
		.select((eb) => eb.fn.countAll().as("total"))
		.executeTakeFirstOrThrow();
	const first = (page - 1) * limit;
	const rows = await versionsOf(queries, teamId)
		.whereRef("preset_versions.version", "=", "presets.version")
		.where("presets.deleted_at", "is", null)
		.where(isNamed(search))
		.orderBy("presets.created_at", "desc")
		.orderBy("presets.id", "desc")
		.limit(limit)
		.offset(first)
		.execute();
	const ownTotal = Number(total);
	const firstStarter = Math.max(first - ownTotal, 0);
	return {
		presets: [
			...rows.map(presetOf),
			...starters.slice(firstStarter, firstStarter + limit - rows.length),
		],
		total: ownTotal + starters.length,
	};
}

/** Whether a generation was made from a preset with a text in its name: the team's own, be it deleted, or a starter. */
export function isFromPresetNamed(teamId: string, search: string) {
	const starters = startersNamed(search).map(({ id }) => id);
	return (eb: ExpressionBuilder<Schema, "generations">) => {
		const own = eb(
			"generations.preset_id",
			"in",
			eb
				.selectFrom("presets")
				.select("presets.id")
				.where("presets.team_id", "=", teamId)
				.where(isNamed(search)),
		);
		return starters.length === 0
			? own
			: eb.or([own, eb("generations.preset_id", "in", starters)]);
	};
}

function isNamed(search: string) {
	return containsText("presets.search_name", search);
}

function versionsOf(queries: Queries, teamId: string) {
	return queries
		.selectFrom("presets")
		.innerJoin("preset_versions", "preset_versions.preset_id", "presets.id")
		.selectAll("preset_versions")
		.select("presets.created_at as begun_at")
		.where("presets.team_id", "=", teamId);
}

type VersionRow = Selectable<PresetVersionsTable> & {
	readonly begun_at: Selectable<PresetsTable>["created_at"];
};

function presetOf(row: VersionRow): Preset {
	return {
		id: row.preset_id,
		version: row.version,
		name: row.name,
		description: row.description,
		template: row.template,
		negativePrompt: row.negative_prompt,
		model: row.model,
		aspectRatio: row.aspect_ratio as Preset["aspectRatio"],
		resolution: row.resolution as Preset["resolution"],
		count: row.count,
		requirements: JSON.parse(row.requirements_json),
		isStarter: false,
		createdAt: row.begun_at,
		updatedAt: row.created_at,
	};
}

export function noSuchPreset(id: string): EngineError {
	return new EngineError(
		"not_found",
		`There is no preset ${id.slice(0, 100)} in this team.`,
		{ details: { field: "presetId" } },
	);
}
