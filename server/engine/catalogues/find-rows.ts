/** Finds the rows of a catalogue with all that came of them, a page at a time. */
import type { Selectable } from "kysely";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Generation } from "../generations/request.ts";
import { findGenerations } from "../generations/rows.ts";
import type { CatalogueRow, RowPage, RowQuery } from "./catalogue.ts";
import { answerIn, rowsWithLines, statusOf } from "./row-lines.ts";
import { inlineCount, linksOf } from "./row-photos.ts";
import { positionsOf } from "./row-positions.ts";
import { openRowReader, type RowReader, requireWhole } from "./row-reader.ts";
import type { LineData } from "./row-translator.ts";
import { readStoredRows, type StoredRow } from "./stored-rows.ts";

type Catalogue = Selectable<CataloguesTable>;
type RowDependencies = Pick<EngineDependencies, "database" | "storage">;

const MAX_PAGE = 200;

/** In the order of the table. @throws {EngineError} `invalid_request` */
export async function listRows(
	dependencies: RowDependencies,
	catalogue: Catalogue,
	{ statuses, limit, after = -1 }: RowQuery,
): Promise<RowPage> {
	requireWhole("limit", limit, 1, MAX_PAGE);
	const positions =
		statuses === undefined
			? null
			: await positionsOf(
					dependencies.database.queries,
					catalogue.id,
					statuses,
					after,
					limit + 1,
				);
	const found =
		positions?.length === 0
			? []
			: await facts(dependencies, catalogue.id)
					.where("catalogue_rows.position", ">", after)
					.$if(positions !== null, (query) =>
						query.where("catalogue_rows.position", "in", positions ?? []),
					)
					.orderBy("catalogue_rows.position")
					.limit(limit + 1)
					.execute();
	const page = found.slice(0, limit);
	return {
		rows: await told(dependencies, catalogue, page),
		next: found.length > limit ? (page.at(-1)?.position ?? null) : null,
	};
}

/** Holds no more than a page. */
export async function* allRows(
	dependencies: RowDependencies,
	catalogue: Catalogue,
): AsyncGenerator<CatalogueRow, void> {
	let after: number | null = -1;
	while (after !== null) {
		const page: RowPage = await listRows(dependencies, catalogue, {
			limit: MAX_PAGE,
			after,
		});
		yield* page.rows;
		after = page.next;
	}
}

/** @throws {EngineError} `not_found` */
export async function getRow(
	dependencies: RowDependencies,
	catalogue: Catalogue,
	key: string,
): Promise<CatalogueRow> {
	// No key has a zero character, and PostgreSQL would not even look for one.
	const found = key.includes("\0")
		? []
		: await facts(dependencies, catalogue.id)
				.where("catalogue_rows.row_key", "=", key)
				.execute();
	const [row] = await told(dependencies, catalogue, found);
	if (row !== undefined) return row;
	throw noSuchRow(key);
}

export function noSuchRow(key: string): EngineError {
	return new EngineError(
		"not_found",
		`There is no row ${JSON.stringify(key.slice(0, 100))} in this catalogue.`,
	);
}

function facts({ database }: RowDependencies, catalogueId: string) {
	return rowsWithLines(database.queries, catalogueId)
		.leftJoin("batch_lines as descriptions", (join) =>
			join
				.onRef(
					"descriptions.batch_id",
					"=",
					"catalogue_rows.description_batch_id",
				)
				.onRef("descriptions.position", "=", "catalogue_rows.position"),
		)
		.selectAll("catalogue_rows")
		.select([
			"batch_lines.status as line_status",
			"batch_lines.generation_id",
			"batch_lines.error_json",
			"descriptions.answer_json",
		]);
}

type Facts = Awaited<ReturnType<ReturnType<typeof facts>["execute"]>>[number];

async function told(
	dependencies: RowDependencies,
	catalogue: Catalogue,
	page: readonly Facts[],
): Promise<CatalogueRow[]> {
	const { database, storage } = dependencies;
	const readable = page.filter(({ byte_length }) => byte_length > 0);
	const stored = await readStoredRows(
		storage,
		catalogue.rows_storage_key ?? "",
		readable,
	);
	const fields = new Map(stored.map((row) => [row.position, row]));
	const generations = await findGenerations(
		database.queries,
		page.flatMap(({ generation_id }) => generation_id ?? []),
		catalogue.team_id,
	);
	const costs = await replyCosts(dependencies, page);
	const reader = await readerOf(dependencies, catalogue);
	return page.map((row) =>
		rowOf(reader, row, fields.get(row.position), {
			generation: generations.get(row.generation_id ?? "") ?? null,
			costs,
		}),
	);
}

/** A preset that was deleted since leaves rows without a prompt, not a catalogue that cannot be read. */
async function readerOf(
	dependencies: RowDependencies,
	catalogue: Catalogue,
): Promise<RowReader | null> {
	try {
		return await openRowReader(dependencies, catalogue);
	} catch (error) {
		if (error instanceof EngineError) return null;
		throw error;
	}
}

/** What vendors asked for descriptions, in dollars, by the ids of the replies; those of which nobody knows are missing. */
async function replyCosts(
	{ database }: RowDependencies,
	page: readonly Facts[],
): Promise<ReadonlyMap<string, number>> {
	const ids = page.flatMap(
		({ answer_json }) => answerIn(answer_json)?.replyId ?? [],
	);
	if (ids.length === 0) return new Map();
	const replies = await database.queries
		.selectFrom("replies")
		.select(["id", "cost_microdollars"])
		.where("id", "in", ids)
		.where("cost_microdollars", "is not", null)
		.execute();
	return new Map(
		replies.map(({ id, cost_microdollars }) => [
			id,
			(cost_microdollars ?? 0) / 1e6,
		]),
	);
}

function rowOf(
	reader: RowReader | null,
	row: Facts,
	stored: StoredRow | undefined,
	{
		generation,
		costs,
	}: {
		readonly generation: Generation | null;
		readonly costs: ReadonlyMap<string, number>;
	},
): CatalogueRow {
	const answer = answerIn(row.answer_json);
	const reading = readingOf(reader, row, stored);
	const status = statusOf(row, row.line_status);
	const error =
		row.fault === null
			? row.error_json === null
				? null
				: JSON.parse(row.error_json)
			: { code: "invalid_request", message: row.fault };
	return {
		position: row.position,
		line: row.line,
		key: row.row_key,
		status,
		fields: stored?.fields ?? [],
		prompt: reading?.prompt ?? row.prompt ?? "",
		isPromptEdited: row.prompt !== null,
		description: row.description ?? answer?.text ?? null,
		isDescriptionEdited: row.description !== null,
		describedBy: answer?.model ?? null,
		photos: linksOf(reading?.photos ?? []),
		inlinePhotos: inlineCount(reading?.photos ?? []),
		wishes: reading?.wishes ?? {},
		generation,
		error: error === null ? null : { code: error.code, message: error.message },
		warnings: [
			...warningsIn(answer?.dialectData),
			...warningsIn(generation?.dialectData),
			...(answer?.warnings ?? []).map(({ message }) => message),
			...(generation?.warnings ?? []).map(({ message }) => message),
		].filter((message, index, all) => all.indexOf(message) === index),
		credits: (answer?.credits ?? 0) + (generation?.credits ?? 0),
		costDollars: sumOfKnown(
			answer === null ? null : (costs.get(answer.replyId) ?? null),
			generation?.costDollars ?? null,
		),
		fileName: reading?.fileName ?? row.row_key,
	};
}

function readingOf(
	reader: RowReader | null,
	row: Facts,
	stored: StoredRow | undefined,
) {
	if (reader === null || stored === undefined || row.fault !== null)
		return null;
	try {
		return reader.read(stored, row);
	} catch (error) {
		// A preset may ask for something else by now.
		if (error instanceof EngineError) return null;
		throw error;
	}
}

function warningsIn(
	dialectData: Readonly<Record<string, unknown>> | undefined,
): readonly string[] {
	const { warnings = [] } = (dialectData ?? {}) as Partial<LineData>;
	return warnings;
}

function sumOfKnown(one: number | null, other: number | null): number | null {
	if (one === null) return other;
	return other === null ? one : one + other;
}
