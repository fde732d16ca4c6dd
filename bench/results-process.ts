/** One way of reading a batch's file of results, in a process of its own: prints what it took as JSON. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { request } from "undici";
import { createStaging, type Staging } from "../server/storage/staging.ts";
import { openProvider } from "./vendors.ts";

export interface ReadingCost {
	readonly durationMs: number;
	/** Milliseconds of both user and system time. */
	readonly cpuMs: number;
	readonly lines: number;
	/** Highest resident memory, and what there was of it before. Linux only. */
	readonly peakBytes: number;
	readonly idleBytes: number;
}

const LINE_FEED = 0x0a;

/** The least that anybody can do who tells one line from the next. */
async function scan(url: string): Promise<number> {
	const { body } = await request(`${url}/files/results`);
	let lines = 0;
	for await (const chunk of body as AsyncIterable<Buffer>)
		for (let at = chunk.indexOf(LINE_FEED); at !== -1; lines++)
			at = chunk.indexOf(LINE_FEED, at + 1);
	return lines;
}

/** Through an adapter, every picture decoded, hashed and written to a file, which is let go of then. */
async function readThrough(
	vendor: string,
	url: string,
	staging: Staging,
): Promise<number> {
	const { batches } = await openProvider(vendor, url, staging);
	if (batches === undefined) throw new Error(`${vendor} takes no batches`);
	const keys = new Set<string>();
	const results = batches.results("batches/done", {
		signal: new AbortController().signal,
		keepFile: (bytes) => staging.stage(bytes),
		isWanted: () => true,
	});
	for await (const result of results) {
		if (result.kind !== "done" || result.images.length !== 1)
			throw new Error(`${result.key} is ${result.kind}`);
		for (const { file } of result.images) await staging.discard(file);
		keys.add(result.key);
	}
	return keys.size;
}

function peakBytes(): number {
	const status = readFileSync("/proc/self/status", "utf8");
	return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

const [way = "", vendor = "", url = ""] = process.argv.slice(2);
const directory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
const staging = await createStaging(directory);
try {
	const idleBytes = peakBytes();
	const before = process.cpuUsage();
	const startedAt = performance.now();
	const lines =
		way === "scan" ? await scan(url) : await readThrough(vendor, url, staging);
	const durationMs = performance.now() - startedAt;
	const { user, system } = process.cpuUsage(before);
	const cpuMs = (user + system) / 1_000;
	const cost: ReadingCost = {
		durationMs,
		cpuMs,
		lines,
		peakBytes: peakBytes(),
		idleBytes,
	};
	console.log(JSON.stringify(cost));
} finally {
	await staging.close();
	rmSync(directory, { recursive: true, force: true });
}
