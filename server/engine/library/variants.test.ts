/** Renderings of a picture: made when they are asked for, once, and made again when they were thrown away. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { filesBelow } from "../../testing/snapshot.ts";
import { openTestEngine, type TestEngine } from "../../testing/test-engine.ts";
import type { Image } from "../generations/request.ts";
import { variantsPrefix } from "./referenced-objects.ts";
import {
	openVariant,
	VARIANTS,
	type Variant,
	variantFacts,
} from "./variants.ts";

const WIDE = { width: 640, height: 160 };

/** One picture; `bytes` when the provider is to return these. */
async function drawImage(house: TestEngine, bytes?: Buffer): Promise<Image> {
	const team = await house.team();
	if (bytes !== undefined)
		house.provider.script = () => ({ kind: "spoil", broken: [0], bytes });
	const id = await house.submit(team, { size: WIDE });
	const { images, status } = await house.drawn(team, id);
	assert.equal(status, "completed");
	const [image] = images;
	assert.ok(image);
	return image;
}

async function bytesOf(
	{ engine }: TestEngine,
	image: Image,
	variant: Variant,
): Promise<Buffer> {
	const { stream, sizeBytes } = await engine.openVariant(image, variant);
	const bytes = Buffer.concat(await stream.toArray());
	assert.equal(bytes.length, sizeBytes);
	return bytes;
}

function stagedFiles({ place }: TestEngine): string[] {
	return filesBelow(path.join(place.dataDirectory, "staging"));
}

test("every variant is what it says, in the size of the picture; a thumbnail has at most 320 pixels an edge", async (t) => {
	const house = await openTestEngine(t);
	const image = await drawImage(house);
	for (const variant of VARIANTS) {
		const bytes = await bytesOf(house, image, variant);
		const { mediaType, extension } = house.engine.variantFacts(image, variant);
		const { format, width, height } = await sharp(bytes).metadata();
		assert.equal(mediaType, `image/${format}`, variant);
		assert.equal(extension, format === "jpeg" ? "jpg" : format, variant);
		const [w, h] = variant === "thumbnail" ? [320, 80] : [640, 160];
		assert.deepEqual([width, height], [w, h], variant);
		assert.equal(await house.engine.variantSize(image, variant), bytes.length);
	}
	assert.deepEqual(stagedFiles(house), []);
});

test("a picture that fits and has the right format is its own variant", async (t) => {
	const house = await openTestEngine(t);
	const image = await drawImage(house);
	for (const variant of ["original", "fitted", "png"] as const)
		assert.equal(variantFacts(image, variant).storageKey, image.storageKey);
	for (const variant of ["webp", "jpeg", "thumbnail"] as const)
		assert.notEqual(variantFacts(image, variant).storageKey, image.storageKey);
});

test("a format that cannot be written is shown as png, and the original stays as it came", async (t) => {
	const house = await openTestEngine(t);
	const gif = await sharp({
		create: { ...WIDE, channels: 3, background: "teal" },
	})
		.gif()
		.toBuffer();
	const image = await drawImage(house, gif);
	assert.equal(image.mediaType, "image/gif");
	assert.ok(gif.equals(await bytesOf(house, image, "original")));
	const fitted = await sharp(await bytesOf(house, image, "fitted")).metadata();
	assert.equal(fitted.format, "png");
});

test("fifty visitors at once cost one rendering, and all see the same", async (t) => {
	const house = await openTestEngine(t);
	const image = await drawImage(house);
	const { storage } = house.dependencies;
	const written: string[] = [];
	const dependencies = {
		...house.dependencies,
		storage: {
			...storage,
			put: async (...args: Parameters<typeof storage.put>) => {
				written.push(args[0]);
				await storage.put(...args);
			},
		},
	};
	const seen = await Promise.all(
		Array.from({ length: 50 }, async () => {
			const { stream } = await openVariant(dependencies, image, "webp");
			return Buffer.concat(await stream.toArray()).toString("base64");
		}),
	);
	assert.equal(new Set(seen).size, 1);
	assert.deepEqual(written, [variantFacts(image, "webp").storageKey]);
	assert.deepEqual(stagedFiles(house), []);
});

test("renderings that were thrown away are made again, the same as before", async (t) => {
	const house = await openTestEngine(t);
	const image = await drawImage(house);
	const before = await bytesOf(house, image, "webp");
	await house.dependencies.storage.removeBelow(
		variantsPrefix(image.teamId, image.sha256),
	);
	assert.ok(before.equals(await bytesOf(house, image, "webp")));
});

test("a part of a rendering can be read, though it has to be made first", async (t) => {
	const house = await openTestEngine(t);
	const image = await drawImage(house);
	const range = { first: 2, last: 11 };
	const part = await house.engine.openVariant(image, "webp", range);
	const bytes = Buffer.concat(await part.stream.toArray());
	const whole = await bytesOf(house, image, "webp");
	assert.equal(part.sizeBytes, whole.length);
	assert.ok(bytes.equals(whole.subarray(2, 12)));
});

test("a rendering that fails leaves nothing behind and can be asked for again", async (t) => {
	const house = await openTestEngine(t);
	const image = await drawImage(house);
	const { storage } = house.dependencies;
	let isDiskFull = true;
	const dependencies = {
		...house.dependencies,
		storage: {
			...storage,
			put: async (...args: Parameters<typeof storage.put>) => {
				if (isDiskFull) throw new Error("ENOSPC");
				await storage.put(...args);
			},
		},
	};
	await assert.rejects(openVariant(dependencies, image, "jpeg"), /ENOSPC/);
	assert.deepEqual(stagedFiles(house), []);
	isDiskFull = false;
	const { stream } = await openVariant(dependencies, image, "jpeg");
	stream.destroy();
});

test("a picture whose original is gone is a fault, not an empty answer", async (t) => {
	const house = await openTestEngine(t);
	const image = await drawImage(house);
	await house.dependencies.storage.remove(image.storageKey);
	for (const variant of ["original", "webp"] as const)
		await assert.rejects(
			house.engine.openVariant(image, variant),
			/not in storage/,
		);
});
