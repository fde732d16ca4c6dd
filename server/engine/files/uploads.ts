/**
 * Files that come in pieces, over several requests that may reach several processes. What has arrived lies in storage and
 * is told in rows, so that an upload goes on after a restart; whoever knows its token may add to it, and needs no apiKey.
 */
import { invalid } from "../errors.ts";
import type { Principal } from "../generations/request.ts";
import { newSecret } from "../ids.ts";
import { requireRoomFor, stageWithinLimits } from "./file-limits.ts";
import type { TeamFile } from "./find-files.ts";
import { requireOwnName } from "./own-names.ts";
import {
	type AnnouncedFile,
	becomeFile,
	changedMeanwhile,
	enterUpload,
	findUpload,
	forgetUpload,
	keepPart,
	type UploadDependencies,
	type UploadState,
} from "./upload-states.ts";

/** How far an upload is. */
export interface Upload {
	readonly receivedBytes: number;
	/** `null` until it is whole. */
	readonly file: TeamFile | null;
}

export interface Piece {
	/** Where its first byte belongs. Bytes that are there already are passed over: a client may send a piece twice. */
	readonly offset: number;
	readonly bytes: AsyncIterable<Uint8Array>;
	/** Whether the file is whole by it. */
	readonly isLast: boolean;
	readonly signal?: AbortSignal | undefined;
}

/** All but `start` throw {EngineError} `not_found` for a token that nobody was given, and for an upload whose time is over. */
export interface Uploads {
	/**
	 * @returns a token that nobody can guess; it is shown this once.
	 * @throws {EngineError} `payload_too_large`, `invalid_request`, `conflict`
	 */
	start(principal: Principal, file: AnnouncedFile): Promise<string>;
	/**
	 * When the bytes break off, those that came stay, and the source's error is thrown.
	 * @throws {EngineError} `invalid_request` for a piece that leaves a gap, and for a file that has another size than was
	 * said; `payload_too_large`; `conflict` when somebody else was adding to it at the same time.
	 */
	add(token: string, piece: Piece): Promise<Upload>;
	get(token: string): Promise<Upload>;
	/** What has arrived is forgotten; a file that is whole stays. */
	cancel(token: string): Promise<void>;
}

const TOKEN_BYTES = 32;

export function createUploads(dependencies: UploadDependencies): Uploads {
	return {
		start: (principal, file) => start(dependencies, principal, file),
		add: (token, piece) => add(dependencies, token, piece),
		get: async (token) => uploadOf(await findUpload(dependencies, token)),
		cancel: async (token) =>
			await forgetUpload(
				dependencies,
				(await findUpload(dependencies, token)).id,
			),
	};
}

async function start(
	dependencies: UploadDependencies,
	principal: Principal,
	file: AnnouncedFile,
): Promise<string> {
	const { database, clock } = dependencies;
	const { teamId } = principal;
	await requireRoomFor(dependencies, principal, file.sizeBytes ?? 0);
	if (file.ownName !== undefined)
		await requireOwnName(
			database.queries,
			{ teamId, now: clock() },
			file.ownName,
			file.ownNameField,
		);
	const token = newSecret(TOKEN_BYTES);
	await enterUpload(dependencies, teamId, token, file);
	return token;
}

async function add(
	dependencies: UploadDependencies,
	token: string,
	piece: Piece,
): Promise<Upload> {
	const upload = await findUpload(dependencies, token);
	if (upload.file !== null) return uploadOf(upload);
	const { receivedBytes } = upload;
	if (piece.offset > receivedBytes)
		throw invalid(
			"offset",
			`The piece begins at byte ${piece.offset}, but only ${receivedBytes} have arrived.`,
			`at most ${receivedBytes}`,
		);
	const arriving = new Arriving(piece.bytes, receivedBytes - piece.offset);
	const staged = await stageWithinLimits(
		dependencies,
		upload.owner,
		arriving.bytes(),
		{ received: receivedBytes, signal: piece.signal },
	);
	try {
		const isWhole = piece.isLast && arriving.fault === undefined;
		checkSize(upload, staged.sizeBytes, isWhole);
		if (isWhole && receivedBytes === 0)
			return uploadOf(await becomeFile(dependencies, upload, staged));
		const grown = await keepPart(dependencies, upload, staged);
		if (arriving.fault !== undefined) throw arriving.fault.error;
		return uploadOf(isWhole ? await join(dependencies, grown) : grown);
	} finally {
		await dependencies.staging.discard(staged);
	}
}

/** @throws {EngineError} `invalid_request` unless the file has, or may still get, the size that was announced. */
function checkSize(
	{ announcedBytes, receivedBytes }: UploadState,
	newBytes: number,
	isWhole: boolean,
): void {
	const sum = receivedBytes + newBytes;
	if (announcedBytes === null || sum === announcedBytes) return;
	if (sum < announcedBytes && !isWhole) return;
	throw invalid(
		"file",
		`${announcedBytes} bytes were announced, and ${sum} came.`,
		`${announcedBytes} bytes`,
	);
}

/** Bytes as they come: those that are there already are passed over, and an end before time is noted rather than thrown. */
class Arriving {
	fault: { readonly error: unknown } | undefined;
	readonly #source: AsyncIterable<Uint8Array>;
	#passOver: number;

	constructor(source: AsyncIterable<Uint8Array>, passOver: number) {
		this.#source = source;
		this.#passOver = passOver;
	}

	async *bytes(): AsyncGenerator<Uint8Array, void> {
		try {
			for await (const chunk of this.#source) {
				const passed = Math.min(this.#passOver, chunk.byteLength);
				this.#passOver -= passed;
				if (passed < chunk.byteLength) yield chunk.subarray(passed);
			}
		} catch (error) {
			this.fault = { error };
		}
	}
}

async function join(
	dependencies: UploadDependencies,
	upload: UploadState,
): Promise<UploadState> {
	const { staging } = dependencies;
	const staged = await staging.stage(joined(dependencies, upload));
	try {
		return await becomeFile(dependencies, upload, staged);
	} finally {
		await staging.discard(staged);
	}
}

async function* joined(
	{ storage }: UploadDependencies,
	{ parts }: UploadState,
): AsyncGenerator<Uint8Array, void> {
	for (const { storageKey } of parts) {
		const part = await storage.open(storageKey);
		// Somebody else has made a file of them since.
		if (part === null) throw changedMeanwhile();
		yield* part.stream;
	}
}

function uploadOf({ receivedBytes, file }: UploadState): Upload {
	return { receivedBytes, file };
}
