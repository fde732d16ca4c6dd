/** How much memory and time a catalogue takes of a process that draws it with a provider that costs nothing, and whether it is whole after the process was killed again and again. */
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CatalogueTask } from "../server/testing/catalogue-process.ts";
import {
	type DrivenCatalogue,
	driveCatalogue,
	faultsOfDriven,
} from "../server/testing/driven-catalogue.ts";
import { openLonePlace } from "../server/testing/lone-place.ts";
import { type Measurement, median, ratio, timed } from "./measurement.ts";

export interface CatalogueSizes {
	/** Rows of a catalogue that is drawn by each strategy; 0 for none. */
	readonly direct: number;
	readonly vendorBatch: number;
	/** How often the process of each is killed. */
	readonly kills: number;
}

const MEMORY_LIMIT_BYTES = 400 * 1024 * 1024;
const COMMITS = 200;

export async function measureCatalogues({
	direct,
	vendorBatch,
	kills,
}: CatalogueSizes): Promise<Measurement[]> {
	return [
		...(await measureStrategy("direct", direct, kills)),
		...(await measureStrategy("vendor-batch", vendorBatch, kills)),
	];
}

async function measureStrategy(
	strategy: CatalogueTask["strategy"],
	rows: number,
	kills: number,
): Promise<Measurement[]> {
	if (rows === 0) return [];
	const closings: (() => Promise<void>)[] = [];
	const closeFirst = (close: () => Promise<void>) => closings.push(close);
	const run = { after: closeFirst } as Parameters<typeof faultsOfDriven>[0];
	try {
		const place = await openLonePlace(
			process.env.DATABASE_URL ?? "",
			closeFirst,
		);
		const { dataDirectory, databaseUrl } = place;
		const environment = {};
		const task = { dataDirectory, databaseUrl, strategy, rows, environment };
		const commitMs = await bareCommit();
		const driven = await driveCatalogue(task, { kills, random: Math.random });
		const faults = await faultsOfDriven(run, place, task, driven.progress);
		if (faults.length > 0)
			throw new Error(`${faults.length} faults: ${faults.slice(0, 9).join()}`);
		return told(task, driven, commitMs);
	} finally {
		for (const close of closings.reverse()) await close();
	}
}

function told(
	{ strategy, rows, databaseUrl }: CatalogueTask,
	{ kills, durationMs, residentBytes, heapBytes }: DrivenCatalogue,
	commitMs: number,
): Measurement[] {
	const kind = databaseUrl === "" ? "SQLite" : "PostgreSQL";
	const killed = kills === 0 ? "" : `, killed ${kills} times`;
	const what = `${rows.toLocaleString("en")} rows drawn by ${strategy} on ${kind}${killed} and found whole`;
	const memory: Measurement = {
		what: `peak memory of ${what}, against the ${megabytes(MEMORY_LIMIT_BYTES)} allowed`,
		value: ratio(residentBytes, MEMORY_LIMIT_BYTES),
		details: `${megabytes(residentBytes)} resident; ${megabytes(heapBytes)} of JavaScript's heap in use, garbage included`,
	};
	// Who comes after one that was killed waits until its leases have run out.
	if (kills > 0) return [memory];
	const rowMs = durationMs / rows;
	return [
		memory,
		{
			what: "time a row of the same, against a page of 4 KB written and synced on the same disk",
			value: ratio(rowMs, commitMs),
			details: `${rowMs.toFixed(1)} ms (${(1_000 / rowMs).toFixed(0)} rows a second) against ${commitMs.toFixed(2)} ms, median of ${COMMITS}`,
		},
	];
}

/** Milliseconds that it takes to have a page on the disk, as a database does for every transaction. */
async function bareCommit(): Promise<number> {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
	const file = await open(path.join(directory, "pages"), "w");
	const page = Buffer.alloc(4_096);
	try {
		const samples: number[] = [];
		for (let commit = 0; commit < COMMITS; commit++)
			samples.push(
				await timed(async () => {
					await file.write(page);
					await file.datasync();
				}),
			);
		return median(samples);
	} finally {
		await file.close();
		rmSync(directory, { recursive: true, force: true });
	}
}

function megabytes(bytes: number): string {
	return `${Math.round(bytes / (1024 * 1024))} MB`;
}
