/** A process that draws a catalogue with a provider that costs nothing, or goes on with the one of a process that was killed; prints how it stands as JSON, a line at a time. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import type { Principal } from "../engine/generations/request.ts";
import { createKeptBatches } from "./kept-batches.ts";
import { markedPictures } from "./marked-picture.ts";
import { createScriptedProvider } from "./scripted-provider.ts";
import {
	type CatalogueHouse,
	openCatalogueHouse,
	takeIn,
} from "./test-catalogues.ts";

/** What it is told, as JSON. */
export interface CatalogueTask {
	readonly dataDirectory: string;
	/** Empty on SQLite. */
	readonly databaseUrl: string;
	readonly strategy: "direct" | "vendor-batch";
	readonly rows: number;
	readonly environment: Readonly<Record<string, string>>;
}

/** What it prints, now and then. */
export interface CatalogueProgress {
	readonly team: Principal;
	readonly catalogueId: string;
	readonly status: string;
	readonly drawn: number;
	readonly failed: number;
	/** Bytes in use by JavaScript's own objects. */
	readonly heapBytes: number;
}

/** What a process that comes later has to know. */
type Begun = Pick<CatalogueProgress, "team" | "catalogueId">;

const TELL_EVERY_MS = 50;
const SIZE = { width: 64, height: 64 };

export function vendorDirectoryOf(dataDirectory: string): string {
	return path.join(dataDirectory, "vendor");
}

async function openHouse(task: CatalogueTask): Promise<CatalogueHouse> {
	const { dataDirectory, databaseUrl, environment } = task;
	const draw = await markedPictures(SIZE);
	const provider = createScriptedProvider({
		batches: createKeptBatches(vendorDirectoryOf(dataDirectory), draw),
	});
	const closings: (() => unknown)[] = [];
	const test = { after: (close?: unknown) => closings.push(close as never) };
	const house = await openCatalogueHouse(test as never, {
		place: { dataDirectory, databaseUrl, closeFirst: () => {} },
		clock: { now: Date.now, advance: () => {} },
		// Nothing is kept of the calls, unlike by the scripted one: they would be all that is measured.
		provider: {
			...provider,
			generateImages: async (call, { keepFile }) => ({
				images: [
					{
						file: await keepFile(draw(`${call.prompt} ${call.seed}`)),
						seed: call.seed,
						revisedPrompt: undefined,
					},
				],
				warnings: [],
				costDollars: 0.01,
				usage: undefined,
			}),
		},
		environment: {
			GESSO_POLL_MS: "200",
			GESSO_LEASE_MS: "2000",
			GESSO_VENDOR_BATCH_POLL_SECONDS: "1",
			...environment,
		},
	});
	const { database } = house.dependencies;
	// Unlike in other tests: what a commit takes is part of what is measured here.
	if (database.kind === "sqlite")
		await sql`pragma synchronous = full`.execute(database.queries);
	return house;
}

/** Rows as a shop's export has them: some hundred bytes each. */
async function* table(rows: number): AsyncGenerator<Uint8Array> {
	yield Buffer.from("SKU,Title,Colour,Material,Origin\n");
	for (let row = 1; row <= rows; row++)
		yield Buffer.from(
			`rug-${row},Hand-knotted carpet number ${row},"red, with a little blue",Wool on cotton,"A village in the mountains of the north, made around 1970"\n`,
		);
}

async function begin(
	house: CatalogueHouse,
	{ rows, strategy }: CatalogueTask,
	file: string,
): Promise<Begun> {
	const team = await house.team(rows);
	const { id } = await takeIn(house, team, "", {
		strategy,
		source: { kind: "file", bytes: table(rows), field: "file" },
		choice: {
			kind: "template",
			template: "A picture of {{Title}} in {{Colour}}",
			keyColumn: "SKU",
		},
		settings: { maxPhotos: 0, size: SIZE },
	});
	const begun: Begun = { team, catalogueId: id };
	writeFileSync(`${file}.unfinished`, JSON.stringify(begun));
	renameSync(`${file}.unfinished`, file);
	return begun;
}

async function run(task: CatalogueTask): Promise<void> {
	const house = await openHouse(task);
	await house.engine.start();
	const file = path.join(task.dataDirectory, "begun.json");
	const begun: Begun = existsSync(file)
		? JSON.parse(readFileSync(file, "utf8"))
		: await begin(house, task, file);
	const { catalogues } = house.engine;
	const { team, catalogueId } = begun;
	const look = async (): Promise<CatalogueProgress> => {
		const { status, counts } = await catalogues.get(team, catalogueId);
		const { drawn, failed } = counts;
		const heapBytes = process.memoryUsage().heapUsed;
		return { ...begun, status, drawn, failed, heapBytes };
	};
	if ((await look()).status === "ready")
		await catalogues.start(team, catalogueId);
	for (;;) {
		const progress = await look();
		console.log(JSON.stringify(progress));
		if (progress.status === "completed") break;
		await new Promise((resolve) => setTimeout(resolve, TELL_EVERY_MS));
	}
	await house.engine.stop(0);
	await house.dependencies.database.close();
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? ""));
