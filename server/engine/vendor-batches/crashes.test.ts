/** Processes may die at any moment, and the vendor may break off at any: nothing is handed over, drawn or paid for twice, and no row is lost. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { ProviderError } from "../../providers/provider.ts";
import { createScriptedBatches } from "../../testing/scripted-batches.ts";
import { createScriptedProvider } from "../../testing/scripted-provider.ts";
import { createScriptedTalker } from "../../testing/scripted-talker.ts";
import {
	type CatalogueHouse,
	creditsSpent,
	faultsIn,
	isAnyStepTaken,
	openCatalogueHouse,
	rowsIn,
	takeIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import { openTestPlace } from "../../testing/test-place.ts";
import type { Principal } from "../generations/request.ts";

async function openProcesses(t: TestContext) {
	const place = await openTestPlace(t);
	const vendor = createScriptedBatches();
	const provider = createScriptedProvider({ batches: vendor });
	const talker = createScriptedTalker({ batches: vendor });
	const open = async (beside?: CatalogueHouse) => {
		const house = await openCatalogueHouse(t, {
			...(beside ? { beside } : { place }),
			provider,
			talker,
			environment: {
				GESSO_LEASE_MS: "300",
				GESSO_VENDOR_BATCH_MAX_LINES: "4",
				GESSO_VENDOR_BATCH_POLL_SECONDS: "1",
			},
		});
		await house.engine.start();
		return house;
	};
	const first = await open();
	let houses = [first, await open(first)];
	const alive = () => houses[0] ?? first;
	return {
		vendor,
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
	fc.record({ kind: fc.constant("cancel" as const) }),
	fc.record({ kind: fc.constant("retry" as const) }),
);

/** Time passes: leases of the dead run out, and what waits becomes due; no quicker than the living can renew theirs. */
async function survived(house: CatalogueHouse, team: Principal, id: string) {
	for (;;) {
		const { status } = await house.engine.catalogues.get(team, id);
		const isOver = status !== "working" && status !== "canceling";
		if (isOver && (await openVendorBatches(house)) === 0) return;
		house.clock.advance((await isAnyStepTaken(house)) ? 10 : 1_000);
		await sleep(5);
	}
}

async function openVendorBatches({ dependencies }: CatalogueHouse) {
	const { open } = await dependencies.database.queries
		.selectFrom("vendor_batches")
		.select((eb) => eb.fn.countAll().as("open"))
		.where("ended_at", "is", null)
		.executeTakeFirstOrThrow();
	return Number(open);
}

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
			faults.push(`${counts[status]} rows are ${status}, not ${found}`);
	}
	const pictures = await house.engine.listImages(team, { page: 1, limit: 100 });
	if (pictures.total !== counts.drawn)
		faults.push(`${counts.drawn} rows are drawn, ${pictures.total} pictures`);
	const credits = rows.reduce((sum, row) => sum + row.credits, 0);
	const spent = await creditsSpent(house, team);
	if (spent !== credits)
		faults.push(`${spent} credits were spent, rows cost ${credits}`);
	return faults;
}

test("after any history of deaths, breaks and cancellations every row is accounted for, and no batch was handed over twice", async (t) => {
	const { vendor, alive, crash } = await openProcesses(t);
	let random = 1;
	const chance = (part: number) => {
		random = (random * 48_271) % 2_147_483_647;
		return random / 2_147_483_647 < part;
	};
	const broken = () => new ProviderError("unavailable", "broken off");
	vendor.onSubmit = () =>
		chance(0.3)
			? {
					error: new ProviderError("timeout", "no answer", { mayBePaid: true }),
					isTaken: chance(0.5),
				}
			: undefined;
	vendor.onPoll = () => (chance(0.5) ? "running" : "succeeded");
	vendor.onResult = async () => {
		await sleep(1);
		return chance(0.05) ? broken() : undefined;
	};
	vendor.fate = ({ key }) => {
		if (key.endsWith("7"))
			return {
				kind: "failed",
				error: new ProviderError("content_blocked", "no"),
			};
		return key.endsWith("5") ? { kind: "nothing" } : { kind: "done", times: 2 };
	};
	await fc.assert(
		fc.asyncProperty(
			fc.integer({ min: 1, max: 14 }),
			fc.array(happening, { minLength: 1, maxLength: 6 }),
			fc.constantFrom("vendor-batch" as const, "describe-then-draw" as const),
			fc.integer({ min: 1, max: 1_000_000 }),
			async (count, history, strategy, seed) => {
				random = seed;
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
								: catalogues.cancel(team, id);
						// Some come at a time when there is nothing to do.
						await acted.catch(({ code }) => assert.equal(code, "conflict"));
					}
				}
				await survived(alive(), team, id);
				assert.deepEqual(await faultsOf(alive(), team, id), []);
				const names = vendor.taken.map(({ displayName }) => displayName);
				assert.equal(new Set(names).size, names.length);
			},
		),
		{
			numRuns: 8,
			endOnFailure: true,
			...(process.env.TEST_SEED && { seed: Number(process.env.TEST_SEED) }),
		},
	);
});
