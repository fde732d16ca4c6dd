/** A thousand rows through a vendor that does everything wrong that a vendor can, and a process that dies meanwhile: each row is accounted for, and a second try brings the rest home. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	createScriptedBatches,
	type ScriptedBatches,
	type SubmittedBatch,
} from "../../testing/scripted-batches.ts";
import { createScriptedProvider } from "../../testing/scripted-provider.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import {
	type CatalogueHouse,
	creditsSpent,
	faultsIn,
	openCatalogueHouse,
	rowsIn,
	takeIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import { openMigratedPlace } from "../../testing/test-place.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import type { CatalogueRow } from "../catalogues/catalogue.ts";
import type { Principal } from "../generations/request.ts";

const ROWS = 1_000;
const LEASE_MS = 600_000;
const STEP_MS = 30_000;

const KEYS = Array.from({ length: ROWS }, (_, index) => `S${index + 1}`);
const SHUFFLED = shuffled(KEYS, 1);
const REFUSED = new Set(SHUFFLED.slice(0, 0.03 * ROWS));
const BROKEN = new Set(SHUFFLED.slice(0.03 * ROWS, 0.08 * ROWS));

/** What happens to the vendor's batch that has the row of this key. */
const LOST = ["S150", "S450"];
const EXPIRED = "S650";
const DOUBLED = "S250";
const DEADLY = "S850";
/** The first try of every third batch gets no answer, and is taken all the same. */
const UNANSWERED_TRY = 2;

function shuffled<T>(values: readonly T[], seed: number): T[] {
	const random = seededRandom(seed);
	return values
		.map((value) => ({ value, place: random() }))
		.sort((a, b) => a.place - b.place)
		.map(({ value }) => value);
}

const has = ({ lines }: SubmittedBatch, key: string) =>
	lines.some((line) => line.key === key);

const isLost = (batch: SubmittedBatch) => LOST.some((key) => has(batch, key));

/** Only rows with an even number were done before it expired. */
const isLeftOver = (batch: SubmittedBatch, key: string) =>
	has(batch, EXPIRED) && /[13579]$/.test(key);

/** @param die called once, when the results of a batch have come by halves. */
function letEverythingGoWrong(vendor: ScriptedBatches, die: () => void): void {
	vendor.onSubmit = (tries) =>
		tries === UNANSWERED_TRY
			? {
					error: new ProviderError("timeout", "no answer", { mayBePaid: true }),
					isTaken: true,
				}
			: undefined;
	vendor.onPoll = (batch) => {
		if (isLost(batch)) return "gone";
		if (batch.polls === 1) return "running";
		return has(batch, EXPIRED) ? "expired" : "succeeded";
	};
	vendor.readout = ({ lines, ...batch }) => {
		const inDisorder = shuffled(lines, 2);
		const isDoubled = has({ lines, ...batch }, DOUBLED);
		return isDoubled ? [...inDisorder, ...shuffled(lines, 3)] : inDisorder;
	};
	vendor.fate = ({ key }, batch) => {
		if (isLeftOver(batch, key)) return { kind: "nothing" };
		if (REFUSED.has(key))
			return {
				kind: "failed",
				error: new ProviderError("content_blocked", "refused"),
			};
		if (BROKEN.has(key))
			return {
				kind: "failed",
				error: new ProviderError("unavailable", "status 500"),
			};
		return { kind: "done" };
	};
	vendor.onResult = (batch, index) => {
		if (has(batch, DEADLY) && batch.readings === 1 && index === 50) die();
		return undefined;
	};
}

function letAllGoWell(vendor: ScriptedBatches): void {
	const well = createScriptedBatches();
	vendor.onSubmit = well.onSubmit;
	vendor.onPoll = well.onPoll;
	vendor.fate = well.fate;
	vendor.readout = well.readout;
	vendor.onResult = well.onResult;
}

async function openProcesses(t: TestContext) {
	const place = await openMigratedPlace(t);
	const vendor = createScriptedBatches();
	const provider = createScriptedProvider({ batches: vendor });
	const open = async (beside?: CatalogueHouse) => {
		const house = await openCatalogueHouse(t, {
			...(beside ? { beside } : { place }),
			provider,
			environment: {
				// The clock jumps while steps are taken.
				GESSO_LEASE_MS: `${LEASE_MS}`,
				GESSO_VENDOR_BATCH_MAX_LINES: "100",
			},
		});
		await house.engine.start();
		return house;
	};
	let alive = await open();
	let deaths = 0;
	return {
		vendor,
		alive: () => alive,
		/** It reaches the database no more; what is left of it ends with `replace`. */
		die: () => {
			alive.power.cut();
			deaths++;
		},
		isDead: () => deaths === 1,
		async replace() {
			await alive.crash();
			deaths++;
			alive = await open(alive);
			alive.clock.advance(LEASE_MS + 1);
		},
	};
}

type Processes = Awaited<ReturnType<typeof openProcesses>>;

/** Nobody holds a claim that the clock could run away from. */
async function isNobodyAtWork({ dependencies }: CatalogueHouse) {
	const { queries } = dependencies.database;
	const held = (table: "batches" | "vendor_batches") =>
		queries
			.selectFrom(table)
			.select("id")
			.where("claim_token", "is not", null)
			.where("ended_at", "is", null)
			.executeTakeFirst();
	return (
		(await held("batches")) === undefined &&
		(await held("vendor_batches")) === undefined
	);
}

async function atRest(processes: Processes, team: Principal, id: string) {
	return await waitUntil(async () => {
		if (processes.isDead()) await processes.replace();
		const house = processes.alive();
		try {
			if (await isNobodyAtWork(house)) house.clock.advance(STEP_MS);
			const catalogue = await house.engine.catalogues.get(team, id);
			return catalogue.status !== "working" && catalogue;
		} catch (fault) {
			// It died between two looks.
			if (processes.isDead()) return null;
			throw fault;
		}
	});
}

/** What is to become of each row. */
function expectedErrors(taken: readonly SubmittedBatch[]): string[] {
	const batchOf = new Map(
		taken.flatMap((batch) => batch.lines.map(({ key }) => [key, batch])),
	);
	return KEYS.map((key) => {
		const batch = batchOf.get(key);
		if (batch === undefined) return `${key} was never handed over`;
		if (isLost(batch)) return `${key} lost`;
		if (isLeftOver(batch, key)) return `${key} expired`;
		if (REFUSED.has(key)) return `${key} refused`;
		return BROKEN.has(key) ? `${key} broken` : `${key} drawn`;
	});
}

function whatBecameOf({ key, status, error, generation }: CatalogueRow) {
	const pictures = generation?.images.length ?? 0;
	if (status === "drawn" && pictures === 1) return `${key} drawn`;
	if (status !== "failed" || pictures > 0) return `${key} ${status}`;
	if (error?.code === "content_blocked") return `${key} refused`;
	if (error?.code === "batch_expired") return `${key} expired`;
	if (error?.code !== "provider_failed") return `${key} ${error?.code}`;
	return /lost the batch/.test(error.message) ? `${key} lost` : `${key} broken`;
}

/** Every count, credit and picture against the rows. */
async function assertBooks(
	{ vendor, alive }: Processes,
	team: Principal,
	id: string,
	rows: readonly CatalogueRow[],
): Promise<void> {
	const house = alive();
	const { counts } = await house.engine.catalogues.get(team, id);
	const drawn = rows.filter(({ status }) => status === "drawn");
	assert.deepEqual(
		[counts.total, counts.drawn, counts.failed],
		[ROWS, drawn.length, ROWS - drawn.length],
	);
	const { total } = await house.engine.listImages(team, { page: 1, limit: 1 });
	assert.equal(total, drawn.length);
	assert.equal(
		await creditsSpent(house, team),
		rows.reduce((sum, { credits }) => sum + credits, 0),
	);
	for (const { status, credits } of rows)
		if (status === "failed") assert.equal(credits, 0);
	assert.deepEqual(await faultsIn(house, team), []);
	const names = vendor.taken.map(({ displayName }) => displayName);
	assert.equal(new Set(names).size, names.length);
}

test("a thousand rows survive refusals, faults, lost, expired and repeated results, an answer that never came and a death, and are all drawn at the second try", async (t) => {
	const processes = await openProcesses(t);
	const { vendor, alive, die } = processes;
	letEverythingGoWrong(vendor, die);
	const team = await alive().team(ROWS);
	const { id } = await takeIn(alive(), team, titlesCsv(KEYS), {
		strategy: "vendor-batch",
	});
	await alive().engine.catalogues.start(team, id);
	await atRest(processes, team, id);

	const rows = await rowsIn(alive(), team, id);
	assert.deepEqual(rows.map(whatBecameOf), expectedErrors(vendor.taken));
	assert.equal(vendor.taken.filter(isLost).length, 2);
	assert.equal(vendor.taken.length, ROWS / 100);
	const deadly = vendor.taken.find((batch) => has(batch, DEADLY));
	assert.equal(deadly?.readings, 2, "somebody died over the results");
	await assertBooks(processes, team, id, rows);

	letAllGoWell(vendor);
	const handedOver = vendor.taken.length;
	const failed = rows.filter(({ status }) => status === "failed");
	await alive().engine.catalogues.retry(team, id, { kind: "failed" });
	const { status } = await atRest(processes, team, id);
	assert.equal(status, "completed");
	const again = vendor.taken.slice(handedOver).flatMap(({ lines }) => lines);
	assert.deepEqual(
		again.map(({ key }) => key).sort(),
		failed.map(({ key }) => key).sort(),
	);
	const whole = await rowsIn(alive(), team, id);
	assert.ok(whole.every((row) => whatBecameOf(row) === `${row.key} drawn`));
	await assertBooks(processes, team, id, whole);
});
