/** The files of a team, as dialects see them: taken in as a stream, listed, opened and deleted. */
import type { StagedFile } from "../../storage/staging.ts";
import type { ByteRange, StoredObject } from "../../storage/storage.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { InputImageSource, Principal } from "../generations/request.ts";
import { stageWithinLimits, takeRoom } from "./file-limits.ts";
import {
	type FilePage,
	type FileQuery,
	findFile,
	listFiles,
	type TeamFile,
	teamFileOf,
} from "./find-files.ts";
import { removeFile } from "./forget-files.ts";
import { enterFile, type FileFacts, storeBytes } from "./keep-file.ts";
import { createUploads, type Uploads } from "./uploads.ts";

export interface Files {
	/** What one file may have. */
	readonly maxBytes: number;
	/**
	 * Takes the bytes of an upload in, before all is known of it: `create` it or `discard` it.
	 * @throws {EngineError} `payload_too_large`
	 */
	stage(
		principal: Principal,
		bytes: AsyncIterable<Uint8Array>,
		signal?: AbortSignal,
	): Promise<StagedFile>;
	/** @throws {EngineError} `payload_too_large` when the team has too much already; `conflict` when the own name is taken. */
	create(
		principal: Principal,
		staged: StagedFile,
		facts: FileFacts,
	): Promise<TeamFile>;
	discard(staged: StagedFile): Promise<void>;
	/** Files that come in pieces. */
	readonly uploads: Uploads;
	/** By the time they were made. */
	list(principal: Principal, query: FileQuery): Promise<FilePage>;
	/**
	 * @param id or the file's own name, here and below.
	 * @throws {EngineError} `not_found`, for another team's file as for none; so do the others.
	 */
	get(principal: Principal, id: string): Promise<TeamFile>;
	delete(principal: Principal, id: string): Promise<void>;
	open(
		principal: Principal,
		id: string,
		range?: ByteRange,
	): Promise<StoredObject>;
	/** A file as a reference picture. @param field the caller's word for it. */
	inputImage(
		principal: Principal,
		id: string,
		field: string,
	): Promise<InputImageSource>;
}

type FileDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "staging" | "clock" | "newId" | "settings" | "log"
>;

export function createFiles(dependencies: FileDependencies): Files {
	const { staging, clock, database } = dependencies;
	const looking = { clock, queries: database.queries };
	const rowOf = (principal: Principal, id: string) =>
		findFile(looking, principal.teamId, id);
	async function open(
		principal: Principal,
		id: string,
		range?: ByteRange,
	): Promise<StoredObject> {
		const { storage_key } = await rowOf(principal, id);
		const object = await dependencies.storage.open(storage_key, range);
		if (object === null) throw new Error(`${storage_key} is not in storage`);
		return object;
	}
	return {
		maxBytes: dependencies.settings.maxFileBytes,
		stage: (principal, bytes, signal) =>
			stageWithinLimits(dependencies, principal, bytes, { signal }),
		create: (principal, staged, facts) =>
			create(dependencies, principal, staged, facts),
		discard: (staged) => staging.discard(staged),
		uploads: createUploads(dependencies),
		list: (principal, query) => listFiles(looking, principal.teamId, query),
		get: async (principal, id) => teamFileOf(await rowOf(principal, id)),
		delete: (principal, id) => removeFile(dependencies, principal.teamId, id),
		open,
		inputImage: async (principal, id, field) => {
			const { size_bytes } = await rowOf(principal, id);
			const { maxReferenceBytes } = dependencies.settings;
			if (size_bytes > maxReferenceBytes) {
				throw new EngineError(
					"payload_too_large",
					`${field} is larger than ${maxReferenceBytes} bytes.`,
					{ details: { field } },
				);
			}
			return {
				kind: "stored",
				field,
				open: async () => (await open(principal, id)).stream,
			};
		},
	};
}

async function create(
	dependencies: FileDependencies,
	principal: Principal,
	staged: StagedFile,
	facts: FileFacts,
): Promise<TeamFile> {
	const { database, settings } = dependencies;
	const { teamId } = principal;
	const bytes = await storeBytes(dependencies, teamId, staged);
	return await database.transaction(async (transaction) => {
		await takeRoom(transaction, settings, principal, bytes.sizeBytes);
		const file = { ...facts, ...bytes, source: "uploaded" as const };
		return teamFileOf(await enterFile(transaction, dependencies, teamId, file));
	});
}
