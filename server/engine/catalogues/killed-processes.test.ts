/** Real processes, killed by the operating system in the middle of a catalogue: the next one goes on, and nothing is lost, drawn or paid for twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CatalogueTask } from "../../testing/catalogue-process.ts";
import {
	driveCatalogue,
	faultsOfDriven,
} from "../../testing/driven-catalogue.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import { openMigratedPlace } from "../../testing/test-place.ts";

const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);

for (const { strategy, rows, kills } of [
	{ strategy: "direct", rows: 150, kills: 3 },
	{ strategy: "vendor-batch", rows: 150, kills: 2 },
] as const)
	test(`a catalogue that is drawn by ${strategy} is whole after its process was killed ${kills} times (seed ${SEED})`, async (t) => {
		const place = await openMigratedPlace(t);
		const { dataDirectory, databaseUrl } = place;
		const task: CatalogueTask = {
			dataDirectory,
			databaseUrl,
			strategy,
			rows,
			environment: { GESSO_VENDOR_BATCH_MAX_LINES: "40" },
		};
		const driven = await driveCatalogue(task, {
			kills,
			random: seededRandom(SEED),
		});
		assert.equal(driven.kills, kills);
		assert.equal(driven.progress.drawn, rows);
		const faults = await faultsOfDriven(t, place, task, driven.progress);
		assert.deepEqual(faults, []);
	});
