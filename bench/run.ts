/**
 * `npm run bench`: all measurements, printed as ratios. The absolute times beside them say nothing about another machine.
 * `npm run bench -- store tables` takes only those. Those that take sizes:
 *
 *   npm run bench -- catalogues --direct=100000 --vendor-batch=20000 --kills=5
 *   npm run bench -- results --megabytes=2000
 *
 * Catalogues are drawn on SQLite, or, with DATABASE_URL, in databases of their own that are made on that PostgreSQL.
 */
import { parseArgs } from "node:util";
import { measureBatchResults } from "./batch-results.ts";
import { measureCatalogues } from "./catalogues.ts";
import { measureGenerate } from "./generate.ts";
import { measureLargeAnswers } from "./large-answers.ts";
import { measureLifting } from "./lifting.ts";
import type { Measurement } from "./measurement.ts";
import { measureStore } from "./store.ts";
import { measureTables } from "./tables.ts";

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		direct: { type: "string", default: "1000" },
		"vendor-batch": { type: "string", default: "1000" },
		kills: { type: "string", default: "0" },
		megabytes: { type: "string", default: "400" },
	},
});

const MEASUREMENTS: Readonly<Record<string, () => Promise<Measurement[]>>> = {
	store: measureStore,
	generate: measureGenerate,
	"large-answers": measureLargeAnswers,
	lifting: measureLifting,
	tables: measureTables,
	catalogues: () =>
		measureCatalogues({
			direct: Number(values.direct),
			vendorBatch: Number(values["vendor-batch"]),
			kills: Number(values.kills),
		}),
	results: () => measureBatchResults(Number(values.megabytes)),
};

const chosen = positionals.length > 0 ? positionals : Object.keys(MEASUREMENTS);
for (const name of chosen) {
	const measure = MEASUREMENTS[name];
	if (measure === undefined)
		throw new Error(
			`There is no measurement ${name}, only ${Object.keys(MEASUREMENTS).join(", ")}`,
		);
	for (const { what, value, details } of await measure())
		console.log(`${value.padStart(7)}  ${what}\n         ${details}`);
}
