/** Changes what is asked for one row: its prompt, or the description that it is drawn from. */
import type { Selectable } from "kysely";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import { requireText } from "../generations/check-text.ts";
import { namedRows } from "./choose-rows.ts";
import { noSuchRow } from "./find-rows.ts";

const MAX_CHARACTERS = 32_000;

export interface RowChanges {
	readonly prompt?: string | null | undefined;
	readonly description?: string | null | undefined;
}

/** @throws {EngineError} `not_found`; `conflict` while the row is under way; `invalid_request` */
export async function editRow(
	{ database }: Pick<EngineDependencies, "database">,
	{ id, strategy }: Selectable<CataloguesTable>,
	key: string,
	{ prompt, description }: RowChanges,
): Promise<void> {
	checkText("prompt", prompt);
	checkText("description", description);
	if (description !== undefined && strategy === "direct")
		throw invalid(
			"description",
			"Rows of this catalogue are drawn without descriptions; change the prompt.",
			"prompt",
		);
	if (key.includes("\0")) throw noSuchRow(key);
	await database.transaction(async (transaction) => {
		// Changes nothing, but whoever begins rows waits for it, or is waited for.
		await transaction
			.updateTable("catalogues")
			.set((eb) => ({ name: eb.ref("name") }))
			.where("id", "=", id)
			.execute();
		const [row] = await namedRows(transaction, id, [key]);
		if (row === undefined) throw noSuchRow(key);
		if (row.fault !== null)
			throw invalid("key", `The row "${key}" cannot be drawn: ${row.fault}`);
		if (row.status === "waiting" || row.status === "enqueued")
			throw new EngineError(
				"conflict",
				`The row "${key}" is under way. Wait until it has ended.`,
			);
		if (prompt === undefined && description === undefined) return;
		await transaction
			.updateTable("catalogue_rows")
			.set({
				...(prompt !== undefined && { prompt }),
				...(description !== undefined && { description }),
			})
			.where("catalogue_id", "=", id)
			.where("position", "=", row.position)
			.execute();
	});
}

function checkText(field: string, text: string | null | undefined): void {
	if (text === null || text === undefined) return;
	if (text.trim() === "")
		throw invalid(field, `The ${field} must not be empty.`, "any text");
	requireText(field, text, MAX_CHARACTERS);
}
