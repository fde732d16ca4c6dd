/** One way of taking pictures out of a vendor's answers, in a process of its own: prints what it took as JSON. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Agent, request } from "undici";
import { liftJson } from "../server/net/lifted-json.ts";
import { createLiftingFetch } from "../server/net/lifting/lifting-fetch.ts";
import { createStaging, type Staging } from "../server/storage/staging.ts";
import { call, openProvider } from "./vendors.ts";

export interface LiftingCost {
	/** Milliseconds of both user and system time, for each answer. */
	readonly cpuMs: number;
	/** Highest resident memory, and what there was of it before the first answer. Linux only. */
	readonly peakBytes: number;
	readonly idleBytes: number;
}

type Way = (url: string, staging: Staging) => Promise<void>;

const options = (staging: Staging) => ({
	keep: (bytes: AsyncIterable<Uint8Array>) => staging.stage(bytes),
	shouldLift: (path: readonly (string | number)[]) =>
		path.at(-1) === "b64_json",
	maxTextBytes: 1_000_000,
});

const dispatcher = new Agent({ connections: null, pipelining: 1 });

const WAYS: Readonly<Record<string, Way>> = {
	async count(url) {
		const { body } = await request(url, { dispatcher });
		let bytes = 0;
		for await (const chunk of body as AsyncIterable<Uint8Array>)
			bytes += chunk.length;
		if (bytes === 0) throw new Error("Nothing came");
	},
	async lift(url, staging) {
		const { body } = await request(url, { dispatcher });
		const { lifted } = await liftJson(body, options(staging));
		for (const file of lifted) await staging.discard(file);
	},
	async liftingFetch(url, staging) {
		const { fetch, lifted } = createLiftingFetch(
			globalThis.fetch,
			options(staging),
		);
		await (await fetch(url)).json();
		for (const { kept } of lifted.all()) await staging.discard(kept);
	},
	async parse(url, staging) {
		const response = await fetch(url);
		const answer = (await response.json()) as { data: { b64_json: string }[] };
		for (const { b64_json } of answer.data)
			await storeWhole(Buffer.from(b64_json, "base64"), staging);
	},
};

/** @param name of one of the bench's vendors. */
async function drawingWith(name: string): Promise<Way> {
	const provider = await openProvider(name, url, staging);
	return async () => {
		const { images } = await provider.generateImages(call, {
			signal: new AbortController().signal,
			keepFile: (bytes) => staging.stage(bytes),
		});
		if (images.length !== 1) throw new Error(`${name} drew ${images.length}`);
		for (const { file } of images) await staging.discard(file);
	};
}

async function storeWhole(picture: Buffer, staging: Staging): Promise<void> {
	async function* whole() {
		yield picture;
	}
	await staging.discard(await staging.stage(whole()));
}

function peakBytes(): number {
	const status = readFileSync("/proc/self/status", "utf8");
	return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

const [way = "", url = "", answers = "1", atOnce = "1"] = process.argv.slice(2);
const directory = mkdtempSync(path.join(tmpdir(), "gesso-bench-"));
const staging = await createStaging(directory);
try {
	const take = WAYS[way] ?? (await drawingWith(way));
	const idleBytes = peakBytes();
	// Unmeasured: a first answer pays for the connection and for compiling.
	if (atOnce === "1") await take(url, staging);
	const before = process.cpuUsage();
	let left = Number(answers);
	await Promise.all(
		Array.from({ length: Number(atOnce) }, async () => {
			while (left-- > 0) await take(url, staging);
		}),
	);
	const { user, system } = process.cpuUsage(before);
	const cpuMs = (user + system) / 1_000 / Number(answers);
	const cost: LiftingCost = { cpuMs, peakBytes: peakBytes(), idleBytes };
	console.log(JSON.stringify(cost));
} finally {
	await staging.close();
	rmSync(directory, { recursive: true, force: true });
	await dispatcher.close();
}
