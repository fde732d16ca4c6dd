/** Forgets the rows of catalogues that were deleted, or that a process died over while it took them in. */
import type { TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const ROWS_AT_ONCE = 5_000;
const PICTURES_AT_ONCE = 100;

type ForgetDependencies = Pick<EngineDependencies, "database" | "clock">;

export async function forgetCatalogues(
	dependencies: ForgetDependencies,
): Promise<void> {
	const { database, clock } = dependencies;
	const gone = await database.queries
		.selectFrom("catalogues")
		.select("id")
		.where((eb) =>
			eb.or([
				eb("deleted_at", "is not", null),
				eb.and([
					eb("taken_in_at", "is", null),
					eb("created_at", "<", clock() - DAY_MS),
				]),
			]),
		)
		// Lines that have not ended are still read by its rows.
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
		.execute();
	for (const { id } of gone) await forgetRows(dependencies, id);
}

/** Forgets a catalogue with its rows, some at a time; its batches stay. */
export async function forgetRows(
	{ database, clock }: ForgetDependencies,
	id: string,
): Promise<void> {
	const { queries } = database;
	for (let from = 0; ; from += ROWS_AT_ONCE) {
		await queries
			.deleteFrom("catalogue_rows")
			.where("catalogue_id", "=", id)
			.where("position", "<", from + ROWS_AT_ONCE)
			.execute();
		const left = await queries
			.selectFrom("catalogue_rows")
			.select("position")
			.where("catalogue_id", "=", id)
			.limit(1)
			.executeTakeFirst();
		if (left === undefined) break;
	}
	let areLeft = true;
	while (areLeft)
		areLeft = await database.transaction((transaction) =>
			letPicturesGo(transaction, clock(), id),
		);
	await database.transaction(async (transaction) => {
		// Written first, so that a dead process's last rows, which hold on to their catalogue, are all here or can come no more.
		await transaction
			.updateTable("catalogues")
			.set((eb) => ({ id: eb.ref("id") }))
			.where("id", "=", id)
			.execute();
		await transaction
			.deleteFrom("catalogue_rows")
			.where("catalogue_id", "=", id)
			.execute();
		while (await letPicturesGo(transaction, clock(), id));
		await transaction
			.deleteFrom("catalogue_parts")
			.where("catalogue_id", "=", id)
			.execute();
		await transaction.deleteFrom("catalogues").where("id", "=", id).execute();
	});
}

/** Some of the pictures that came with its rows; whoever else refers to one keeps it. @returns whether there were any. */
async function letPicturesGo(
	transaction: TransactionQueries,
	now: number,
	id: string,
): Promise<boolean> {
	const some = await transaction
		.selectFrom("catalogue_inputs")
		.select("storage_key")
		.where("catalogue_id", "=", id)
		.limit(PICTURES_AT_ONCE)
		.execute();
	if (some.length === 0) return false;
	const storageKeys = some.map(({ storage_key }) => storage_key);
	for (const storageKey of storageKeys)
		await enterUnreferenced(transaction, storageKey, now);
	await transaction
		.deleteFrom("catalogue_inputs")
		.where("catalogue_id", "=", id)
		.where("storage_key", "in", storageKeys)
		.execute();
	return true;
}
