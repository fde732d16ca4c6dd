/** Finds a team's batches, and turns their rows into what dialects see. */
import { readPage } from "../../db/read-page.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import { isId } from "../ids.ts";

/** What is wrong with a batch's input. */
export interface BatchFault {
	readonly code: string;
	readonly message: string;
	/** From 1, blank lines included; `null` for what is wrong with the file as a whole. */
	readonly line: number | null;
	readonly field?: string | undefined;
}

export interface Batch {
	readonly id: string;
	readonly dialect: string;
	readonly endpoint: string;
	readonly status: BatchesTable["status"];
	readonly inputFileId: string;
	/** Results of the lines that were completed; `null` when there are none, or not yet. */
	readonly outputFileId: string | null;
	/** Why the others were not. */
	readonly errorFileId: string | null;
	readonly dialectData: Readonly<Record<string, unknown>>;
	readonly faults: readonly BatchFault[];
	readonly counts: {
		readonly total: number;
		readonly completed: number;
		readonly failed: number;
	};
	/** Milliseconds since 1970, as all times here. */
	readonly createdAt: number;
	readonly startedAt: number | null;
	readonly cancelingAt: number | null;
	readonly finalizingAt: number | null;
	readonly endedAt: number | null;
	readonly expiresAt: number;
}

export interface BatchQuery {
	readonly dialect: string;
	readonly limit: number;
	/** The id of the batch after which the list goes on. */
	readonly after?: string | undefined;
}

export interface BatchPage {
	readonly batches: readonly Batch[];
	readonly hasMore: boolean;
}

type FindDependencies = Pick<EngineDependencies, "database">;

function batchOf(row: BatchesTable): Batch {
	return {
		id: row.id,
		dialect: row.dialect,
		endpoint: row.endpoint,
		status: row.status,
		inputFileId: row.input_file_id,
		outputFileId: row.output_file_id,
		errorFileId: row.error_file_id,
		dialectData: JSON.parse(row.dialect_json),
		faults: JSON.parse(row.faults_json),
		counts: {
			total: row.total,
			completed: row.completed,
			failed: row.failed,
		},
		createdAt: row.created_at,
		startedAt: row.started_at,
		cancelingAt: row.canceling_at,
		finalizingAt: row.finalizing_at,
		endedAt: row.ended_at,
		expiresAt: row.expires_at,
	};
}

/** @throws {EngineError} `not_found`, for another team's batch as for none. */
export async function findBatch(
	dependencies: FindDependencies,
	teamId: string,
	id: string,
	dialect: string,
): Promise<Batch> {
	const row = await lookFor(dependencies, teamId, id, dialect);
	if (row !== undefined) return batchOf(row);
	throw new EngineError("not_found", "There is no such batch in this team.");
}

/** Newest first. @throws {EngineError} `invalid_request` when there is no batch to go on after. */
export async function listBatches(
	dependencies: FindDependencies,
	teamId: string,
	{ dialect, limit, after }: BatchQuery,
): Promise<BatchPage> {
	const last =
		after === undefined
			? null
			: await lookFor(dependencies, teamId, after, dialect);
	if (last === undefined)
		throw invalid("after", "There is no such batch to go on after.");
	const { rows, hasMore } = await readPage(
		dependencies.database.queries
			.selectFrom("batches")
			.selectAll()
			.where("team_id", "=", teamId)
			.where("dialect", "=", dialect)
			.where("deleted_at", "is", null),
		{ limit, order: "desc", after: last },
	);
	return { batches: rows.map(batchOf), hasMore };
}

async function lookFor(
	{ database }: FindDependencies,
	teamId: string,
	id: string,
	dialect: string,
): Promise<BatchesTable | undefined> {
	if (!isId(id)) return undefined;
	return await database.queries
		.selectFrom("batches")
		.selectAll()
		.where("id", "=", id)
		.where("team_id", "=", teamId)
		.where("dialect", "=", dialect)
		.where("deleted_at", "is", null)
		.executeTakeFirst();
}
