/**
 * Goes on with a catalogue that is under way. A pass goes over its rows from the first to the last and makes lines of those
 * of its selection, a part at a time: the next part is entered when the last one has ended. Its place is kept in the
 * catalogue, so that a process that dies leaves nothing to repair.
 */
import type { Selectable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { CatalogueSettings } from "./catalogue.ts";
import { chooseRows, describedRows } from "./choose-rows.ts";
import { enterPart, type NewPart, rowsOfPart } from "./enter-part.ts";

type StateDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId"
>;
type Row = Selectable<CataloguesTable>;

/**
 * Enters the next part of a catalogue that is under way, or finds that nothing is left to do.
 * @returns the id of its batch; `null` for none.
 */
export async function feed(
	transaction: TransactionQueries,
	dependencies: StateDependencies,
	row: Row,
): Promise<string | null> {
	if ((await openParts(transaction, row.id)).length > 0) return null;
	if (row.canceling_at === null) {
		if (row.paused_at !== null) return null;
		const part =
			(await followingPart(transaction, row.id)) ??
			(await nextOfPass(transaction, row));
		if (part !== null)
			return await enterPart(transaction, dependencies, row, part);
	}
	await transaction
		.updateTable("catalogues")
		.set({
			is_under_way: 0,
			pass_step: null,
			pass_selection: null,
			canceling_at: null,
			paused_at: null,
			paused_for: null,
		})
		.where("id", "=", row.id)
		.execute();
	return null;
}

/** Rows whose descriptions have come, of a part that is to be drawn without anybody reading them. */
async function followingPart(
	transaction: TransactionQueries,
	catalogueId: string,
): Promise<NewPart | null> {
	const parts = await transaction
		.selectFrom("catalogue_parts")
		.select("batch_id")
		.where("catalogue_id", "=", catalogueId)
		.where("is_to_be_drawn", "=", 1)
		.orderBy("batch_id")
		.execute();
	for (const { batch_id } of parts) {
		await transaction
			.updateTable("catalogue_parts")
			.set({ is_to_be_drawn: 0 })
			.where("batch_id", "=", batch_id)
			.execute();
		const rows = await describedRows(transaction, catalogueId, batch_id);
		if (rows.length > 0)
			return { step: "draw", rows, isToBeDrawn: false, isUrgent: false };
	}
	return null;
}

/** The next rows of the pass, or of the one that comes after it; its place is moved on. */
async function nextOfPass(
	transaction: TransactionQueries,
	row: Row,
): Promise<NewPart | null> {
	const { isAutomatic }: CatalogueSettings = JSON.parse(row.settings_json);
	const isDescribed = row.strategy === "describe-then-draw";
	let { pass_step: step, pass_selection: selection, pass_position: from } = row;
	while (step !== null && selection !== null) {
		const rows = await chooseRows(transaction, {
			catalogueId: row.id,
			step,
			selection,
			from,
			limit: rowsOfPart(row),
		});
		const last = rows.at(-1);
		if (last !== undefined) {
			await transaction
				.updateTable("catalogues")
				.set({
					pass_step: step,
					pass_selection: selection,
					pass_position: last.position + 1,
				})
				.where("id", "=", row.id)
				.execute();
			return {
				step,
				rows,
				isToBeDrawn: step === "describe" && isAutomatic,
				isUrgent: false,
			};
		}
		from = 0;
		if (selection === "failed" && step === "draw" && isDescribed)
			step = "describe";
		else if (selection === "waiting" && step === "describe" && isAutomatic)
			// Rows that somebody wrote a prompt for were never to be described.
			[step, selection] = ["draw", "described"];
		else return null;
	}
	return null;
}

/** @returns the ids of batches of a catalogue that have not ended. */
export async function openParts(
	queries: TransactionQueries,
	catalogueId: string,
): Promise<string[]> {
	const parts = await queries
		.selectFrom("catalogue_parts")
		.innerJoin("batches", "batches.id", "catalogue_parts.batch_id")
		.select("batches.id")
		.where("catalogue_parts.catalogue_id", "=", catalogueId)
		.where("batches.ended_at", "is", null)
		.execute();
	return parts.map(({ id }) => id);
}

/**
 * Goes on with every catalogue whose last part has ended.
 * @returns how many parts were entered.
 */
export async function feedCatalogues(
	dependencies: StateDependencies,
): Promise<number> {
	const { database } = dependencies;
	const due = await database.queries
		.selectFrom("catalogues")
		.select("id")
		.where("is_under_way", "=", 1)
		.where((eb) =>
			eb.or([eb("paused_at", "is", null), eb("canceling_at", "is not", null)]),
		)
		.where((eb) =>
			eb.not(
				eb.exists(
					eb
						.selectFrom("catalogue_parts")
						.innerJoin("batches", "batches.id", "catalogue_parts.batch_id")
						.select("batches.id")
						.whereRef("catalogue_parts.catalogue_id", "=", "catalogues.id")
						.where("batches.ended_at", "is", null),
				),
			),
		)
		.orderBy("id")
		.execute();
	let entered = 0;
	for (const { id } of due) {
		const batchId = await database.transaction(async (transaction) => {
			// Whoever else is about to do the same waits here, and finds the part then.
			const row = await transaction
				.updateTable("catalogues")
				.set({ is_under_way: 1 })
				.where("id", "=", id)
				.where("is_under_way", "=", 1)
				.returningAll()
				.executeTakeFirst();
			return row === undefined
				? null
				: await feed(transaction, dependencies, row);
		});
		if (batchId === null) continue;
		entered++;
		await database.announce({ kind: "batch_due", batchId });
	}
	return entered;
}
