/** How much memory 64 large answers at once take, against reading files whole and stringifying them. */
import { globSync } from "node:fs";
import path from "node:path";
import { generate } from "./generate.ts";
import { type Measurement, ratio, timed } from "./measurement.ts";
import { startGesso, startProcess } from "./server-process.ts";

const AT_ONCE = 64;
const MEGABYTE = 1024 * 1024;

export async function measureLargeAnswers(): Promise<Measurement[]> {
	const gesso = await startGesso();
	try {
		const { id } = await generate(gesso, {
			prompt: "the milky way over a lake",
			resolution: "4k",
			seed: 1,
		});
		const [original = ""] = globSync("storage/generated/*/*.png", {
			cwd: gesso.dataDirectory,
		});
		const before = gesso.peakMemoryBytes();
		const oursMs = await timed(() =>
			fetchAll(
				`${gesso.url}/v0/images/generations/${id}?response_format=b64_json`,
				{ authorization: `Bearer ${gesso.apiKey}` },
			),
		);
		const ours = gesso.peakMemoryBytes();
		const naive = await startProcess(
			path.join(import.meta.dirname, "naive-server.ts"),
			{},
			[path.join(gesso.dataDirectory, original)],
		);
		const naiveMs = await timed(() => fetchAll(naive.url, {}));
		const theirs = naive.peakMemoryBytes();
		await naive.stop();
		return [
			{
				what: `peak memory of ${AT_ONCE} base64 answers of a 4096x4096 picture at once, against stringifying whole files`,
				value: ratio(ours, theirs),
				details: `${megabytes(ours)} (${megabytes(before)} before) against ${megabytes(theirs)}; time ${ratio(oursMs, naiveMs)}`,
			},
		];
	} finally {
		await gesso.stop();
	}
}

function megabytes(bytes: number): string {
	return `${Math.round(bytes / MEGABYTE)} MB`;
}

/** Reads and drops all answers, so that the client's memory stays out of it. */
async function fetchAll(
	url: string,
	headers: Record<string, string>,
): Promise<void> {
	await Promise.all(
		Array.from({ length: AT_ONCE }, async () => {
			const response = await fetch(url, { headers });
			if (!response.ok || response.body === null)
				throw new Error(`${url} answered ${response.status}`);
			for await (const _chunk of response.body);
		}),
	);
}
