/** The folder that pictures are saved in: it remembers which batch they are of, so that the same command goes on with it. */
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchFields } from "@gesso/client/batch";
import { EXIT, Refusal } from "../command-line/refusal.ts";
import { writeWhole } from "../files/write-whole.ts";
import { isAlive } from "../reach/is-alive.ts";

/** What is remembered of a batch. */
export interface Memory {
	readonly version: 1;
	/** A URL, or `own`. */
	readonly server: string;
	/** `null` until the server has taken the table in. */
	readonly batchId: string | null;
	/** Under which the table is sent. */
	readonly idempotencyKey: string;
	readonly table: { readonly fileName: string; readonly sha256: string };
	/** What the server was told beside the table. */
	readonly options: BatchFields;
}

const MEMORY_FILE = ".gesso.json";
/** What only the command itself reads. */
const OWN_FOLDER = ".gesso";
/** One that was just killed, or is just leaving, is gone by then. */
const LOCK_PATIENCE_MS = 3_000;

export class OutFolder {
	readonly path: string;

	private constructor(folder: string) {
		this.path = folder;
	}

	/**
	 * Makes the folder where there is none, and keeps other commands out of it.
	 * @throws {Refusal} while another one is at work in it, or when nothing can be written there.
	 */
	static async open(folder: string, signal: AbortSignal): Promise<OutFolder> {
		const made = new OutFolder(folder);
		try {
			if (existsSync(folder) && !(await stat(folder)).isDirectory())
				throw new Refusal(
					`${folder} is a file, and no folder for pictures.`,
					"Name another one: --out FOLDER",
				);
			await mkdir(made.ownFolder, { recursive: true });
			await made.#lock(signal);
		} catch (fault) {
			if (!(fault instanceof Error && "code" in fault)) throw fault;
			throw new Refusal(
				`Nothing can be written into ${folder}: ${fault.message}`,
				"Name another folder: --out FOLDER",
			);
		}
		return made;
	}

	get ownFolder(): string {
		return path.join(this.path, OWN_FOLDER);
	}

	/** Where a server that the command starts for itself keeps its books and pictures. */
	get serverDirectory(): string {
		return path.join(this.ownFolder, "server");
	}

	get #lockFile(): string {
		return path.join(this.ownFolder, "lock");
	}

	/** @returns `null` when nothing is remembered. @throws {Refusal} when it cannot be read. */
	async recall(): Promise<Memory | null> {
		const file = path.join(this.path, MEMORY_FILE);
		const text = await readFile(file, "utf8").catch(() => null);
		if (text === null) return null;
		try {
			const memory = JSON.parse(text) as Memory;
			if (memory.version === 1 && typeof memory.server === "string")
				return memory;
		} catch {
			// The same as one of another version.
		}
		throw new Refusal(
			`${file} is not what this command wrote there.`,
			"Begin anew with --new, or name another folder: --out FOLDER",
		);
	}

	async remember(memory: Memory): Promise<void> {
		const file = path.join(this.path, MEMORY_FILE);
		await writeWhole(file, [`${JSON.stringify(memory, null, "\t")}\n`]);
	}

	async release(): Promise<void> {
		await rm(this.#lockFile, { force: true });
	}

	/** The file has the process in it, so that one that a killed command left behind keeps nobody out. */
	async #lock(signal: AbortSignal): Promise<void> {
		const end = Date.now() + LOCK_PATIENCE_MS;
		for (;;) {
			try {
				const handle = await open(this.#lockFile, "wx");
				await handle.writeFile(String(process.pid));
				await handle.close();
				return;
			} catch (fault) {
				if (!(fault instanceof Error && "code" in fault)) throw fault;
				if (fault.code !== "EEXIST") throw fault;
			}
			const holder = Number(
				await readFile(this.#lockFile, "utf8").catch(() => ""),
			);
			// The number of this process is that of one before it, in a container that was started again.
			const isLeft = holder === process.pid || !isAlive(holder);
			if (holder > 0 && isLeft) await this.release();
			else if (Date.now() > end)
				throw new Refusal(
					`Another gesso command is at work in ${this.path}${holder > 0 ? ` (process ${holder})` : ""}.`,
					`Wait for it. If there is none, delete ${this.#lockFile}`,
					EXIT.refused,
				);
			else await sleep(100, undefined, { signal });
		}
	}
}
