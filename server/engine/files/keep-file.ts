/** Puts a staged file into storage and enters it among its team's files. */
import type { TransactionQueries } from "../../db/database.ts";
import type { FilesTable } from "../../db/tables/files-and-batches.ts";
import type { StagedFile } from "../../storage/staging.ts";
import type { EngineDependencies } from "../dependencies.ts";
import {
	enterUnreferenced,
	strikeReferenced,
} from "../library/referenced-objects.ts";
import { safeFileName, safeMediaType } from "./file-names.ts";
import { freeOwnName } from "./own-names.ts";

/** What is said of a file. */
export interface FileFacts {
	/** A dialect's word for what it is to be used for. */
	readonly purpose: string;
	/** May be anything; what is kept of it is harmless. */
	readonly fileName: string;
	readonly mediaType: string;
	/** A name under which the team may ask for it; see `requireOwnName`. */
	readonly ownName?: string | undefined;
	/** What the team calls it, to be given back as it is. */
	readonly displayName?: string | undefined;
	/** For how long it is kept; until it is deleted when missing. */
	readonly keptMs?: number | undefined;
}

/** A file whose bytes lie in storage, before any row speaks of it. */
export interface StoredBytes {
	readonly storageKey: string;
	readonly sha256: string;
	readonly sizeBytes: number;
}

/** The same bytes of one team lie there once. */
export async function storeBytes(
	{
		database,
		storage,
		clock,
	}: Pick<EngineDependencies, "database" | "storage" | "clock">,
	teamId: string,
	{ path, sha256, sizeBytes }: StagedFile,
): Promise<StoredBytes> {
	const storageKey = `files/${teamId}/${sha256}`;
	await enterUnreferenced(database.queries, storageKey, clock());
	await storage.put(storageKey, { path, sizeBytes });
	return { storageKey, sha256, sizeBytes };
}

/**
 * Enters a file whose bytes are stored, in the transaction that decides that it is to be.
 * @throws {EngineError} `conflict` when another file of the team has its own name.
 */
export async function enterFile(
	transaction: TransactionQueries,
	{ clock, newId }: Pick<EngineDependencies, "clock" | "newId">,
	teamId: string,
	file: StoredBytes & FileFacts & { readonly source: FilesTable["source"] },
): Promise<FilesTable> {
	const id = newFileId(newId);
	if (file.ownName !== undefined)
		await freeOwnName(transaction, { teamId, now: clock() }, file.ownName);
	const now = clock();
	const row: FilesTable = {
		id,
		team_id: teamId,
		purpose: file.purpose,
		file_name: safeFileName(file.fileName, id),
		own_name: file.ownName ?? null,
		display_name: file.displayName ?? null,
		media_type: safeMediaType(file.mediaType),
		size_bytes: file.sizeBytes,
		sha256: file.sha256,
		storage_key: file.storageKey,
		source: file.source,
		created_at: now,
		expires_at: file.keptMs === undefined ? null : now + file.keptMs,
	};
	await transaction.insertInto("files").values(row).execute();
	await strikeReferenced(transaction, [file.storageKey]);
	return row;
}

const FILE_ID_CHARACTERS = 24;

/** 50 bits of milliseconds and 70 random ones, without a prefix. */
function newFileId(newId: EngineDependencies["newId"]): string {
	const start = "file_".length;
	return newId("file").slice(start, start + FILE_ID_CHARACTERS);
}
