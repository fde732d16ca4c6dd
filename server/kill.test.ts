/** The real server, killed in the middle of its work again and again: nothing that it ever acknowledged is lost, and nothing is paid twice. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "./db/open-database.ts";
import { createDiskStorage } from "./storage/disk/disk-storage.ts";
import { type Address, askServer } from "./testing/ask-server.ts";
import { audit } from "./testing/audit.ts";
import { seededRandom } from "./testing/seeded-random.ts";
import { spawnServer, startServer } from "./testing/server-process.ts";
import { openTestPlace, type TestPlace } from "./testing/test-place.ts";
import { UnluckyClient } from "./testing/unlucky-client.ts";
import { waitUntil } from "./testing/wait-until.ts";

const ROUNDS = 12;
const CLIENTS = 4;
const LIMIT_MS = 300_000;

const environment = {
	GESSO_LEASE_MS: "600",
	GESSO_POLL_MS: "100",
	GESSO_FIRST_TEAM_CREDITS: "1000000",
};

/** Looks into a place behind its server's back. */
async function openBooks(place: TestPlace) {
	const database = await openDatabase({
		url: place.databaseUrl,
		dataDirectory: place.dataDirectory,
		report: () => {},
	});
	place.closeFirst(() => database.close());
	return {
		queries: database.queries,
		storage: createDiskStorage(path.join(place.dataDirectory, "storage")),
	};
}

test("a server that is killed again and again under load loses nothing it acknowledged and charges nothing twice", {
	timeout: LIMIT_MS,
}, async (t) => {
	const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000_007);
	try {
		const place = await openTestPlace(t);
		const { address, clients } = await storm(place, seededRandom(seed));
		const told = (what: "generations" | "images") =>
			clients.flatMap((client) => [...client[what]]);
		t.diagnostic(
			`${told("generations").length} generations and ${told("images").length} images were acknowledged`,
		);
		assert.ok(
			told("generations").length >= ROUNDS,
			"there was hardly any load",
		);
		await assertKept(place, address, told("generations"), told("images"));
		await assertBooks(place, clients);
	} catch (error) {
		throw new Error(`It went wrong with TEST_SEED=${seed}: ${error}`, {
			cause: error,
		});
	}
});

/** Has clients pester a server that dies in every round. @returns where the last one, which lives, is. */
async function storm(place: TestPlace, random: () => number) {
	let server = await startServer(place, environment);
	const { apiKey } = server;
	const clients = Array.from(
		{ length: CLIENTS },
		(_, index) => new UnluckyClient(`client ${index}`, random),
	);
	for (let round = 0; round < ROUNDS; round++) {
		const address = { url: server.url, apiKey };
		let isOver = false;
		const acknowledged = () =>
			clients.reduce((sum, { generations }) => sum + generations.size, 0);
		const before = acknowledged();
		const pestering = clients.map((each) => each.pester(address, () => isOver));
		// At least one promise a round, however slow the machine is; then death may come at any moment.
		await waitUntil(async () => acknowledged() > before);
		await sleep(random() * 1_200);
		await server.kill();
		isOver = true;
		await Promise.all(pestering);
		if (round % 4 === 3) await killWhileItStarts(place, random() * 1_000);
		server = await startServer(place, environment);
	}
	const address = { url: server.url, apiKey };
	await Promise.all(clients.map((client) => client.insist(address)));
	return { address, clients };
}

/** Everything ends in time, and what was acknowledged is there. */
async function assertKept(
	place: TestPlace,
	address: Address,
	generations: readonly string[],
	images: readonly string[],
): Promise<void> {
	const { queries } = await openBooks(place);
	await waitUntil(async () => {
		const open = await queries
			.selectFrom("generations")
			.select("id")
			.where("ended_at", "is", null)
			.execute();
		return open.length === 0;
	});
	for (const id of generations) {
		const route = `/images/generations/${id}`;
		const { status, body } = await askServer(address, route);
		assert.equal(status, 200, `${id} was acknowledged`);
		assert.match(body.data.status, /^(completed|failed)$/);
	}
	for (const id of images) await assertWhole(address, id);
}

/** Nobody was told a contradiction, what was asked once was paid once, and the sums are right. */
async function assertBooks(
	place: TestPlace,
	clients: readonly UnluckyClient[],
): Promise<void> {
	assert.deepEqual(
		clients.flatMap(({ complaints }) => complaints),
		[],
	);
	const { queries, storage } = await openBooks(place);
	const rows = await queries
		.selectFrom("generations")
		.select(["prompt", "team_id"])
		.execute();
	const paid = Map.groupBy(rows, ({ prompt }) => prompt);
	for (const prompt of clients.flatMap(({ oncePrompts }) => oncePrompts))
		assert.equal(paid.get(prompt)?.length, 1, `${prompt} was asked once`);
	const teamIds = [...new Set(rows.map(({ team_id }) => team_id))];
	assert.deepEqual(await audit({ queries, storage }, teamIds), []);
}

async function killWhileItStarts(
	place: TestPlace,
	afterMs: number,
): Promise<void> {
	const { listening, kill } = spawnServer(place, environment);
	listening.catch(() => {});
	await sleep(afterMs);
	await kill();
}

/** An image that was acknowledged is there, and its bytes are the ones that were drawn. */
async function assertWhole(address: Address, id: string): Promise<void> {
	const { body } = await askServer(address, `/images/library/${id}`);
	const download = await fetch(
		`${address.url}/v0/images/library/${id}/download`,
		{ headers: { authorization: `Bearer ${address.apiKey}` } },
	);
	assert.equal(download.status, 200, `${id} was acknowledged`);
	const bytes = Buffer.from(await download.arrayBuffer());
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	assert.equal(sha256, body.data.sha256, `${id} has its own bytes`);
}
