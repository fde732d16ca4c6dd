/**
 * The only file that changes uploads:
 *
 *   entered -> grown by a part, and another -> become a file, or forgotten
 *
 * An upload that has become a file is kept until its time is over, so that whoever did not hear of it can ask again.
 */
import { createHash } from "node:crypto";
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { UploadsTable } from "../../db/tables/uploads.ts";
import type { StagedFile } from "../../storage/staging.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import {
	enterUnreferenced,
	strikeReferenced,
} from "../library/referenced-objects.ts";
import { takeRoom } from "./file-limits.ts";
import { findFile, type TeamFile, teamFileOf } from "./find-files.ts";
import { enterFile, type FileFacts, storeBytes } from "./keep-file.ts";

/** From its beginning; long enough for a slow line, and for whoever goes on the next day. */
const LIFETIME_MS = 48 * 60 * 60 * 1000;
const FORGET_AT_ONCE = 100;

export type UploadDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "staging" | "clock" | "newId" | "settings" | "log"
>;

/** What is said of a file before it comes. */
export interface AnnouncedFile extends FileFacts {
	/** How many bytes it will have, if that is known. */
	readonly sizeBytes?: number | undefined;
	/** The caller's word for `ownName`. */
	readonly ownNameField: string;
}

interface Part {
	readonly storageKey: string;
}

/** An upload as its rows have it. */
export interface UploadState {
	readonly id: string;
	readonly owner: Pick<Principal, "teamId" | "kind">;
	readonly announced: AnnouncedFile;
	/** `null` when nothing was said. */
	readonly announcedBytes: number | null;
	readonly receivedBytes: number;
	/** In order. */
	readonly parts: readonly Part[];
	readonly file: TeamFile | null;
}

export async function enterUpload(
	{ database, clock, newId }: UploadDependencies,
	teamId: string,
	token: string,
	announced: AnnouncedFile,
): Promise<void> {
	const now = clock();
	await database.queries
		.insertInto("uploads")
		.values({
			id: newId("upload"),
			team_id: teamId,
			token_sha256: sha256(token),
			facts_json: JSON.stringify(announced),
			announced_bytes: announced.sizeBytes ?? null,
			received_bytes: 0,
			file_id: null,
			created_at: now,
			expires_at: now + LIFETIME_MS,
		})
		.execute();
}

/** @throws {EngineError} `not_found` */
export async function findUpload(
	dependencies: UploadDependencies,
	token: string,
): Promise<UploadState> {
	const { database, clock } = dependencies;
	const row = await database.queries
		.selectFrom("uploads")
		.innerJoin("teams", "teams.id", "uploads.team_id")
		.selectAll("uploads")
		.select("teams.kind")
		// Looked up by hash: how long the database takes tells nothing about the token.
		.where("token_sha256", "=", sha256(token))
		.where("expires_at", ">", clock())
		.executeTakeFirst();
	if (row === undefined) throw noSuchUpload();
	return await stateOf(dependencies, database.queries, row);
}

async function stateOf(
	{ clock }: UploadDependencies,
	queries: Queries,
	row: UploadsTable & Pick<Principal, "kind">,
): Promise<UploadState> {
	const { team_id: teamId, kind, file_id } = row;
	const parts = await queries
		.selectFrom("upload_parts")
		.select("storage_key as storageKey")
		.where("upload_id", "=", row.id)
		.orderBy("byte_offset")
		.execute();
	return {
		id: row.id,
		owner: { teamId, kind },
		announced: JSON.parse(row.facts_json),
		announcedBytes: row.announced_bytes,
		receivedBytes: row.received_bytes,
		parts,
		file:
			file_id === null
				? null
				: teamFileOf(await findFile({ queries, clock }, teamId, file_id)),
	};
}

/** @throws {EngineError} `conflict` when the upload has grown since; `payload_too_large` */
export async function keepPart(
	dependencies: UploadDependencies,
	upload: UploadState,
	{ path, sha256, sizeBytes }: StagedFile,
): Promise<UploadState> {
	if (sizeBytes === 0) return upload;
	const { database, storage, clock, settings } = dependencies;
	const { id, owner, receivedBytes } = upload;
	const storageKey = `uploads/${owner.teamId}/${id}/${receivedBytes}-${sha256}`;
	await enterUnreferenced(database.queries, storageKey, clock());
	await storage.put(storageKey, { path, sizeBytes });
	const grownBytes = receivedBytes + sizeBytes;
	await database.transaction(async (transaction) => {
		await takeRoom(transaction, settings, owner, sizeBytes);
		await change(transaction, upload, { received_bytes: grownBytes });
		await transaction
			.insertInto("upload_parts")
			.values({
				upload_id: id,
				byte_offset: receivedBytes,
				size_bytes: sizeBytes,
				storage_key: storageKey,
			})
			.execute();
		await strikeReferenced(transaction, [storageKey]);
	});
	return {
		...upload,
		receivedBytes: grownBytes,
		parts: [...upload.parts, { storageKey }],
	};
}

/** @throws {EngineError} `conflict` when the upload has changed since, or the file's own name is taken; `payload_too_large` */
export async function becomeFile(
	dependencies: UploadDependencies,
	upload: UploadState,
	staged: StagedFile,
): Promise<UploadState> {
	const { database, clock, settings } = dependencies;
	const { owner, announced, parts } = upload;
	const { sizeBytes: _said, ownNameField: _field, ...facts } = announced;
	const { teamId } = owner;
	const bytes = await storeBytes(dependencies, teamId, staged);
	const file = await database.transaction(async (transaction) => {
		// Its parts go in the same moment, so that they are not counted beside it.
		const newBytes = bytes.sizeBytes - upload.receivedBytes;
		await takeRoom(transaction, settings, owner, newBytes);
		const row = await enterFile(transaction, dependencies, teamId, {
			...facts,
			...bytes,
			source: "uploaded",
		});
		await change(transaction, upload, {
			file_id: row.id,
			received_bytes: bytes.sizeBytes,
		});
		await letGoOfParts(transaction, upload.id, clock());
		return teamFileOf(row);
	});
	await removeNow(dependencies, parts);
	return { ...upload, receivedBytes: bytes.sizeBytes, parts: [], file };
}

/** @throws {EngineError} `conflict` unless it is as it was read. */
async function change(
	transaction: TransactionQueries,
	{ id, receivedBytes }: UploadState,
	changes: { readonly received_bytes: number; readonly file_id?: string },
): Promise<void> {
	const { numUpdatedRows } = await transaction
		.updateTable("uploads")
		.set(changes)
		.where("id", "=", id)
		.where("received_bytes", "=", receivedBytes)
		.where("file_id", "is", null)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw changedMeanwhile();
}

export function changedMeanwhile(): EngineError {
	return new EngineError(
		"conflict",
		"Another request was adding to this upload at the same time. Ask how much has arrived, and go on from there.",
	);
}

/** Forgetting one that is gone is no error. */
export async function forgetUpload(
	{ database, clock }: Pick<UploadDependencies, "database" | "clock">,
	id: string,
): Promise<void> {
	await database.transaction(async (transaction) => {
		await letGoOfParts(transaction, id, clock());
		await transaction.deleteFrom("uploads").where("id", "=", id).execute();
	});
}

/** @returns how many there were whose time is over. */
export async function forgetExpiredUploads(
	dependencies: Pick<UploadDependencies, "database" | "clock">,
): Promise<number> {
	const { database, clock } = dependencies;
	let forgotten = 0;
	for (;;) {
		const expired = await database.queries
			.selectFrom("uploads")
			.select("id")
			.where("expires_at", "<=", clock())
			.limit(FORGET_AT_ONCE)
			.execute();
		for (const { id } of expired) await forgetUpload(dependencies, id);
		forgotten += expired.length;
		if (expired.length < FORGET_AT_ONCE) return forgotten;
	}
}

async function letGoOfParts(
	transaction: TransactionQueries,
	uploadId: string,
	now: number,
): Promise<void> {
	const parts = await transaction
		.deleteFrom("upload_parts")
		.where("upload_id", "=", uploadId)
		.returning("storage_key")
		.execute();
	for (const { storage_key } of parts)
		await enterUnreferenced(transaction, storage_key, now);
}

/** Nobody else refers to them, and a large file need not lie there twice until somebody cleans up. */
async function removeNow(
	{ storage, log }: UploadDependencies,
	parts: readonly Part[],
): Promise<void> {
	for (const { storageKey } of parts) {
		try {
			await storage.remove(storageKey);
		} catch (fault) {
			log.warn(
				{ storageKey, fault: String(fault) },
				"A part of an upload could not be removed; it is collected later",
			);
		}
	}
}

function noSuchUpload(): EngineError {
	return new EngineError(
		"not_found",
		"There is no such upload. It may be canceled, or its time may be over: begin anew.",
	);
}

function sha256(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}
