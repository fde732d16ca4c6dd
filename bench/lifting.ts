/** What lifting pictures out of a vendor's JSON as it arrives costs, against merely receiving it, and against parsing it whole. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { liftJson } from "../server/net/lifted-json.ts";
import { createStaging } from "../server/storage/staging.ts";
import type { LiftingCost } from "./lifting-process.ts";
import { type Measurement, median, ratio } from "./measurement.ts";
import { startProcess } from "./server-process.ts";
import { vendorNames } from "./vendors.ts";

const SMALL_BYTES = 1_551_624;
const LARGE_BYTES = 24_000_000;
const ROUNDS = 3;
const AT_ONCE = 64;
const MEMORY_LIMIT_BYTES = 450 * 1024 * 1024;
const CHUNK_BYTES = 65_536;
const LONGEST_RUN_MS = 120_000;
/** The adapters of our own have all in common that takes memory, and so have those of the SDKs. */
const CROWDED_WAYS = ["lift", "openai", "together"];
/** Whose answers are taken without an adapter. */
const ANY_VENDOR = "openai";

export async function measureLifting(): Promise<Measurement[]> {
	const vendor = await startProcess(
		path.join(import.meta.dirname, "vendor-stub.ts"),
		{},
	);
	try {
		return [
			await measureAlone(SMALL_BYTES, 30),
			await measureAlone(LARGE_BYTES, 3),
			...(await measureAnswers(vendor.url, SMALL_BYTES, 60)),
			...(await measureAnswers(vendor.url, LARGE_BYTES, 6)),
			...(await measureCrowds(vendor.url)),
		];
	} finally {
		await vendor.stop();
	}
}

/** No network: an answer that is in memory already, against staging its picture's own bytes. */
async function measureAlone(
	sizeBytes: number,
	answers: number,
): Promise<Measurement> {
	const directory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
	const staging = await createStaging(directory);
	const picture = randomBytes(sizeBytes);
	const answer = Buffer.from(
		`{"data":[{"b64_json":"${picture.toString("base64")}"}]}`,
	);
	const lifting: number[] = [];
	const staged: number[] = [];
	try {
		for (let round = 0; round < ROUNDS * answers; round++) {
			staged.push(
				await cpuTimed(async () => {
					await staging.discard(await staging.stage(chunksOf(picture)));
				}),
			);
			lifting.push(
				await cpuTimed(async () => {
					const { lifted } = await liftJson(chunksOf(answer), {
						keep: (bytes) => staging.stage(bytes),
						shouldLift: (path) => path.at(-1) === "b64_json",
						maxTextBytes: 1_000_000,
					});
					for (const file of lifted) await staging.discard(file);
				}),
			);
		}
	} finally {
		await staging.close();
		rmSync(directory, { recursive: true, force: true });
	}
	return {
		what: `CPU of lifting ${named(sizeBytes)} out of JSON to a file, against hashing and writing the bytes alone`,
		value: ratio(median(lifting), median(staged)),
		details: `${milliseconds(lifting)} against ${milliseconds(staged)}, median of ${lifting.length}`,
	};
}

/** What the ways of taking a picture are measured against. */
const MARKS: Readonly<Record<string, string>> = {
	count: "only counting the bytes that undici receives",
	parse: "response.json(), Buffer.from and staging the whole",
};

const WAYS: Readonly<Record<string, string>> = {
	lift: "lifting an answer",
	liftingFetch: "lifting an answer through the SDKs' fetch",
	...Object.fromEntries(
		vendorNames.map((name) => [name, `drawing through the ${name} adapter`]),
	),
};

async function measureAnswers(
	vendorUrl: string,
	sizeBytes: number,
	answers: number,
): Promise<Measurement[]> {
	const costs = new Map<string, LiftingCost[]>();
	for (let round = 0; round < ROUNDS; round++) {
		for (const way of [...Object.keys(MARKS), ...Object.keys(WAYS)]) {
			const cost = await run(way, vendorUrl, sizeBytes, answers, 1);
			costs.set(way, [...(costs.get(way) ?? []), cost]);
		}
	}
	const cpuMs = (way: string) =>
		(costs.get(way) ?? []).map((cost) => cost.cpuMs);
	const peakBytes = (way: string) =>
		Math.max(...(costs.get(way) ?? []).map((cost) => cost.peakBytes));
	return Object.entries(WAYS).flatMap(([way, words]) =>
		Object.entries(MARKS).map(([mark, markWords]) => ({
			what: `CPU of ${words} with ${named(sizeBytes)}, against ${markWords}`,
			value: ratio(median(cpuMs(way)), median(cpuMs(mark))),
			details: `${milliseconds(cpuMs(way))} against ${milliseconds(cpuMs(mark))}, median of ${ROUNDS}; peak memory ${ratio(peakBytes(way), peakBytes(mark))}, ${megabytes(peakBytes(way))} against ${megabytes(peakBytes(mark))}`,
		})),
	);
}

async function measureCrowds(vendorUrl: string): Promise<Measurement[]> {
	const measured: Measurement[] = [];
	for (const way of CROWDED_WAYS)
		measured.push(await measureManyAtOnce(vendorUrl, way));
	return measured;
}

async function measureManyAtOnce(
	vendorUrl: string,
	way: string,
): Promise<Measurement> {
	const { peakBytes, idleBytes, cpuMs } = await run(
		way,
		vendorUrl,
		LARGE_BYTES,
		AT_ONCE,
		AT_ONCE,
	);
	return {
		what: `peak memory of ${WAYS[way]} with ${named(LARGE_BYTES)}, ${AT_ONCE} times at once, against the ${megabytes(MEMORY_LIMIT_BYTES)} allowed`,
		value: ratio(peakBytes, MEMORY_LIMIT_BYTES),
		details: `${megabytes(peakBytes)} (${megabytes(idleBytes)} before), ${cpuMs.toFixed(1)} ms of CPU each`,
	};
}

async function run(
	way: string,
	vendorUrl: string,
	sizeBytes: number,
	answers: number,
	atOnce: number,
): Promise<LiftingCost> {
	const vendor = vendorNames.includes(way) ? way : ANY_VENDOR;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[
			path.join(import.meta.dirname, "lifting-process.ts"),
			way,
			`${vendorUrl}/${vendor}/${sizeBytes}`,
			`${answers}`,
			`${atOnce}`,
		],
		{ timeout: LONGEST_RUN_MS },
	);
	return JSON.parse(stdout) as LiftingCost;
}

/** Milliseconds of user and system time. */
async function cpuTimed(work: () => Promise<void>): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1_000;
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
	for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
		yield bytes.subarray(start, start + CHUNK_BYTES);
}

function named(sizeBytes: number): string {
	return `a picture of ${(sizeBytes / 1_000_000).toFixed(1)} MB`;
}

function milliseconds(samples: readonly number[]): string {
	return `${median(samples).toFixed(1)} ms`;
}

function megabytes(bytes: number): string {
	return `${Math.round(bytes / 1024 / 1024)} MB`;
}
