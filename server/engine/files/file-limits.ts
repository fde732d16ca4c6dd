/** How much a team may keep: bytes are counted while they arrive, and once more under a lock when they are to stay. */
import type { Queries, TransactionQueries } from "../../db/database.ts";
import {
	type StagedFile,
	type Staging,
	StagingLimitError,
} from "../../storage/staging.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Principal } from "../generations/request.ts";

type Owner = Pick<Principal, "teamId" | "kind">;
type LimitDependencies = Pick<EngineDependencies, "database" | "settings"> & {
	readonly staging: Staging;
};

/**
 * @param received bytes of the same file that are there already.
 * @throws {EngineError} `payload_too_large`
 */
export async function stageWithinLimits(
	{ database, staging, settings }: LimitDependencies,
	owner: Owner,
	bytes: AsyncIterable<Uint8Array>,
	{
		received = 0,
		signal,
	}: { received?: number; signal?: AbortSignal | undefined } = {},
): Promise<StagedFile> {
	const ofFile = settings.maxFileBytes - received;
	const ofTeam =
		quotaOf(settings, owner) -
		(await usedBytes(database.queries, owner.teamId));
	const maxBytes = Math.max(0, Math.min(ofFile, ofTeam));
	try {
		return await staging.stage(bytes, { maxBytes, ...(signal && { signal }) });
	} catch (error) {
		if (!(error instanceof StagingLimitError)) throw error;
		throw ofFile <= ofTeam
			? fileTooLarge(settings.maxFileBytes)
			: noRoom(quotaOf(settings, owner));
	}
}

/** @throws {EngineError} `payload_too_large` for a file that would be, before any of it is taken in. */
export async function requireRoomFor(
	{ database, settings }: Pick<EngineDependencies, "database" | "settings">,
	owner: Owner,
	sizeBytes: number,
): Promise<void> {
	if (sizeBytes > settings.maxFileBytes)
		throw fileTooLarge(settings.maxFileBytes);
	const quota = quotaOf(settings, owner);
	if ((await usedBytes(database.queries, owner.teamId)) + sizeBytes > quota)
		throw noRoom(quota);
}

/**
 * To be called in the transaction that keeps the bytes: two uploads at the same time cannot both find the last room.
 * @throws {EngineError} `payload_too_large`
 */
export async function takeRoom(
	transaction: TransactionQueries,
	settings: EngineDependencies["settings"],
	owner: Owner,
	sizeBytes: number,
): Promise<void> {
	// Changes nothing, but locks.
	await transaction
		.updateTable("teams")
		.set((eb) => ({ name: eb.ref("name") }))
		.where("id", "=", owner.teamId)
		.execute();
	const quota = quotaOf(settings, owner);
	if ((await usedBytes(transaction, owner.teamId)) + sizeBytes > quota)
		throw noRoom(quota);
}

/** Uploads that are not whole yet are counted with what has arrived of them. */
async function usedBytes(queries: Queries, teamId: string): Promise<number> {
	const { used } = await queries
		.selectFrom("files")
		.select((eb) => eb.fn.sum("size_bytes").as("used"))
		.where("team_id", "=", teamId)
		.executeTakeFirstOrThrow();
	const { arriving } = await queries
		.selectFrom("uploads")
		.select((eb) => eb.fn.sum("received_bytes").as("arriving"))
		.where("team_id", "=", teamId)
		.where("file_id", "is", null)
		.executeTakeFirstOrThrow();
	return Number(used ?? 0) + Number(arriving ?? 0);
}

function quotaOf(
	settings: EngineDependencies["settings"],
	{ kind }: Owner,
): number {
	return kind === "guest"
		? settings.maxFilesBytesPerGuest
		: settings.maxFilesBytesPerTeam;
}

function noRoom(quota: number): EngineError {
	return tooLarge(
		`All files of a team may have ${quota} bytes together. Delete some that are not needed any more.`,
	);
}

function fileTooLarge(maxFileBytes: number): EngineError {
	return tooLarge(`A file may have ${maxFileBytes} bytes.`);
}

function tooLarge(message: string): EngineError {
	return new EngineError("payload_too_large", message, {
		details: { field: "file" },
	});
}
