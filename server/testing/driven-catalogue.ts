/** Has a catalogue drawn by a process of its own, whose memory is watched, and which is killed at moments of chance and begun again, until all is drawn. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import {
	type CatalogueProgress,
	type CatalogueTask,
	vendorDirectoryOf,
} from "./catalogue-process.ts";
import { childEnvironment } from "./child-environment.ts";
import { keptIn } from "./kept-batches.ts";
import {
	creditsSpent,
	faultsIn,
	openCatalogueHouse,
} from "./test-catalogues.ts";
import type { TestPlace } from "./test-place.ts";

export interface DrivenCatalogue {
	readonly progress: CatalogueProgress;
	/** How many processes were killed. */
	readonly kills: number;
	readonly durationMs: number;
	/** The highest of all its processes; resident memory on Linux only. */
	readonly residentBytes: number;
	readonly heapBytes: number;
}

interface Chance {
	/** Processes that are killed before one may go on to the end. */
	readonly kills: number;
	readonly random: () => number;
}

/** When a process is killed: this long after it has begun, or when so many rows are drawn. */
type Moment =
	| { readonly kind: "time"; readonly afterMs: number }
	| { readonly kind: "rows"; readonly drawn: number };

const FILE = path.join(import.meta.dirname, "catalogue-process.ts");
const LOOK_EVERY_MS = 100;
/** As a kill by time is at random within so many. */
const MS_PER_ROW = 1;
/** The part of the rows after which no process is killed any more: it might be through before. */
const LATEST_KILL = 0.7;

export async function driveCatalogue(
	task: CatalogueTask,
	{ kills, random }: Chance = { kills: 0, random: () => 0 },
): Promise<DrivenCatalogue> {
	const startedAt = performance.now();
	const moments = momentsOf(task, kills, random);
	let heapBytes = 0;
	let residentBytes = 0;
	let killed = 0;
	for (;;) {
		const run = await runOnce(task, moments.shift());
		heapBytes = Math.max(heapBytes, run.heapBytes);
		residentBytes = Math.max(residentBytes, run.residentBytes);
		if (run.wasKilled) killed++;
		const { progress } = run;
		if (run.wasKilled || progress === undefined) continue;
		const durationMs = performance.now() - startedAt;
		return { progress, kills: killed, durationMs, residentBytes, heapBytes };
	}
}

/** One by time and one by rows in turn: in some strategies no row is drawn for a long time, and then all of them. */
function momentsOf(
	{ rows }: CatalogueTask,
	kills: number,
	random: () => number,
): Moment[] {
	const parts = Array.from({ length: kills }, random).sort((a, b) => a - b);
	return parts.map((part, index) =>
		index % 2 === 0
			? { kind: "time", afterMs: random() * rows * MS_PER_ROW }
			: { kind: "rows", drawn: Math.floor(part * LATEST_KILL * rows) },
	);
}

/** @param moment at which to kill it; not at all when left out. @throws when it ends by itself and with a fault. */
async function runOnce(task: CatalogueTask, moment: Moment | undefined) {
	const child = spawn(process.execPath, [FILE, JSON.stringify(task)], {
		env: childEnvironment({}),
		stdio: ["ignore", "pipe", "inherit"],
	});
	let progress: CatalogueProgress | undefined;
	let heapBytes = 0;
	let residentBytes = 0;
	let wasKilled = false;
	const kill = () => {
		wasKilled = child.kill("SIGKILL");
	};
	const ended = new Promise<number | null>((resolve) =>
		child.on("exit", resolve),
	);
	const watching = setInterval(() => {
		residentBytes = Math.max(residentBytes, peakMemoryOf(child.pid));
	}, LOOK_EVERY_MS);
	let timer: NodeJS.Timeout | undefined;
	for await (const line of createInterface(child.stdout)) {
		progress = JSON.parse(line) as CatalogueProgress;
		heapBytes = Math.max(heapBytes, progress.heapBytes);
		if (moment?.kind === "time") timer ??= setTimeout(kill, moment.afterMs);
		if (moment?.kind === "rows" && progress.drawn >= moment.drawn) kill();
	}
	const code = await ended;
	clearInterval(watching);
	clearTimeout(timer);
	if (!wasKilled && code !== 0)
		throw new Error(`The process that draws a catalogue ended with ${code}`);
	return { progress, heapBytes, residentBytes, wasKilled };
}

function peakMemoryOf(pid: number | undefined): number {
	const file = `/proc/${pid}/status`;
	if (!existsSync(file)) return 0;
	const [, kilobytes = 0] =
		/VmHWM:\s+(\d+)/.exec(readFileSync(file, "utf8")) ?? [];
	return Number(kilobytes) * 1024;
}

/** Looks at what a catalogue came to that was drawn to its end, and at what its vendor was given. @returns whatever is not as it has to be. */
export async function faultsOfDriven(
	test: Parameters<typeof openCatalogueHouse>[0],
	place: TestPlace,
	task: CatalogueTask,
	{ team, catalogueId }: CatalogueProgress,
): Promise<string[]> {
	const house = await openCatalogueHouse(test, { place });
	const faults = await faultsIn(house, team);
	const keys = new Set<string>();
	let credits = 0;
	const rows = house.engine.catalogues.allRows(team, catalogueId);
	for await (const row of rows) {
		keys.add(row.key);
		credits += row.credits;
		const pictures = row.generation?.images.length ?? 0;
		if (row.status !== "drawn" || pictures !== 1)
			faults.push(`${row.key} is ${row.status} and has ${pictures} pictures`);
	}
	if (keys.size !== task.rows)
		faults.push(`There are ${keys.size} rows of ${task.rows}`);
	const { total } = await house.engine.listImages(team, { page: 1, limit: 1 });
	if (total !== task.rows)
		faults.push(`There are ${total} pictures of ${task.rows} rows`);
	const spent = await creditsSpent(house, team);
	const price = task.strategy === "direct" ? task.rows : task.rows / 2;
	if (spent !== credits || spent !== Math.floor(price))
		faults.push(`${spent} credits were spent; rows cost ${credits}`);
	if (task.strategy === "vendor-batch")
		faults.push(...faultsOfVendor(task, keys));
	return faults;
}

/** Every row must have been given to the vendor once. */
function faultsOfVendor(
	{ dataDirectory }: CatalogueTask,
	keys: ReadonlySet<string>,
): string[] {
	const directory = vendorDirectoryOf(dataDirectory);
	const given = keptIn(directory).flatMap((name) =>
		readFileSync(path.join(directory, name), "utf8")
			.trimEnd()
			.split("\n")
			.map((line) => (JSON.parse(line) as { key: string }).key),
	);
	const faults = [];
	if (given.length !== new Set(given).size)
		faults.push("The vendor was given a row twice");
	if (new Set(given).size !== keys.size)
		faults.push(`The vendor was given ${given.length} of ${keys.size} rows`);
	return faults;
}
