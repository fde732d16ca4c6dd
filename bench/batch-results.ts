/** How fast a vendor's file of results is read, every picture in it kept, against merely looking for the ends of its lines. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type Measurement, ratio } from "./measurement.ts";
import type { ReadingCost } from "./results-process.ts";
import { startProcess } from "./server-process.ts";

/** As a batch of 54 pictures of 1024x1024 had (S0): 2.6 MB each in base64. */
const PICTURE_BYTES = 1_950_000;
const LINE_BYTES = (PICTURE_BYTES * 4) / 3;
const MEGABYTE = 1_000_000;
const VENDORS = ["gemini", "openai"];

/** @param megabytes of the whole file. */
export async function measureBatchResults(
	megabytes: number,
): Promise<Measurement[]> {
	const lines = Math.ceil((megabytes * MEGABYTE) / LINE_BYTES);
	const measured: Measurement[] = [];
	for (const vendor of VENDORS) {
		const stub = await startProcess(
			path.join(import.meta.dirname, "results-stub.ts"),
			{},
		);
		const url = `${stub.url}/${vendor}/${lines}/${PICTURE_BYTES}`;
		try {
			// One after the other, and each twice: the machine may have been busier at one time.
			const scanned = fewest(
				await run("scan", vendor, url),
				await run("scan", vendor, url),
			);
			const read = fewest(
				await run("read", vendor, url),
				await run("read", vendor, url),
			);
			if (scanned.lines !== lines || read.lines !== lines)
				throw new Error(`Of ${lines} lines ${read.lines} were read`);
			measured.push(...told(vendor, lines, read, scanned));
		} finally {
			await stub.stop();
		}
	}
	return measured;
}

function told(
	vendor: string,
	lines: number,
	read: ReadingCost,
	scanned: ReadingCost,
): Measurement[] {
	const bytes = lines * LINE_BYTES;
	const speed = ({ durationMs }: ReadingCost) =>
		`${(bytes / MEGABYTE / (durationMs / 1_000)).toFixed(0)} MB/s`;
	const cpu = ({ cpuMs }: ReadingCost) =>
		`${((cpuMs / bytes) * MEGABYTE).toFixed(2)} ms of CPU a megabyte`;
	const memory = ({ peakBytes, idleBytes }: ReadingCost) =>
		`${Math.round(peakBytes / MEGABYTE)} MB (${Math.round(idleBytes / MEGABYTE)} before)`;
	const what = `${(bytes / MEGABYTE).toFixed(0)} MB of ${vendor}'s results read through its adapter, ${lines} pictures kept`;
	return [
		{
			what: `time of ${what}, against a bare scan for line feeds`,
			value: ratio(read.durationMs, scanned.durationMs),
			details: `${speed(read)} against ${speed(scanned)}; ${cpu(read)} against ${cpu(scanned)}`,
		},
		{
			what: `peak memory of the same`,
			value: ratio(read.peakBytes, scanned.peakBytes),
			details: `${memory(read)} against ${memory(scanned)}`,
		},
	];
}

function fewest(one: ReadingCost, other: ReadingCost): ReadingCost {
	return one.durationMs < other.durationMs ? one : other;
}

async function run(
	way: "scan" | "read",
	vendor: string,
	url: string,
): Promise<ReadingCost> {
	const { stdout } = await promisify(execFile)(process.execPath, [
		path.join(import.meta.dirname, "results-process.ts"),
		way,
		vendor,
		url,
	]);
	return JSON.parse(stdout) as ReadingCost;
}
