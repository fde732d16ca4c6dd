/** The presets of a team: made, changed version by version, duplicated, and deleted without taking anything from old images. */
import type { TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import { searchTextOf } from "../generations/search-text.ts";
import { isId } from "../ids.ts";
import { resolveModel } from "../models/resolve-model.ts";
import { checkPreset, MAX_NAME_CHARACTERS } from "./check-preset.ts";
import {
	getPreset,
	getPresetVersion,
	listPresets,
	noSuchPreset,
} from "./find-presets.ts";
import type {
	Preset,
	PresetContent,
	PresetPage,
	PresetQuery,
} from "./preset.ts";
import { findStarter } from "./starter-presets.ts";

/** Everything throws {EngineError} `not_found` for what is not the caller's, as for what is not there at all. */
export interface Presets {
	/** @throws {EngineError} `invalid_request`, `model_not_found` */
	create(principal: Principal, content: PresetContent): Promise<Preset>;
	get(principal: Principal, id: string): Promise<Preset>;
	/** Also of a preset that was deleted since. */
	getVersion(
		principal: Principal,
		id: string,
		version: number,
	): Promise<Preset>;
	list(principal: Principal, query: PresetQuery): Promise<PresetPage>;
	/**
	 * Makes a new version; what is not named stays as it was.
	 * @param from the version that the changes were made from.
	 * @throws {EngineError} `conflict` when that is not the newest any more; `forbidden` for one that comes with the server;
	 * `invalid_request`, `model_not_found`
	 */
	update(
		principal: Principal,
		id: string,
		changes: Partial<PresetContent>,
		from?: number,
	): Promise<Preset>;
	/** It can be used no more; its images stay, and tell of it. @throws {EngineError} `forbidden` for one that comes with the server. */
	delete(principal: Principal, id: string): Promise<void>;
	/** @param name that of the original with "(copy)" when left out. @throws {EngineError} `invalid_request` */
	duplicate(principal: Principal, id: string, name?: string): Promise<Preset>;
}

type PresetDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "catalogue" | "providers" | "settings"
>;

export function createPresets(dependencies: PresetDependencies): Presets {
	const { queries } = dependencies.database;
	const room: Presets = {
		create: async ({ teamId }, content) => {
			requireModel(dependencies, content.model);
			return await createPreset(dependencies, teamId, content);
		},
		get: ({ teamId }, id) => getPreset(queries, teamId, id),
		getVersion: ({ teamId }, id, version) =>
			getPresetVersion(queries, teamId, id, version),
		list: ({ teamId }, query) => listPresets(queries, teamId, query),
		update: ({ teamId }, id, changes, from) =>
			updatePreset(dependencies, teamId, id, changes, from),
		delete: ({ teamId }, id) => deletePreset(dependencies, teamId, id),
		duplicate: async ({ teamId }, id, name) => {
			const original = await getPreset(queries, teamId, id);
			return await createPreset(dependencies, teamId, {
				...original,
				name: name ?? copyOf(original.name),
			});
		},
	};
	return room;
}

async function createPreset(
	{ database, clock, newId, settings }: PresetDependencies,
	teamId: string,
	content: PresetContent,
): Promise<Preset> {
	checkPreset(content, settings);
	const id = newId("preset");
	const now = clock();
	await database.transaction(async (transaction) => {
		await transaction
			.insertInto("presets")
			.values({
				id,
				team_id: teamId,
				search_name: searchTextOf(content.name),
				version: 1,
				created_at: now,
				deleted_at: null,
			})
			.execute();
		await insertVersion(transaction, id, 1, content, now);
	});
	return await getPreset(database.queries, teamId, id);
}

async function updatePreset(
	dependencies: PresetDependencies,
	teamId: string,
	id: string,
	changes: Partial<PresetContent>,
	from: number | undefined,
): Promise<Preset> {
	requireOwn(id);
	const { database, clock, settings } = dependencies;
	requireModel(dependencies, changes.model ?? null);
	return await database.transaction(async (transaction) => {
		// The counter first: whoever changes the preset at the same time waits here, and then sees this change.
		const counted = await transaction
			.updateTable("presets")
			.set((eb) => ({ version: eb("version", "+", 1) }))
			.where("id", "=", id)
			.where("team_id", "=", teamId)
			.where("deleted_at", "is", null)
			.returning("version")
			.executeTakeFirst();
		if (counted === undefined) throw noSuchPreset(id);
		const { version } = counted;
		if (from !== undefined && from !== version - 1)
			throw changedMeanwhile(version - 1, from);
		const earlier = await getPresetVersion(
			transaction,
			teamId,
			id,
			version - 1,
		);
		const content = { ...earlier, ...changes };
		checkPreset(content, settings);
		await insertVersion(transaction, id, version, content, clock());
		await transaction
			.updateTable("presets")
			.set({ search_name: searchTextOf(content.name) })
			.where("id", "=", id)
			.execute();
		return await getPreset(transaction, teamId, id);
	});
}

async function insertVersion(
	transaction: TransactionQueries,
	presetId: string,
	version: number,
	content: PresetContent,
	now: number,
): Promise<void> {
	await transaction
		.insertInto("preset_versions")
		.values({
			preset_id: presetId,
			version,
			name: content.name,
			description: content.description,
			template: content.template,
			negative_prompt: content.negativePrompt,
			model: content.model,
			aspect_ratio: content.aspectRatio,
			resolution: content.resolution,
			count: content.count,
			requirements_json: JSON.stringify(content.requirements),
			created_at: now,
		})
		.execute();
}

async function deletePreset(
	{ database, clock }: PresetDependencies,
	teamId: string,
	id: string,
): Promise<void> {
	requireOwn(id);
	const { numUpdatedRows } = await database.queries
		.updateTable("presets")
		.set({ deleted_at: clock() })
		.where("id", "=", id)
		.where("team_id", "=", teamId)
		.where("deleted_at", "is", null)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw noSuchPreset(id);
}

/** @throws {EngineError} unless it can be the id of a preset that a team made. */
function requireOwn(id: string): void {
	if (findStarter(id) !== undefined) {
		throw new EngineError(
			"forbidden",
			`${id} comes with this server and stays as it is. Duplicate it, and change the copy.`,
			{ details: { field: "presetId" } },
		);
	}
	if (!isId(id)) throw noSuchPreset(id);
}

/** @throws {EngineError} for a name that nobody knows, or that does not draw; its provider may be configured later. */
function requireModel(
	dependencies: PresetDependencies,
	model: string | null,
): void {
	if (model === null) return;
	try {
		resolveModel(dependencies, { model });
	} catch (error) {
		const isNotReady =
			error instanceof EngineError && error.code === "provider_not_configured";
		if (!isNotReady) throw error;
	}
}

function changedMeanwhile(version: number, from: number): EngineError {
	return new EngineError(
		"conflict",
		`This preset is at version ${version} and not at ${from}: it was changed meanwhile. Read it again, and make the change anew.`,
		{ details: { field: "version", allowed: String(version) } },
	);
}

function copyOf(name: string): string {
	const suffix = " (copy)";
	const kept = name.slice(0, MAX_NAME_CHARACTERS - suffix.length);
	// Half of a surrogate pair at the cut would be no text.
	return kept.toWellFormed().replace(/\uFFFD$/, "") + suffix;
}
