/** A catalogue whose team has no more credits waits for some, and loses no row by it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	atRest,
	creditsSpent,
	faultsIn,
	openCatalogueHouse,
	takeIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { grant } from "../credits/ledger.ts";

for (const strategy of ["direct", "describe-then-draw"] as const)
	test(`${strategy}: when credits run out on the way it pauses and says so, and goes on when it is resumed`, async (t) => {
		const house = await openCatalogueHouse(t, {
			environment: { GESSO_BATCH_LINES_AT_ONCE: "2" },
		});
		await house.engine.start();
		const { catalogues } = house.engine;
		const team = await house.team(9);
		const titles = Array.from({ length: 6 }, (_, index) => `thing ${index}`);
		const { id } = await takeIn(house, team, titlesCsv(titles), {
			strategy,
			settings: { isAutomatic: true },
		});
		const { promise: held, resolve: release } = Promise.withResolvers<void>();
		house.provider.script = () => ({ kind: "wait", until: held });
		await catalogues.start(team, id);
		await waitUntil(() => house.provider.calls.length === 2);
		// Somebody else of the team draws meanwhile.
		const { balance } = await house.engine.creditSums(team);
		for (let spent = 0; spent < balance; spent++)
			await house.submit(team, { prompt: `another ${spent}` });
		release();
		const paused = await waitUntil(async () => {
			const catalogue = await catalogues.get(team, id);
			return catalogue.status === "paused" && catalogue;
		});
		assert.equal(paused.pausedFor, "credits");
		await waitUntil(
			async () => (await catalogues.get(team, id)).counts.drawn === 2,
		);
		assert.equal((await catalogues.get(team, id)).counts.failed, 0);

		const { database, clock, newId } = house.dependencies;
		await database.transaction((transaction) =>
			grant(
				transaction,
				{ clock, newId },
				{ teamId: team.teamId, credits: 100, note: "more" },
			),
		);
		await catalogues.resume(team, id);
		const done = await atRest(house, team, id);
		assert.deepEqual([done.counts.drawn, done.counts.failed], [6, 0]);
		assert.equal(done.pausedFor, null);
		assert.equal(house.provider.calls.length, 6 + balance);
		assert.equal(await creditsSpent(house, team), 9 + 4);
		assert.deepEqual(await faultsIn(house, team), []);
	});
