/** Takes a table in as it streams by: its rows go into storage, and of each a few facts into the database. */
import type { CatalogueRowsTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { invalid } from "../errors.ts";
import { stageWithinLimits } from "../files/file-limits.ts";
import { storeBytes } from "../files/keep-file.ts";
import { requireText } from "../generations/check-text.ts";
import type { Principal } from "../generations/request.ts";
import { strikeReferenced } from "../library/referenced-objects.ts";
import type {
	DrawingChoice,
	NewCatalogue,
	Problem,
	TableSource,
} from "./catalogue.ts";
import { chooseDrawing, type Drawing, usualChoice } from "./choose-drawing.ts";
import { forgetRows } from "./forget-catalogues.ts";
import { createRowPlanner, type PlannedRow } from "./plan-rows.ts";
import { checkSettings } from "./row-reader.ts";
import { storedLine } from "./stored-rows.ts";
import { openJsonLines, openRows } from "./table/open-rows.ts";
import { openTable } from "./table/open-table.ts";
import type { Table, TableRow } from "./table/table.ts";
import { createUniqueKeys } from "./unique-keys.ts";

const MAX_NAME_CHARACTERS = 200;
const MAX_PROBLEMS = 50;
const ROWS_AT_ONCE = 500;
const PIECE_BYTES = 65_536;

/** @throws {UnreadableTable} */
export async function openSource(source: TableSource): Promise<Table> {
	const { field } = source;
	switch (source.kind) {
		case "file":
			return await openTable(source.bytes, { field });
		case "jsonLines":
			return await openJsonLines(source.bytes, { field });
		case "rows":
			return await openRows(source.rows, { field });
	}
}

/** @returns the id of the catalogue. @throws {EngineError} and has kept nothing then. */
export async function takeIn(
	dependencies: EngineDependencies,
	principal: Principal,
	{ name, source, choice: asked, strategy, settings }: NewCatalogue,
): Promise<string> {
	requireName(name);
	checkSettings(settings, dependencies.settings);
	const table = await openSource(source);
	try {
		const choice = asked ?? usualChoice(table.columns);
		const drawing = await chooseDrawing(
			dependencies,
			principal.teamId,
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
			await takeRows(dependencies, principal, id, table, drawing);
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
	catalogue: Omit<NewCatalogue, "source"> & { readonly choice: DrawingChoice },
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
			described_microcredits: 0,
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
	id: string,
	table: Table,
	drawing: Drawing,
): Promise<void> {
	const { database, staging, clock } = dependencies;
	const intake = new Intake(dependencies, id, table, drawing);
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
					format_json: JSON.stringify(table.format),
					problems_json: JSON.stringify(intake.problems),
					problem_count: intake.problemCount,
					row_count: intake.rowCount,
					invalid_count: intake.invalidCount,
					rows_storage_key: storageKey,
					taken_in_at: clock(),
				})
				.where("id", "=", id)
				.execute();
			await strikeReferenced(transaction, [storageKey]);
		});
	} finally {
		await staging.discard(staged);
	}
}

/** One table on its way in. Holds no more than the next rows, and every key. */
class Intake {
	readonly problems: Problem[] = [];
	problemCount = 0;
	rowCount = 0;
	invalidCount = 0;
	readonly #dependencies: EngineDependencies;
	readonly #catalogueId: string;
	readonly #table: Table;
	readonly #plan: (row: TableRow) => PlannedRow;
	readonly #uniqueKey = createUniqueKeys();
	readonly #waiting: CatalogueRowsTable[] = [];
	#offset = 0;

	constructor(
		dependencies: EngineDependencies,
		catalogueId: string,
		table: Table,
		drawing: Drawing,
	) {
		this.#dependencies = dependencies;
		this.#catalogueId = catalogueId;
		this.#table = table;
		this.#plan = createRowPlanner(drawing.plan, this.#uniqueKey);
		for (const warning of table.warnings) this.#note(warning);
	}

	/** The rows as they are stored; what is to be known of them is in the database when the last piece was taken. */
	async *bytes(): AsyncGenerator<Uint8Array, void> {
		let pieces: Buffer[] = [];
		let pieceBytes = 0;
		for await (const entry of this.#table.entries) {
			if (entry.kind === "fault") {
				this.#note(entry.fault);
				const { line, message } = entry.fault;
				const { key } = this.#uniqueKey(`line-${line}`);
				this.#enter({ line, row_key: key, byte_length: 0, fault: message });
			} else {
				const bytes = this.#take(entry.row);
				pieces.push(bytes);
				pieceBytes += bytes.length;
			}
			if (this.#waiting.length >= ROWS_AT_ONCE) await this.#flush();
			if (pieceBytes < PIECE_BYTES) continue;
			yield Buffer.concat(pieces, pieceBytes);
			pieces = [];
			pieceBytes = 0;
		}
		await this.#flush();
		yield Buffer.concat(pieces, pieceBytes);
	}

	#take(read: TableRow): Buffer {
		const row = { ...read, position: this.rowCount };
		const planned = this.#plan(row);
		for (const warning of read.warnings) this.#note(warning);
		const isPlanned = planned.kind === "plan";
		const found = isPlanned ? planned.plan.warnings : [planned.fault];
		for (const problem of found) this.#note(problem);
		const bytes = storedLine(row);
		this.#enter({
			line: row.line,
			row_key: isPlanned ? planned.plan.key : planned.key,
			// Without the line feed.
			byte_length: bytes.length - 1,
			fault: isPlanned ? null : planned.fault.message,
		});
		this.#offset += bytes.length;
		return bytes;
	}

	#enter(
		row: Pick<CatalogueRowsTable, "line" | "row_key" | "byte_length" | "fault">,
	): void {
		this.#waiting.push({
			...row,
			catalogue_id: this.#catalogueId,
			position: this.rowCount++,
			byte_offset: this.#offset,
			prompt: null,
			description: null,
			step: null,
			batch_id: null,
			description_batch_id: null,
		});
		if (row.fault !== null) this.invalidCount++;
	}

	async #flush(): Promise<void> {
		if (this.#waiting.length === 0) return;
		await this.#dependencies.database.queries
			.insertInto("catalogue_rows")
			.values(this.#waiting.splice(0))
			.execute();
	}

	#note(problem: Problem): void {
		this.problemCount++;
		if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
	}
}
