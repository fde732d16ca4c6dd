/** Where the painter keeps its batches: a folder for this machine, and in it one for every batch that was submitted whole. */
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { ProviderError } from "../../provider.ts";

/** After this long a batch is forgotten. */
const KEPT_MS = 48 * 60 * 60 * 1000;

/** A name that nobody else comes upon, so that ids of one data directory are no ids of another. */
const MACHINE = /^[0-9a-f]{16}$/;
/** When it was submitted, in milliseconds since 1970, and chance. */
const BATCH = /^(\d+)-[0-9a-f]{16}$/;
/** Ends the name of a folder that is not whole yet, or no more. A kill leaves it behind, and nobody takes it for a batch. */
const TORN = "~";

export interface ShelvedBatch {
	readonly batchId: string;
	readonly folder: string;
}

/** A folder to be filled. */
export interface BatchInMaking {
	readonly folder: string;
	/** From now on it is a batch. @returns its id. */
	finish(): Promise<string>;
	abandon(): Promise<void>;
}

export class Shelf {
	readonly #root: string;
	readonly #clock: () => number;

	/** @param root is made when first needed. @param clock milliseconds since 1970. */
	constructor(root: string, clock: () => number) {
		this.#root = root;
		this.#clock = clock;
	}

	async begin(): Promise<BatchInMaking> {
		const machine = await this.#machine();
		const parent = path.join(this.#root, machine);
		const name = `${this.#clock()}-${newName()}`;
		const folder = path.join(parent, name + TORN);
		await mkdir(folder);
		return {
			folder,
			finish: async () => {
				await syncFolder(folder);
				await rename(folder, path.join(parent, name));
				await syncFolder(parent);
				return `${machine}.${name}`;
			},
			abandon: () => rm(folder, { recursive: true, force: true }),
		};
	}

	/**
	 * @returns `undefined` when there is no such batch, or no longer.
	 * @throws {ProviderError} for a batch of another machine, of which nobody here knows whether it is still there.
	 */
	async find(batchId: string): Promise<string | undefined> {
		const [machine = "", name = "", ...rest] = batchId.split(".");
		if (!MACHINE.test(machine) || !BATCH.test(name) || rest.length > 0)
			return undefined;
		const parent = path.join(this.#root, machine);
		if (!(await isThere(parent)))
			throw new ProviderError(
				"unavailable",
				`The batch ${batchId} belongs to another machine: it is in a data directory that this one cannot see.`,
			);
		const folder = path.join(parent, name);
		return (await isThere(folder)) ? folder : undefined;
	}

	/** All that there are, the newest first. */
	async list(): Promise<readonly ShelvedBatch[]> {
		const batches: (ShelvedBatch & { readonly name: string })[] = [];
		for (const machine of await this.#machines())
			for (const name of await namesIn(path.join(this.#root, machine)))
				if (BATCH.test(name))
					batches.push({
						name,
						batchId: `${machine}.${name}`,
						folder: path.join(this.#root, machine, name),
					});
		return batches.toSorted((one, other) => timeOf(other) - timeOf(one));
	}

	/** Forgets a batch. Its name goes first: a kill in the middle leaves none that has lost a part. */
	async remove(folder: string): Promise<void> {
		const torn = folder + TORN;
		await rename(folder, torn).catch(unlessMissing);
		await rm(torn, { recursive: true, force: true });
	}

	/** Forgets what is older than two days, and what kills have left behind. */
	async sweep(): Promise<void> {
		const oldest = this.#clock() - KEPT_MS;
		for (const machine of await this.#machines()) {
			const parent = path.join(this.#root, machine);
			for (const name of await namesIn(parent)) {
				const whole = name.endsWith(TORN) ? name.slice(0, -1) : name;
				if (!BATCH.test(whole) || timeOf({ name: whole }) >= oldest) continue;
				// What another process sweeps at the same moment is no reason not to take a new batch.
				await this.remove(path.join(parent, whole)).catch(() => {});
			}
		}
	}

	/** There is one, save where two processes came first at the same moment: then both are this machine's. */
	async #machines(): Promise<readonly string[]> {
		return (await namesIn(this.#root)).filter((name) => MACHINE.test(name));
	}

	async #machine(): Promise<string> {
		const [known] = (await this.#machines()).toSorted();
		if (known !== undefined) return known;
		const made = newName();
		await mkdir(path.join(this.#root, made), { recursive: true });
		await syncFolder(this.#root);
		return made;
	}
}

function newName(): string {
	return randomBytes(8).toString("hex");
}

function timeOf({ name }: { readonly name: string }): number {
	return Number(BATCH.exec(name)?.[1]);
}

async function namesIn(folder: string): Promise<readonly string[]> {
	return (await readdir(folder).catch(unlessMissing)) ?? [];
}

async function isThere(folder: string): Promise<boolean> {
	return (await stat(folder).catch(unlessMissing)) !== undefined;
}

/** For `catch`: what is not there is nothing. */
export function unlessMissing(error: NodeJS.ErrnoException): undefined {
	if (error.code !== "ENOENT") throw error;
	return undefined;
}

/** Makes the names in a folder outlast a power cut. */
export async function syncFolder(folder: string): Promise<void> {
	// Windows opens no folder for this, and its file systems journal names by themselves.
	if (process.platform === "win32") return;
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
