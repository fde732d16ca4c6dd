/**
 * What is under way of a catalogue: begun, paused, canceled, let go. Every change is one transaction that locks the
 * catalogue's row first, so that no two of them, in whatever processes, can make a row a line twice.
 */
import type { Selectable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import { cancelBatch, pauseBatches } from "../batches/batch-states.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import type { CatalogueSettings, CatalogueStep } from "./catalogue.ts";
import type { Selection } from "./choose-rows.ts";
import { enterPart, type NewPart } from "./enter-part.ts";
import { feed, openParts } from "./feed-catalogue.ts";
import type { RowPrices } from "./row-prices.ts";

type StateDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId"
>;
type Row = Selectable<CataloguesTable>;

/** What a pass is for. */
export interface Pass {
	readonly step: CatalogueStep;
	readonly selection: Selection;
	readonly prices: RowPrices;
}

/** Locks a catalogue for the rest of the transaction. @throws {EngineError} `not_found` */
async function lock(
	transaction: TransactionQueries,
	teamId: string,
	id: string,
): Promise<Row> {
	const row = await transaction
		.updateTable("catalogues")
		.set((eb) => ({ name: eb.ref("name") }))
		.where("id", "=", id)
		.where("team_id", "=", teamId)
		.where("taken_in_at", "is not", null)
		.where("deleted_at", "is", null)
		.returningAll()
		.executeTakeFirst();
	if (row !== undefined) return row;
	throw new EngineError(
		"not_found",
		"There is no such catalogue in this team.",
	);
}

/** Runs in one transaction, and tells everybody of the batches that it entered or changed. */
async function change(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
	work: (
		transaction: TransactionQueries,
		row: Row,
	) => Promise<readonly string[]>,
): Promise<void> {
	const { database } = dependencies;
	const due = await database.transaction(async (transaction) =>
		work(transaction, await lock(transaction, teamId, id)),
	);
	for (const batchId of due)
		await database.announce({ kind: "batch_due", batchId });
}

/** @throws {EngineError} `conflict` while something is under way, or when there is no such row. */
export async function beginPass(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
	pass: Pass,
): Promise<void> {
	await change(dependencies, teamId, id, async (transaction, row) => {
		requireIdle(row);
		const begun = await transaction
			.updateTable("catalogues")
			.set({
				pass_step: pass.step,
				pass_selection: pass.selection,
				pass_position: 0,
				prices_json: JSON.stringify(pass.prices),
				is_under_way: 1,
			})
			.where("id", "=", id)
			.returningAll()
			.executeTakeFirstOrThrow();
		const batchId = await feed(transaction, dependencies, begun);
		if (batchId !== null) return [batchId];
		throw new EngineError("conflict", NOTHING_TO_DO[pass.selection]);
	});
}

const NOTHING_TO_DO: Readonly<Record<Selection, string>> = {
	waiting: "No row of this catalogue waits to be begun.",
	described: "No row of this catalogue waits to be drawn from its description.",
	failed: "No row of this catalogue has failed.",
};

/** Rows that are worked on at once, before those of a pass. */
export interface ChosenPart {
	readonly prices: RowPrices;
	/** Finds the rows under the lock. @throws {EngineError} */
	choose(
		transaction: TransactionQueries,
		row: Row,
	): Promise<readonly NewPart[]>;
}

/** @throws {EngineError} `conflict` while it is paused or canceled; what `choose` throws. */
export async function beginChosen(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
	{ prices, choose }: ChosenPart,
): Promise<void> {
	await change(dependencies, teamId, id, async (transaction, row) => {
		if (row.paused_at !== null || row.canceling_at !== null) requireIdle(row);
		const parts = await choose(transaction, row);
		await transaction
			.updateTable("catalogues")
			.set({ is_under_way: 1, prices_json: JSON.stringify(prices) })
			.where("id", "=", id)
			.execute();
		const batchIds: string[] = [];
		for (const part of parts) {
			// Read again: the part before may have counted on.
			const current = await lock(transaction, teamId, id);
			batchIds.push(await enterPart(transaction, dependencies, current, part));
		}
		return batchIds;
	});
}

function requireIdle({ is_under_way, paused_at, canceling_at }: Row): void {
	if (is_under_way === 0) return;
	const message =
		canceling_at !== null
			? "The catalogue is being canceled. Wait until its last rows have ended."
			: paused_at !== null
				? "The catalogue is paused. Resume it, or cancel it."
				: "The catalogue is being worked on. Wait until it has ended, or cancel it.";
	throw new EngineError("conflict", message);
}

/** Begins no more rows for a while, or goes on. @throws {EngineError} `conflict` when that changes nothing. */
export async function setPaused(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
	isPaused: boolean,
): Promise<void> {
	const now = dependencies.clock();
	const pausedAt = isPaused ? now : null;
	await change(dependencies, teamId, id, async (transaction, row) => {
		const isWorking = row.is_under_way === 1 && row.canceling_at === null;
		if (!isWorking || (row.paused_at !== null) === isPaused)
			throw new EngineError(
				"conflict",
				isPaused
					? "Nothing of this catalogue is under way that could be paused."
					: "This catalogue is not paused.",
			);
		return await changePause(transaction, id, {
			pausedAt,
			pausedFor: null,
			now,
		});
	});
}

async function changePause(
	transaction: TransactionQueries,
	id: string,
	change: {
		readonly pausedAt: number | null;
		readonly pausedFor: Row["paused_for"];
		readonly now: number;
	},
): Promise<string[]> {
	const { pausedAt, pausedFor, now } = change;
	await transaction
		.updateTable("catalogues")
		.set({ paused_at: pausedAt, paused_for: pausedFor })
		.where("id", "=", id)
		.execute();
	const batchIds = await openParts(transaction, id);
	await pauseBatches(transaction, batchIds, { pausedAt, dueAt: now });
	return batchIds;
}

/** Begins no more rows until somebody has it go on: the team's credits are used up. Nothing when nothing is under way. */
export async function pauseForCredits(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
): Promise<void> {
	const now = dependencies.clock();
	await change(dependencies, teamId, id, async (transaction, row) => {
		const isWorking = row.is_under_way === 1 && row.canceling_at === null;
		if (!isWorking || row.paused_at !== null) return [];
		return await changePause(transaction, id, {
			pausedAt: now,
			pausedFor: "credits",
			now,
		});
	});
}

/** Begins no more rows of what is under way. @throws {EngineError} `conflict` when nothing is. */
export async function cancelWork(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
): Promise<void> {
	await change(dependencies, teamId, id, async (transaction, row) => {
		if (row.is_under_way === 0)
			throw new EngineError(
				"conflict",
				"Nothing of this catalogue is under way that could be canceled.",
			);
		await transaction
			.updateTable("catalogues")
			.set({
				canceling_at: row.canceling_at ?? dependencies.clock(),
				paused_at: null,
				paused_for: null,
			})
			.where("id", "=", id)
			.execute();
		return await cancelParts(transaction, dependencies, row);
	});
}

async function cancelParts(
	transaction: TransactionQueries,
	{ clock }: StateDependencies,
	{ id, team_id }: Row,
): Promise<string[]> {
	await transaction
		.updateTable("catalogue_parts")
		.set({ is_to_be_drawn: 0 })
		.where("catalogue_id", "=", id)
		.execute();
	const batchIds = await openParts(transaction, id);
	for (const batchId of batchIds)
		await cancelBatch(transaction, clock(), team_id, batchId);
	return batchIds;
}

/** Has nobody see a catalogue any more, and lets its rows go. */
export async function removeCatalogue(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
): Promise<void> {
	await change(dependencies, teamId, id, async (transaction, row) => {
		const now = dependencies.clock();
		await transaction
			.updateTable("catalogues")
			.set({ deleted_at: now, is_under_way: 0, rows_storage_key: null })
			.where("id", "=", id)
			.execute();
		if (row.rows_storage_key !== null)
			await enterUnreferenced(transaction, row.rows_storage_key, now);
		return await cancelParts(transaction, dependencies, row);
	});
}

/** Has so many rows worked on at once from now on. */
export async function setSettings(
	dependencies: StateDependencies,
	teamId: string,
	id: string,
	changes: Pick<CatalogueSettings, "rowsAtOnce">,
): Promise<void> {
	await change(dependencies, teamId, id, async (transaction, row) => {
		const settings: CatalogueSettings = JSON.parse(row.settings_json);
		await transaction
			.updateTable("catalogues")
			.set({ settings_json: JSON.stringify({ ...settings, ...changes }) })
			.where("id", "=", id)
			.execute();
		const batchIds = await openParts(transaction, id);
		if (batchIds.length > 0)
			await transaction
				.updateTable("batches")
				.set({ lines_at_once: changes.rowsAtOnce ?? null })
				.where("id", "in", batchIds)
				.execute();
		return batchIds;
	});
}
