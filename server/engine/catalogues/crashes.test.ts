/** Processes that work on a catalogue may die at any moment: every row is described, drawn and paid for once all the same. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { ProviderError } from "../../providers/provider.ts";
import { createScriptedProvider } from "../../testing/scripted-provider.ts";
import { createScriptedTalker } from "../../testing/scripted-talker.ts";
import {
	atRest,
	type CatalogueHouse,
	creditsSpent,
	faultsIn,
	openCatalogueHouse,
	rowsIn,
	takeIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import { openTestPlace } from "../../testing/test-place.ts";
import type { Principal } from "../generations/request.ts";

/** Longer than a vendor that is out of order is left alone. */
const LONGEST_CLOSURE_MS = 400_000;

/** Lets the leases of the dead run out, while the living renew theirs; and time pass quickly when all wait for it. */
async function survived(house: CatalogueHouse, team: Principal, id: string) {
	for (let look = 1; ; look++) {
		const catalogue = await house.engine.catalogues.get(team, id);
		const { status } = catalogue;
		if (status !== "working" && status !== "canceling") return catalogue;
		const isAnyActive = await house.dependencies.database.queries
			.selectFrom("generations")
			.select("id")
			.where("status", "=", "active")
			.executeTakeFirst();
		if (look % 20 === 0)
			house.clock.advance(isAnyActive ? 300 : LONGEST_CLOSURE_MS);
		await sleep(10);
	}
}

async function openProcesses(t: TestContext) {
	const place = await openTestPlace(t);
	const provider = createScriptedProvider({ concurrency: 5 });
	const talker = createScriptedTalker();
	const open = async (beside?: CatalogueHouse) => {
		const house = await openCatalogueHouse(t, {
			...(beside ? { beside } : { place }),
			provider,
			talker,
			environment: { GESSO_LEASE_MS: "200", GESSO_BATCH_LINES_AT_ONCE: "4" },
		});
		await house.engine.start();
		return house;
	};
	const first = await open();
	let houses = [first, await open(first)];
	const alive = () => houses[0] ?? first;
	return {
		provider,
		alive,
		async crash(index: number) {
			const [gone] = houses.splice(index, 1);
			await gone?.crash();
			houses = [...houses, await open(alive())];
		},
	};
}

const happening = fc.oneof(
	fc.record({ kind: fc.constant("work" as const), durationMs: fc.nat(40) }),
	fc.record({ kind: fc.constant("crash" as const), process: fc.nat(1) }),
	fc.record({ kind: fc.constant("pause" as const) }),
	fc.record({ kind: fc.constant("resume" as const) }),
	fc.record({ kind: fc.constant("cancel" as const) }),
	fc.record({ kind: fc.constant("retry" as const) }),
);

/** @returns whatever is not as it has to be. */
async function faultsOf(
	house: CatalogueHouse,
	team: Principal,
	id: string,
): Promise<string[]> {
	const faults = await faultsIn(house, team);
	const { counts } = await house.engine.catalogues.get(team, id);
	const rows = await rowsIn(house, team, id);
	for (const status of ["waiting", "described", "drawn", "failed"] as const) {
		const found = rows.filter((row) => row.status === status).length;
		if (found !== counts[status])
			faults.push(
				`${counts[status]} rows are ${status} by the counts, not ${found}`,
			);
	}
	const pictures = await house.engine.listImages(team, { page: 1, limit: 100 });
	if (pictures.total !== counts.drawn)
		faults.push(`${counts.drawn} rows are drawn, ${pictures.total} pictures`);
	const halves = rows.filter(({ description }) => description !== null).length;
	const paid = (await creditsSpent(house, team)) - counts.drawn;
	if (paid < 0 || paid > Math.ceil(halves / 2) + 1)
		faults.push(`${paid} credits were paid for ${halves} descriptions`);
	return faults;
}

test("after any history of deaths, pauses, cancellations and retries, rows, counts, pictures and credits agree", async (t) => {
	const { provider, alive, crash } = await openProcesses(t);
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 1, max: 12 }),
			fc.array(happening, { minLength: 1, maxLength: 6 }),
			fc.constantFrom("direct" as const, "describe-then-draw" as const),
			async (count, history, strategy) => {
				const begun = provider.calls.length;
				provider.script = (_, index) => {
					if ((index - begun) % 7 === 5)
						return {
							kind: "fail",
							error: new ProviderError("content_blocked", "no"),
						};
					return { kind: "wait", until: sleep(index % 5) };
				};
				const team = await alive().team(1_000);
				const titles = Array.from({ length: count }, (_, i) => `thing ${i}`);
				const { id } = await takeIn(alive(), team, titlesCsv(titles), {
					strategy,
					settings: { isAutomatic: true },
				});
				await alive().engine.catalogues.start(team, id);
				for (const what of history) {
					const { catalogues } = alive().engine;
					if (what.kind === "work") await sleep(what.durationMs);
					else if (what.kind === "crash") await crash(what.process);
					else {
						const acted =
							what.kind === "retry"
								? catalogues.retry(team, id, { kind: "failed" })
								: catalogues[what.kind](team, id);
						// Some come at a time when there is nothing to pause or to cancel.
						await acted.catch(({ code }) => assert.equal(code, "conflict"));
					}
				}
				await alive()
					.engine.catalogues.resume(team, id)
					.catch(() => {});
				await survived(alive(), team, id);
				assert.deepEqual(await faultsOf(alive(), team, id), []);
			},
		),
		{
			numRuns: 8,
			endOnFailure: true,
			...(process.env.TEST_SEED && { seed: Number(process.env.TEST_SEED) }),
		},
	);
});

test("a catalogue of more rows than one part has is worked on part by part, to the last row", async (t) => {
	const house = await openCatalogueHouse(t);
	const team = await house.team(10_000);
	const titles = Array.from({ length: 5_100 }, (_, index) => `thing ${index}`);
	const { id } = await takeIn(house, team, titlesCsv(titles), {
		strategy: "describe-then-draw",
	});
	await house.engine.catalogues.start(team, id);
	const first = await house.engine.catalogues.get(team, id);
	assert.deepEqual(
		[first.counts.describing, first.counts.waiting],
		[5_000, 100],
	);
	const { queries } = house.dependencies.database;
	// As if they had been described, which would take a while.
	await queries
		.updateTable("batch_lines")
		.set({ status: "failed", error_json: '{"code":"internal","message":"no"}' })
		.execute();
	await queries.updateTable("batches").set({ failed: 5_000 }).execute();
	await house.engine.start();
	const done = await atRest(house, team, id);
	assert.deepEqual(
		[done.counts.described, done.counts.failed, done.counts.waiting],
		[100, 5_000, 0],
	);
	assert.equal(house.talker.talks.length, 100);
	assert.equal(await creditsSpent(house, team), 50);
});
