/** A table on its way into a catalogue: its rows go into storage, and of each a few facts into the database. */
import type { CatalogueRowsTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { strikeReferenced } from "../library/referenced-objects.ts";
import type { Problem } from "./catalogue.ts";
import { createRowPlanner, type PlannedRow } from "./plan-rows.ts";
import type { RowPictures } from "./row-pictures.ts";
import type { RowTerms } from "./row-reader.ts";
import { TermsTally } from "./row-terms.ts";
import { storedLine } from "./stored-rows.ts";
import type { Table, TableRow } from "./table/table.ts";
import { createUniqueKeys } from "./unique-keys.ts";

const MAX_PROBLEMS = 50;
const ROWS_AT_ONCE = 500;
const PIECE_BYTES = 65_536;

/** What is taken in, and into what. */
export interface IntakeOf {
	readonly catalogueId: string;
	readonly teamId: string;
	readonly table: Table;
	readonly pictures: RowPictures;
	readonly terms: RowTerms;
}

/** One table on its way in. Holds no more than the next rows, and every key. */
export class Intake {
	readonly catalogueId: string;
	readonly #problems: Problem[] = [];
	#problemCount = 0;
	#rowCount = 0;
	#invalidCount = 0;
	readonly #dependencies: EngineDependencies;
	readonly #table: Table;
	readonly #pictures: RowPictures;
	readonly #tally: TermsTally;
	readonly #plan: (row: TableRow) => PlannedRow;
	readonly #uniqueKey = createUniqueKeys();
	readonly #waiting: CatalogueRowsTable[] = [];
	#offset = 0;

	constructor(
		dependencies: EngineDependencies,
		{ catalogueId, teamId, table, pictures, terms }: IntakeOf,
	) {
		this.catalogueId = catalogueId;
		this.#dependencies = dependencies;
		this.#table = table;
		this.#pictures = pictures;
		this.#plan = createRowPlanner(terms.drawing.plan, this.#uniqueKey);
		this.#tally = new TermsTally(dependencies, teamId, terms);
		for (const warning of table.warnings) this.#note(warning);
	}

	/** What is to be known of the whole, when all of it was taken in. */
	facts() {
		const { positions } = this.#tally;
		return {
			format_json: JSON.stringify(this.#table.format),
			problems_json: JSON.stringify(this.#problems),
			problem_count: this.#problemCount,
			row_count: this.#rowCount,
			invalid_count: this.#invalidCount,
			// What all rows have in common is no terms of their own.
			terms_json: positions.length > 1 ? JSON.stringify(positions) : null,
		};
	}

	/** The rows as they are stored; what is to be known of them is in the database when the last piece was taken. */
	async *bytes(): AsyncGenerator<Uint8Array, void> {
		let pieces: Buffer[] = [];
		let pieceBytes = 0;
		for await (const entry of this.#table.entries) {
			if (entry.kind === "fault") {
				this.#note(entry.fault);
				const { line, message } = entry.fault;
				const { key } = this.#uniqueKey(entry.key ?? `line-${line}`);
				this.#enter({
					line,
					row_key: key,
					byte_length: 0,
					fault: message,
					terms: 0,
				});
			} else {
				const bytes = await this.#take(entry.row);
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

	async #take(read: TableRow): Promise<Buffer> {
		const row = { ...read, position: this.#rowCount };
		const planned = this.#plan(row);
		for (const warning of read.warnings) this.#note(warning);
		const { key, fault, terms } = await this.#settle(row, planned);
		const bytes = storedLine(row);
		this.#enter({
			line: row.line,
			row_key: key,
			// Without the line feed.
			byte_length: bytes.length - 1,
			fault: fault?.message ?? null,
			terms,
		});
		this.#offset += bytes.length;
		return bytes;
	}

	async #settle(
		row: TableRow,
		planned: PlannedRow,
	): Promise<{
		readonly key: string;
		readonly fault?: Problem | undefined;
		readonly terms: number;
	}> {
		if (planned.kind === "fault") {
			this.#note(planned.fault);
			return { key: planned.key, fault: planned.fault, terms: 0 };
		}
		const { key, warnings } = planned.plan;
		for (const warning of warnings) this.#note(warning);
		try {
			return { key, terms: await this.#tally.take(row, key) };
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			const message = `Line ${row.line}: ${error.message}`;
			const fault = { line: row.line, code: "bad_request", message };
			this.#note(fault);
			return { key, fault, terms: 0 };
		}
	}

	#enter(
		row: Pick<
			CatalogueRowsTable,
			"line" | "row_key" | "byte_length" | "fault" | "terms"
		>,
	): void {
		this.#waiting.push({
			...row,
			catalogue_id: this.catalogueId,
			position: this.#rowCount++,
			byte_offset: this.#offset,
			prompt: null,
			description: null,
			step: null,
			batch_id: null,
			description_batch_id: null,
		});
		if (row.fault !== null) this.#invalidCount++;
	}

	/** With the pictures that came with them, which nothing else refers to. */
	async #flush(): Promise<void> {
		const rows = this.#waiting.splice(0);
		if (rows.length === 0) return;
		const storageKeys = this.#pictures.takeStorageKeys();
		const { database } = this.#dependencies;
		await database.transaction(async (transaction) => {
			await transaction.insertInto("catalogue_rows").values(rows).execute();
			if (storageKeys.length === 0) return;
			await transaction
				.insertInto("catalogue_inputs")
				.values(
					storageKeys.map((storage_key) => ({
						catalogue_id: this.catalogueId,
						storage_key,
					})),
				)
				.onConflict((conflict) => conflict.doNothing())
				.execute();
			await strikeReferenced(transaction, storageKeys);
		});
	}

	#note(problem: Problem): void {
		this.#problemCount++;
		if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
	}
}
