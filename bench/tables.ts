/** How fast a shop's export is taken in, against csv-parse, which is asked for no more than its fields. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { openTable } from "../server/engine/catalogues/table/open-table.ts";
import { type Measurement, median, ratio, timed } from "./measurement.ts";

const ROUNDS = 5;
const WARM_UP_ROUNDS = 1;
/** Of the sample, which has five rows. */
const COPIES = 8_000;
const CHUNK_BYTES = 65_536;

export async function measureTables(): Promise<Measurement[]> {
	const file = manyRugs();
	const own: number[] = [];
	const mark: number[] = [];
	let rows = 0;
	for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
		// Side by side in one run, so that a busy machine slows both.
		const ownMs = await timed(async () => {
			rows = 0;
			const table = await openTable(chunksOf(file), { field: "file" });
			for await (const entry of table.entries) if (entry.kind === "row") rows++;
		});
		const markMs = await timed(async () => {
			const parser = parse({ record_delimiter: ["\r\n", "\n"] });
			for await (const _record of Readable.from(chunksOf(file)).pipe(parser));
		});
		if (round < WARM_UP_ROUNDS) continue;
		own.push(ownMs);
		mark.push(markMs);
	}
	const perSecond = (samples: readonly number[]) =>
		Math.round((rows / median(samples)) * 1_000).toLocaleString("en");
	return [
		{
			what: `taking in ${rows.toLocaleString("en")} rows of ${Math.round(file.length / rows)} bytes, with encoding, delimiter, faults and limits, against csv-parse alone`,
			value: ratio(median(own), median(mark)),
			details: `${perSecond(own)} rows a second against ${perSecond(mark)}, median of ${ROUNDS}`,
		},
	];
}

function manyRugs(): Buffer {
	const sample = readFileSync(
		path.join(import.meta.dirname, "../examples/sample-rugs.csv"),
		"utf8",
	);
	const headerEnd = sample.indexOf("\r\n") + 2;
	const rows = `${sample.slice(headerEnd)}\r\n`;
	return Buffer.from(sample.slice(0, headerEnd) + rows.repeat(COPIES));
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
	for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
		yield bytes.subarray(start, start + CHUNK_BYTES);
}
