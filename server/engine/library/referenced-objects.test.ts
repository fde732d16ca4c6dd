/** Bytes that nothing refers to go in time; bytes that something refers to, or soon will, stay. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { plainPng } from "../../testing/scripted-provider.ts";
import { filesBelow, rowsOf } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import type { Image, Principal } from "../generations/request.ts";
import {
	collectUnreferenced,
	enterUnreferenced,
} from "./referenced-objects.ts";

const AN_HOUR_MS = 60 * 60 * 1000;

async function collectAnHourLater(house: TestEngine): Promise<number> {
	house.clock.advance(AN_HOUR_MS + 1);
	return await collectUnreferenced(house.dependencies);
}

function kept({ place }: TestEngine): string[] {
	const storage = path.join(place.dataDirectory, "storage");
	return filesBelow(storage).map((file) => path.relative(storage, file));
}

/** Always the same picture, byte for byte. */
async function drawSame(house: TestEngine, team: Principal): Promise<Image> {
	const id = await house.submit(team, { prompt: "the same", seeds: [7] });
	const { images } = await house.drawn(team, id);
	const [image] = images;
	assert.ok(image);
	return image;
}

async function entries({ dependencies }: TestEngine): Promise<number> {
	const { unreferenced_objects } = await rowsOf(dependencies.database, [
		"unreferenced_objects",
	]);
	return unreferenced_objects?.length ?? 0;
}

test("the bytes of a deleted picture and its renderings go an hour later, not before", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const image = await drawSame(house, team);
	for (const variant of ["webp", "thumbnail"] as const)
		(await house.engine.openVariant(image, variant)).stream.destroy();
	assert.equal(kept(house).length, 3);
	await house.engine.deleteImage(team, image.id);
	house.clock.advance(AN_HOUR_MS);
	assert.equal(await collectUnreferenced(house.dependencies), 0);
	assert.equal(kept(house).length, 3);
	house.clock.advance(1);
	assert.equal(await collectUnreferenced(house.dependencies), 1);
	assert.deepEqual(kept(house), []);
	assert.equal(await entries(house), 0);
});

test("bytes that two pictures share stay as long as one of them does", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const first = await drawSame(house, team);
	const second = await drawSame(house, team);
	assert.equal(first.storageKey, second.storageKey);
	await house.engine.deleteImage(team, first.id);
	assert.equal(await collectAnHourLater(house), 0);
	const { stream } = await house.engine.openVariant(second, "original");
	assert.ok((await stream.toArray()).length > 0);
	await house.engine.deleteImage(team, second.id);
	assert.equal(await collectAnHourLater(house), 1);
	assert.deepEqual(kept(house), []);
});

test("two teams with the same picture do not share its bytes", async (t) => {
	const house = await openTestEngine(t);
	const [one, two] = [await house.team(), await house.team()];
	const first = await drawSame(house, one);
	const second = await drawSame(house, two);
	assert.equal(first.sha256, second.sha256);
	await house.engine.deleteImage(one, first.id);
	await collectAnHourLater(house);
	assert.deepEqual(kept(house), [path.normalize(second.storageKey)]);
});

test("the references of a generation stay", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team();
	const picture = await plainPng({ width: 9, height: 9 }, "reference");
	const id = await house.submit(team, {
		inputImages: [
			{ kind: "base64", field: "image", data: picture.toString("base64") },
		],
	});
	await collectAnHourLater(house);
	assert.equal((await house.drawn(team, id)).status, "completed");
	await collectAnHourLater(house);
	assert.equal(kept(house).length, 2);
	assert.equal(await entries(house), 0);
});

test("bytes of a process that died before it could refer to them go in time", async (t) => {
	const house = await openTestEngine(t);
	const { storage, staging, database, clock } = house.dependencies;
	const file = await staging.stage(
		(async function* () {
			yield Buffer.from("orphan");
		})(),
	);
	await enterUnreferenced(database.queries, "generated/t/ff.png", clock());
	await storage.put("generated/t/ff.png", file);
	assert.equal(await collectAnHourLater(house), 1);
	assert.deepEqual(kept(house), []);
});

test("a picture that is drawn again while its old bytes are being collected is not lost", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const { storage } = house.dependencies;
	const team = await house.team();
	const old = await drawSame(house, team);
	await house.engine.deleteImage(team, old.id);
	house.clock.advance(AN_HOUR_MS + 1);
	const removing = Promise.withResolvers<void>();
	const goOn = Promise.withResolvers<void>();
	const collecting = collectUnreferenced({
		...house.dependencies,
		storage: {
			...storage,
			remove: async (key) => {
				removing.resolve();
				await goOn.promise;
				await storage.remove(key);
			},
		},
	});
	await removing.promise;
	const drawing = drawSame(other, team);
	// Long enough to come to the moment where it has to wait for the collector.
	await sleep(200);
	goOn.resolve();
	assert.equal(await collecting, 1);
	const image = await drawing;
	assert.equal(image.storageKey, old.storageKey);
	assert.deepEqual(kept(house), [path.normalize(image.storageKey)]);
	await collectAnHourLater(house);
	assert.deepEqual(kept(house), [path.normalize(image.storageKey)]);
});

test("a collector that comes between the bytes and the row that refers to them takes nothing", async (t) => {
	const house = await openTestEngine(t);
	const { storage } = house.dependencies;
	const team = await house.team();
	const old = await drawSame(house, team);
	await house.engine.deleteImage(team, old.id);
	house.clock.advance(AN_HOUR_MS + 1);
	let collected: number | undefined;
	const { put } = storage;
	storage.put = async (...args) => {
		await put.call(storage, ...args);
		collected = await collectUnreferenced(house.dependencies);
	};
	const image = await drawSame(house, team);
	assert.equal(collected, 0);
	assert.deepEqual(kept(house), [path.normalize(image.storageKey)]);
});

test("an object that cannot be removed does not keep the others, and is tried again", async (t) => {
	const house = await openTestEngine(t);
	const { database, storage, clock } = house.dependencies;
	for (let index = 0; index < 250; index++)
		await enterUnreferenced(
			database.queries,
			`generated/t/${String(index).padStart(3, "0")}.png`,
			clock(),
		);
	let isDiskIll = true;
	const dependencies = {
		...house.dependencies,
		storage: {
			...storage,
			remove: async (key: string) => {
				if (isDiskIll && key.endsWith("000.png")) throw new Error("EIO");
				await storage.remove(key);
			},
		},
	};
	house.clock.advance(AN_HOUR_MS + 1);
	await collectUnreferenced(dependencies);
	await collectUnreferenced(dependencies);
	await collectUnreferenced(dependencies);
	assert.equal(await entries(house), 1);
	isDiskIll = false;
	assert.equal(await collectUnreferenced(dependencies), 1);
	assert.equal(await entries(house), 0);
});

test("two collectors at once take each object once", async (t) => {
	const house = await openTestEngine(t);
	const other = await openTestEngine(t, { beside: house });
	const { database, clock } = house.dependencies;
	for (let index = 0; index < 30; index++)
		await enterUnreferenced(
			database.queries,
			`generated/t/${index}.png`,
			clock(),
		);
	house.clock.advance(AN_HOUR_MS + 1);
	const [one, two] = await Promise.all([
		collectUnreferenced(house.dependencies),
		collectUnreferenced(other.dependencies),
	]);
	assert.equal((one ?? 0) + (two ?? 0), 30);
});
