/** Finds a team's files. */
import type { ExpressionBuilder } from "kysely";
import type { Queries } from "../../db/database.ts";
import { readPage } from "../../db/read-page.ts";
import type { Schema } from "../../db/schema.ts";
import type { FilesTable } from "../../db/tables/files-and-batches.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import { isFileName, isNamed } from "./own-names.ts";

export interface TeamFile {
	/** 24 characters of `0-9a-z`. */
	readonly id: string;
	readonly purpose: string;
	readonly fileName: string;
	/** The name that its team gave it, under which it is found as by its id; `null` for none. */
	readonly ownName: string | null;
	/** What its team calls it; `null` when nothing was said. */
	readonly displayName: string | null;
	readonly mediaType: string;
	readonly sizeBytes: number;
	/** Hexadecimal. */
	readonly sha256: string;
	readonly source: "uploaded" | "generated";
	/** Milliseconds since 1970, as all times here. */
	readonly createdAt: number;
	readonly expiresAt: number | null;
}

export interface FileQuery {
	readonly limit: number;
	readonly order: "asc" | "desc";
	/** The id, or own name, of the file after which the list goes on. */
	readonly after?: string | undefined;
	readonly purpose?: string | undefined;
}

export interface FilePage {
	readonly files: readonly TeamFile[];
	readonly hasMore: boolean;
}

/** In a transaction, or not. */
interface FindDependencies extends Pick<EngineDependencies, "clock"> {
	readonly queries: Queries;
}

export function teamFileOf(row: FilesTable): TeamFile {
	return {
		id: row.id,
		purpose: row.purpose,
		fileName: row.file_name,
		ownName: row.own_name,
		displayName: row.display_name,
		mediaType: row.media_type,
		sizeBytes: row.size_bytes,
		sha256: row.sha256,
		source: row.source,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
	};
}

/** @throws {EngineError} `not_found`, for another team's file as for none. */
export async function findFile(
	dependencies: FindDependencies,
	teamId: string,
	id: string,
): Promise<FilesTable> {
	const row = await lookFor(dependencies, teamId, id);
	if (row !== undefined) return row;
	throw new EngineError("not_found", "There is no such file in this team.");
}

/** By the time they were made. @throws {EngineError} `invalid_request` when there is no file to go on after. */
export async function listFiles(
	dependencies: FindDependencies,
	teamId: string,
	{ limit, order, after, purpose }: FileQuery,
): Promise<FilePage> {
	const last =
		after === undefined ? null : await lookFor(dependencies, teamId, after);
	if (last === undefined)
		throw invalid("after", "There is no such file to go on after.");
	const { rows, hasMore } = await readPage(
		dependencies.queries
			.selectFrom("files")
			.selectAll()
			.where("team_id", "=", teamId)
			.where(isKeptAt(dependencies.clock()))
			.$if(purpose !== undefined, (query) =>
				query.where("purpose", "=", purpose ?? ""),
			),
		{ limit, order, after: last },
	);
	return { files: rows.map(teamFileOf), hasMore };
}

async function lookFor(
	{ queries, clock }: FindDependencies,
	teamId: string,
	id: string,
): Promise<FilesTable | undefined> {
	if (!isFileName(id)) return undefined;
	return await queries
		.selectFrom("files")
		.selectAll()
		.where(isNamed(id))
		.where("team_id", "=", teamId)
		.where(isKeptAt(clock()))
		.executeTakeFirst();
}

/** What has expired is gone, even while nobody has cleaned up yet. */
function isKeptAt(now: number) {
	return (eb: ExpressionBuilder<Schema, "files">) =>
		eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]);
}
