/** Takes a table in as it streams by: its rows go into storage, and of each a few facts into the database. */
import type { EngineDependencies } from "../dependencies.ts";
import { invalid } from "../errors.ts";
import { stageWithinLimits } from "../files/file-limits.ts";
import { storeBytes } from "../files/keep-file.ts";
import { requireText } from "../generations/check-text.ts";
import type { Principal } from "../generations/request.ts";
import { strikeReferenced } from "../library/referenced-objects.ts";
import type { Catalogue } from "./catalogue.ts";
import { checkSettings, settledSettings } from "./check-settings.ts";
import { chooseDrawing, settledChoice } from "./choose-drawing.ts";
import { forgetRows } from "./forget-catalogues.ts";
import { Intake } from "./intake.ts";
import type { LineForms } from "./line-forms.ts";
import type { NewCatalogue } from "./new-catalogue.ts";
import { RowPictures } from "./row-pictures.ts";
import type { Table } from "./table/table.ts";
import { openSource } from "./table-source.ts";

const MAX_NAME_CHARACTERS = 200;

/** @returns the id of the catalogue. @throws {EngineError} and has kept nothing then. */
export async function takeIn(
	dependencies: EngineDependencies,
	principal: Principal,
	forms: LineForms,
	{ name, source, choice: asked, strategy, settings: said }: NewCatalogue,
): Promise<string> {
	requireName(name);
	checkSettings(said, dependencies.settings);
	const { teamId } = principal;
	const pictures = new RowPictures(dependencies, teamId, true);
	const reading = { forms, principal, settings: said, pictures };
	const table = await openSource(dependencies, source, reading);
	try {
		const choice = settledChoice(table, asked);
		const settings = settledSettings(table, said);
		const drawing = await chooseDrawing(
			dependencies,
			teamId,
			choice,
			table.columns,
		);
		const id = await enterCatalogue(dependencies, principal, table, {
			name,
			choice,
			strategy,
			settings,
		});
		try {
			await takeRows(
				dependencies,
				principal,
				new Intake(dependencies, {
					catalogueId: id,
					teamId,
					table,
					pictures,
					terms: { drawing, settings, strategy },
				}),
			);
		} catch (error) {
			await forgetRows(dependencies, id);
			throw error;
		}
		return id;
	} finally {
		await table.close();
	}
}

function requireName(name: string): void {
	if (name.trim() === "")
		throw invalid("name", "The name must not be empty.", "any text");
	requireText("name", name, MAX_NAME_CHARACTERS);
}

async function enterCatalogue(
	{ database, clock, newId }: EngineDependencies,
	{ teamId, apiKeyId }: Principal,
	table: Table,
	catalogue: Pick<Catalogue, "name" | "choice" | "strategy" | "settings">,
): Promise<string> {
	const id = newId("catalogue");
	await database.queries
		.insertInto("catalogues")
		.values({
			id,
			team_id: teamId,
			api_key_id: apiKeyId,
			name: catalogue.name,
			choice_json: JSON.stringify(catalogue.choice),
			strategy: catalogue.strategy,
			settings_json: JSON.stringify(catalogue.settings),
			columns_json: JSON.stringify(table.columns),
			headers_json: JSON.stringify(table.headers),
			format_json: "{}",
			problems_json: "[]",
			problem_count: 0,
			row_count: 0,
			invalid_count: 0,
			rows_storage_key: null,
			prices_json: null,
			terms_json: null,
			batch_microcredits: 0,
			pass_step: null,
			pass_selection: null,
			pass_position: 0,
			is_under_way: 0,
			paused_at: null,
			canceling_at: null,
			created_at: clock(),
			taken_in_at: null,
			deleted_at: null,
		})
		.execute();
	return id;
}

/** Until the last transaction nobody sees the catalogue; one that was left half taken in is forgotten after a day. */
async function takeRows(
	dependencies: EngineDependencies,
	principal: Principal,
	intake: Intake,
): Promise<void> {
	const { database, staging, clock } = dependencies;
	const staged = await stageWithinLimits(
		dependencies,
		principal,
		intake.bytes(),
	);
	try {
		const { storageKey } = await storeBytes(
			dependencies,
			principal.teamId,
			staged,
		);
		await database.transaction(async (transaction) => {
			await transaction
				.updateTable("catalogues")
				.set({
					...intake.facts(),
					rows_storage_key: storageKey,
					taken_in_at: clock(),
				})
				.where("id", "=", intake.catalogueId)
				.execute();
			await strikeReferenced(transaction, [storageKey]);
		});
	} finally {
		await staging.discard(staged);
	}
}
