/** Finds a team's catalogues, and tells what has become of their rows without counting them: the batches have counted already. */
import type { Selectable } from "kysely";
import { readPage } from "../../db/read-page.ts";
import type { CataloguesTable } from "../../db/tables/catalogues.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import { isId } from "../ids.ts";
import type {
	Catalogue,
	CataloguePage,
	CatalogueStatus,
	RowCounts,
} from "./catalogue.ts";

type FindDependencies = Pick<EngineDependencies, "database" | "clock">;
type Row = Selectable<CataloguesTable>;

const MINUTE_MS = 60_000;

/** @throws {EngineError} `not_found` */
export async function findRow(
	{ database }: Pick<EngineDependencies, "database">,
	teamId: string,
	id: string,
): Promise<Row> {
	const row = isId(id)
		? await seen(database.queries, teamId)
				.where("id", "=", id)
				.executeTakeFirst()
		: undefined;
	if (row !== undefined) return row;
	throw new EngineError(
		"not_found",
		"There is no such catalogue in this team.",
	);
}

function seen(
	queries: EngineDependencies["database"]["queries"],
	teamId: string,
) {
	return queries
		.selectFrom("catalogues")
		.selectAll()
		.where("team_id", "=", teamId)
		.where("taken_in_at", "is not", null)
		.where("deleted_at", "is", null);
}

/** @throws {EngineError} `not_found` */
export async function findCatalogue(
	dependencies: FindDependencies,
	teamId: string,
	id: string,
): Promise<Catalogue> {
	return await told(dependencies, await findRow(dependencies, teamId, id));
}

/** Newest first. @throws {EngineError} `invalid_request` when there is no catalogue to go on after. */
export async function listCatalogues(
	dependencies: FindDependencies,
	teamId: string,
	{
		limit,
		after,
	}: { readonly limit: number; readonly after?: string | undefined },
): Promise<CataloguePage> {
	const { queries } = dependencies.database;
	const last =
		after === undefined
			? null
			: isId(after)
				? await seen(queries, teamId).where("id", "=", after).executeTakeFirst()
				: undefined;
	if (last === undefined)
		throw invalid("after", "There is no such catalogue to go on after.");
	const { rows, hasMore } = await readPage(seen(queries, teamId), {
		limit,
		order: "desc",
		after: last,
	});
	const catalogues: Catalogue[] = [];
	for (const row of rows) catalogues.push(await told(dependencies, row));
	return { catalogues, hasMore };
}

async function told(
	dependencies: FindDependencies,
	row: Row,
): Promise<Catalogue> {
	const parts = await partsOf(dependencies, row.id);
	const counts = countsOf(row, parts);
	return {
		id: row.id,
		name: row.name,
		status: statusOf(row, counts),
		choice: JSON.parse(row.choice_json),
		strategy: row.strategy,
		settings: JSON.parse(row.settings_json),
		columns: JSON.parse(row.columns_json),
		headers: JSON.parse(row.headers_json),
		format: JSON.parse(row.format_json),
		counts,
		problems: JSON.parse(row.problems_json),
		problemCount: row.problem_count,
		pace: paceOf(dependencies, row, parts, counts),
		pausedFor: row.paused_for,
		createdAt: row.created_at,
	};
}

type Part = Awaited<ReturnType<typeof partsOf>>[number];

async function partsOf({ database }: FindDependencies, catalogueId: string) {
	return await database.queries
		.selectFrom("catalogue_parts")
		.innerJoin("batches", "batches.id", "catalogue_parts.batch_id")
		.select([
			"catalogue_parts.step",
			"catalogue_parts.superseded_completed",
			"catalogue_parts.superseded_failed",
			"batches.total",
			"batches.completed",
			"batches.failed",
			"batches.started_at",
			"batches.ended_at",
		])
		.where("catalogue_parts.catalogue_id", "=", catalogueId)
		.orderBy("batches.created_at")
		.orderBy("batches.id")
		.execute();
}

/** @returns what a team's catalogue has of each kind of rows. */
export async function countRows(
	dependencies: FindDependencies,
	row: Row,
): Promise<RowCounts> {
	return countsOf(row, await partsOf(dependencies, row.id));
}

function countsOf(
	{ row_count, invalid_count }: Row,
	parts: readonly Part[],
): RowCounts {
	const counts = {
		describing: 0,
		described: 0,
		drawing: 0,
		drawn: 0,
		failed: 0,
	};
	for (const part of parts) {
		const completed = part.completed - part.superseded_completed;
		const underWay = part.total - part.completed - part.failed;
		counts.failed += part.failed - part.superseded_failed;
		if (part.step === "describe") {
			counts.describing += underWay;
			counts.described += completed;
		} else {
			counts.drawing += underWay;
			counts.drawn += completed;
		}
	}
	const begun = Object.values(counts).reduce((sum, count) => sum + count, 0);
	return {
		total: row_count,
		invalid: invalid_count,
		waiting: row_count - invalid_count - begun,
		...counts,
	};
}

function statusOf(
	{ is_under_way, paused_at, canceling_at }: Row,
	{ waiting, described }: RowCounts,
): CatalogueStatus {
	if (is_under_way === 1) {
		if (canceling_at !== null) return "canceling";
		return paused_at === null ? "working" : "paused";
	}
	if (waiting > 0) return "ready";
	return described > 0 ? "described" : "completed";
}

/** By the part that is under way, or the last one while it has just begun. */
function paceOf(
	{ clock }: FindDependencies,
	row: Row,
	parts: readonly Part[],
	counts: RowCounts,
): Catalogue["pace"] {
	if (row.is_under_way === 0 || row.paused_at !== null) return null;
	const measured = parts.findLast((part) => part.completed + part.failed > 0);
	if (measured?.started_at === undefined || measured.started_at === null)
		return null;
	const { started_at, ended_at, completed, failed } = measured;
	const elapsedMs = Math.max(1, (ended_at ?? clock()) - started_at);
	const rowsPerMinute = ((completed + failed) / elapsedMs) * MINUTE_MS;
	const isWhole = row.pass_selection === "waiting";
	const left =
		counts.describing + counts.drawing + (isWhole ? counts.waiting : 0);
	return {
		rowsPerMinute,
		remainingMs: Math.round((left / rowsPerMinute) * MINUTE_MS),
	};
}
