/** Rows drawn in batches of the vendor's own: at half price, joined by key, and accounted for whatever the vendor does. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../providers/provider.ts";
import {
	createScriptedBatches,
	type ScriptedBatches,
} from "../../testing/scripted-batches.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	talkingModel,
} from "../../testing/scripted-talker.ts";
import {
	type CatalogueHouse,
	creditsSpent,
	faultsIn,
	isAnyStepTaken,
	openCatalogueHouse,
	openPhotoShop,
	rowsIn,
	takeIn,
	titlesCsv,
} from "../../testing/test-catalogues.ts";
import type { TestEngineOptions } from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import type { Principal } from "../generations/request.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

interface VendorHouse extends CatalogueHouse {
	readonly vendor: ScriptedBatches;
}

async function openVendorHouse(
	t: TestContext,
	options: TestEngineOptions = {},
): Promise<VendorHouse> {
	const vendor = createScriptedBatches();
	const house = await openCatalogueHouse(t, {
		provider: createScriptedProvider({ batches: vendor }),
		...options,
		environment: {
			// The clock jumps while steps are taken.
			GESSO_LEASE_MS: "600000",
			...options.environment,
		},
	});
	await house.engine.start();
	return { ...house, vendor };
}

const VENDOR_BATCH = { strategy: "vendor-batch" } as const;

/** Waits until nothing is under way, and lets the time between steps pass meanwhile. */
async function finished(house: CatalogueHouse, team: Principal, id: string) {
	return await waitUntil(async () => {
		if (!(await isAnyStepTaken(house))) house.clock.advance(61_000);
		const catalogue = await house.engine.catalogues.get(team, id);
		const isOver = !["working", "canceling"].includes(catalogue.status);
		return isOver && catalogue;
	});
}

/** Waits until the vendor was asked how its first batch stands. */
async function polled(house: VendorHouse) {
	await waitUntil(() => {
		house.clock.advance(1_000);
		return (house.vendor.taken[0]?.polls ?? 0) > 0;
	});
}

test("S0-1, S0-31, S0-a: rows become pictures in a batch of the vendor's own, at half price, under the names that their table gives them", async (t) => {
	const house = await openVendorHouse(t);
	const team = await house.team();
	const titles = ["a fox", "a hen", "a cow", "a sow"];
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	const { strategies } = await house.engine.catalogues.estimate(team, id);
	assert.deepEqual(
		strategies.map(({ strategy, credits }) => [strategy, credits]),
		[
			["direct", 4],
			["describe-then-draw", 6],
			["vendor-batch", 2],
		],
	);
	await house.engine.catalogues.start(team, id);
	const done = await finished(house, team, id);
	assert.equal(done.counts.drawn, 4);
	assert.equal(house.provider.calls.length, 0);
	const [batch, ...others] = house.vendor.taken;
	assert.deepEqual(others, []);
	assert.deepEqual(
		batch?.lines.map(({ key, prompt }) => [key, prompt]),
		titles.map((title, index) => [`S${index + 1}`, `A picture of ${title}`]),
	);
	assert.equal(await creditsSpent(house, team), 2);
	const rows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map(({ credits }) => credits),
		[0, 1, 0, 1],
	);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("what a row costs its vendor in a batch is a half of the price list", async (t) => {
	const house = await openVendorHouse(t, {
		models: [
			scriptedModel({
				dollarPrices: {
					perMillionTokens: {
						inputText: 1,
						inputImage: 1,
						outputText: 10,
						outputImage: 30,
					},
					perImage: { low: 0.04 },
					batchFactor: 0.5,
					source: "a list",
					checkedOn: "2026-01-01",
				},
			}),
			talkingModel(),
		],
	});
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]), VENDOR_BATCH);
	const { strategies } = await house.engine.catalogues.estimate(team, id);
	assert.deepEqual(
		strategies.map(({ strategy, dollars }) => [strategy, dollars]),
		[
			["direct", 0.04],
			["describe-then-draw", null],
			["vendor-batch", 0.02],
		],
	);
	await house.engine.catalogues.start(team, id);
	await finished(house, team, id);
	const [row] = await rowsIn(house, team, id);
	// 1,000 tokens of text at $1 and 1,000 of pictures at $30 a million, halved.
	assert.equal(row?.costDollars, 0.0155);
	assert.equal(row?.generation?.isCostEstimated, true);
});

test("a batch is cut where it is full, by lines and by what its results will amount to", async (t) => {
	const house = await openVendorHouse(t, {
		environment: { GESSO_VENDOR_BATCH_MAX_LINES: "3" },
	});
	const team = await house.team();
	const titles = Array.from({ length: 7 }, (_, index) => `thing ${index}`);
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	await house.engine.catalogues.start(team, id);
	await finished(house, team, id);
	const sizes = house.vendor.taken.map(({ lines }) => lines.length);
	assert.deepEqual(sizes.sort(), [1, 3, 3]);

	const large = await takeIn(house, team, titlesCsv(titles), {
		...VENDOR_BATCH,
		settings: { size: { width: 2048, height: 2048 } },
	});
	const other = await openVendorHouse(t, {
		environment: { GESSO_VENDOR_BATCH_MAX_OUTPUT_BYTES: "30000000" },
		beside: house,
		provider: house.provider,
	});
	await other.engine.catalogues.start(team, large.id);
	await finished(house, team, large.id);
	for (const { lines } of house.vendor.taken.slice(3))
		assert.ok(lines.length <= 3);
});

test("several pictures of a row are as many requests, where the vendor draws one a call, and one row", async (t) => {
	const house = await openVendorHouse(t);
	const team = await house.team();
	house.vendor.fate = ({ key }) =>
		key === "S2~2"
			? { kind: "failed", error: new ProviderError("unavailable", "500") }
			: { kind: "done" };
	const { id } = await takeIn(house, team, titlesCsv(["a fox", "a hen"]), {
		...VENDOR_BATCH,
		settings: { count: 3 },
	});
	await house.engine.catalogues.start(team, id);
	await finished(house, team, id);
	assert.deepEqual(
		house.vendor.taken[0]?.lines.map(({ key }) => key),
		["S1", "S1~2", "S1~3", "S2", "S2~2", "S2~3"],
	);
	const rows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map(({ generation }) => generation?.images.length),
		[3, 2],
	);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("refused, broken, missing and repeated results end each line once; what was not drawn is refunded and can be tried again", async (t) => {
	const house = await openVendorHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const titles = Array.from({ length: 10 }, (_, index) => `thing ${index}`);
	const fates: Readonly<Record<string, ReturnType<ScriptedBatches["fate"]>>> = {
		S2: { kind: "failed", error: new ProviderError("content_blocked", "no") },
		S4: { kind: "failed", error: new ProviderError("unavailable", "500") },
		S6: { kind: "nothing" },
		S8: { kind: "done", times: 3 },
		S10: { kind: "words", text: "I cannot draw that." },
	};
	house.vendor.fate = ({ key }) => fates[key] ?? { kind: "done" };
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	await catalogues.start(team, id);
	const done = await finished(house, team, id);
	assert.deepEqual([done.counts.drawn, done.counts.failed], [6, 4]);
	const rows = await rowsIn(house, team, id);
	const errors = Object.fromEntries(
		rows.flatMap(({ key, error }) => (error ? [[key, error]] : [])),
	);
	assert.equal(errors.S2?.code, "content_blocked");
	assert.equal(errors.S4?.code, "provider_failed");
	assert.match(errors.S6?.message ?? "", /no result for this line/);
	assert.match(errors.S10?.message ?? "", /in words.*I cannot draw that/);
	assert.deepEqual(await faultsIn(house, team), []);

	house.vendor.fate = () => ({ kind: "done" });
	await catalogues.retry(team, id, { kind: "failed" });
	const again = await finished(house, team, id);
	assert.deepEqual([again.counts.drawn, again.counts.failed], [10, 0]);
	assert.deepEqual(
		house.vendor.taken[1]?.lines.map(({ key }) => key),
		["S2", "S4", "S6", "S10"],
	);
	const { total } = await house.engine.listImages(team, { page: 1, limit: 1 });
	assert.equal(total, 10);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("S0-e: a batch that expires gives what it has, and its other rows say so", async (t) => {
	const house = await openVendorHouse(t);
	const team = await house.team();
	let polls = 0;
	house.vendor.onPoll = () => (polls++ < 3 ? "running" : "expired");
	house.vendor.fate = ({ key }) =>
		key === "S1" ? { kind: "done" } : { kind: "nothing" };
	const titles = ["a fox", "a hen"];
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	await house.engine.catalogues.start(team, id);
	await finished(house, team, id);
	const rows = await rowsIn(house, team, id);
	assert.deepEqual(
		rows.map(({ status, error }) => [status, error?.code]),
		[
			["drawn", undefined],
			["failed", "batch_expired"],
		],
	);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("a batch that the vendor never finishes is given up after two days, and one that it lost after some looks", async (t) => {
	const house = await openVendorHouse(t);
	const team = await house.team();
	house.vendor.onPoll = () => "running";
	const late = await takeIn(house, team, titlesCsv(["a fox"]), VENDOR_BATCH);
	house.vendor.fate = () => ({ kind: "nothing" });
	await house.engine.catalogues.start(team, late.id);
	await polled(house);
	house.clock.advance(3 * DAY_MS);
	await finished(house, team, late.id);
	const [row] = await rowsIn(house, team, late.id);
	assert.equal(row?.error?.code, "batch_expired");

	house.vendor.onPoll = () => "gone";
	const lost = await takeIn(house, team, titlesCsv(["a hen"]), VENDOR_BATCH);
	await house.engine.catalogues.start(team, lost.id);
	await finished(house, team, lost.id);
	const [hen] = await rowsIn(house, team, lost.id);
	assert.match(hen?.error?.message ?? "", /lost the batch.*vendor-2/);
	assert.equal(await creditsSpent(house, team), 0);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("a batch of which nobody knows whether it arrived is looked for, and never handed over twice", async (t) => {
	const house = await openVendorHouse(t);
	const team = await house.team();
	house.vendor.onSubmit = (tries) =>
		tries === 0
			? {
					error: new ProviderError("timeout", "no answer", { mayBePaid: true }),
					isTaken: true,
				}
			: undefined;
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]), VENDOR_BATCH);
	await house.engine.catalogues.start(team, id);
	await finished(house, team, id);
	assert.equal(house.vendor.taken.length, 1);
	assert.equal((await rowsIn(house, team, id))[0]?.status, "drawn");
});

test("a vendor that is busy is asked again later, and one that refuses a batch fails its lines", async (t) => {
	const house = await openVendorHouse(t);
	const team = await house.team();
	house.vendor.onSubmit = (tries) =>
		tries < 2
			? { error: new ProviderError("rate_limited", "429"), isTaken: false }
			: undefined;
	const busy = await takeIn(house, team, titlesCsv(["a fox"]), VENDOR_BATCH);
	await house.engine.catalogues.start(team, busy.id);
	await finished(house, team, busy.id);
	assert.equal((await rowsIn(house, team, busy.id))[0]?.status, "drawn");

	house.vendor.onSubmit = () => ({
		error: new ProviderError("quota_exhausted", "no money", {
			publicMessage: "The account is empty.",
		}),
		isTaken: false,
	});
	const refused = await takeIn(house, team, titlesCsv(["a hen"]), VENDOR_BATCH);
	await house.engine.catalogues.start(team, refused.id);
	await finished(house, team, refused.id);
	const [row] = await rowsIn(house, team, refused.id);
	assert.equal(row?.error?.code, "quota_exhausted");
	assert.equal(row?.error?.message, "The account is empty.");
	assert.deepEqual(await faultsIn(house, team), []);
});

test("results that break off in the middle are read again, and what was taken in stays", async (t) => {
	const house = await openVendorHouse(t);
	const team = await house.team();
	house.vendor.onResult = ({ readings }, index) =>
		readings === 1 && index === 3
			? new ProviderError("unavailable", "broken off")
			: undefined;
	const titles = Array.from({ length: 6 }, (_, index) => `thing ${index}`);
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	await house.engine.catalogues.start(team, id);
	const done = await finished(house, team, id);
	assert.equal(done.counts.drawn, 6);
	assert.equal(house.vendor.taken[0]?.readings, 2);
	const { total } = await house.engine.listImages(team, { page: 1, limit: 1 });
	assert.equal(total, 6);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("canceling tells the vendor, takes in what is done, and refunds the rest", async (t) => {
	const house = await openVendorHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	house.vendor.onPoll = () => "running";
	house.vendor.fate = ({ key }) =>
		key === "S1" ? { kind: "done" } : { kind: "nothing" };
	const titles = ["a fox", "a hen"];
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	await catalogues.start(team, id);
	await polled(house);
	assert.equal((await catalogues.get(team, id)).counts.drawing, 2);
	await catalogues.cancel(team, id);
	const done = await finished(house, team, id);
	assert.deepEqual(house.vendor.canceled, ["vendor-1"]);
	assert.deepEqual([done.counts.drawn, done.counts.failed], [1, 1]);
	const [, hen] = await rowsIn(house, team, id);
	assert.equal(hen?.error?.code, "batch_canceled");
	assert.deepEqual(await faultsIn(house, team), []);
});

test("S0-10, S0-18: descriptions are written by the vendor's text batch, with their photos, and pictures drawn one by one", async (t) => {
	const shop = await openPhotoShop(t);
	const vendor = createScriptedBatches();
	const talker = createScriptedTalker({ batches: vendor });
	const house = await openCatalogueHouse(t, {
		talker,
		allowedHosts: [shop],
		environment: { GESSO_LEASE_MS: "600000" },
	});
	await house.engine.start();
	const team = await house.team();
	const csv = `SKU,Title,Photo\nS1,a fox,http://${shop}/fox\nS2,a hen,http://${shop}/no\nS3,a cow,http://${shop}/no2\n`;
	const { id } = await takeIn(house, team, csv, {
		strategy: "describe-then-draw",
		choice: {
			kind: "template",
			template: "A picture of {{Title}}",
			keyColumn: "SKU",
			photoColumns: ["Photo"],
		},
		settings: { onMissingPhoto: "drawWithout" },
	});
	await house.engine.catalogues.start(team, id);
	const described = await finished(house, team, id);
	assert.equal(described.counts.described, 3);
	assert.equal(talker.talks.length, 0);
	const [batch] = vendor.taken;
	assert.deepEqual(
		batch?.lines.map(({ key, kind, photos }) => [key, kind, photos]),
		[
			["S1", "chat", 1],
			["S2", "chat", 0],
			["S3", "chat", 0],
		],
	);
	// S0-12
	const call = batch?.lines[0]?.call;
	assert.ok(call !== undefined && "temperature" in call);
	assert.deepEqual([call.temperature, call.maxOutputTokens], [0.7, 8_192]);
	assert.equal(await creditsSpent(house, team), 1);
	const [fox, hen] = await rowsIn(house, team, id);
	assert.match(fox?.description ?? "", /^Described: /);
	assert.deepEqual(fox?.warnings, []);
	assert.equal(hen?.warnings.length, 1);

	await house.engine.catalogues.draw(team, id);
	const drawn = await finished(house, team, id);
	assert.equal(drawn.counts.drawn, 3);
	assert.equal(house.provider.calls.length, 3);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("a row whose photo cannot be had fails alone, and its batch goes without it", async (t) => {
	const shop = await openPhotoShop(t);
	const vendor = createScriptedBatches();
	const house = await openCatalogueHouse(t, {
		talker: createScriptedTalker({ batches: vendor }),
		allowedHosts: [shop],
		environment: { GESSO_LEASE_MS: "600000" },
	});
	await house.engine.start();
	const team = await house.team();
	const csv = `SKU,Title,Photo\nS1,a fox,http://${shop}/no\nS2,a hen,http://${shop}/hen\n`;
	const { id } = await takeIn(house, team, csv, {
		strategy: "describe-then-draw",
		choice: {
			kind: "template",
			template: "A picture of {{Title}}",
			keyColumn: "SKU",
			photoColumns: ["Photo"],
		},
	});
	await house.engine.catalogues.start(team, id);
	const described = await finished(house, team, id);
	assert.deepEqual(
		[described.counts.described, described.counts.failed],
		[1, 1],
	);
	assert.deepEqual(
		vendor.taken[0]?.lines.map(({ key }) => key),
		["S2"],
	);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("a sample is drawn at once, and a strategy without a vendor for it is refused", async (t) => {
	const house = await openVendorHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	const titles = ["a fox", "a hen"];
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	await catalogues.sample(team, id, ["S2"]);
	await finished(house, team, id);
	assert.equal(house.vendor.taken.length, 0);
	assert.equal(house.provider.calls.length, 1);
	assert.equal(await creditsSpent(house, team), 1);

	const plain = await openCatalogueHouse(t);
	const other = await plain.team();
	const refused = await takeIn(plain, other, titlesCsv(titles), VENDOR_BATCH);
	await assert.rejects(plain.engine.catalogues.start(other, refused.id), {
		code: "invalid_request",
		message: /takes no batches/,
	});
});

test("S0-d: a picture that a model draws beside its description is kept in the library, and costs nothing", async (t) => {
	const vendor = createScriptedBatches();
	vendor.fate = () => ({ kind: "words", text: "A fox.", withPicture: true });
	const house = await openCatalogueHouse(t, {
		talker: createScriptedTalker({ batches: vendor }),
		environment: { GESSO_LEASE_MS: "600000" },
	});
	await house.engine.start();
	const team = await house.team();
	const { id } = await takeIn(house, team, titlesCsv(["a fox"]), {
		strategy: "describe-then-draw",
	});
	await house.engine.catalogues.start(team, id);
	const described = await finished(house, team, id);
	assert.equal(described.counts.described, 1);
	const [row] = await rowsIn(house, team, id);
	assert.equal(row?.description, "A fox.");
	const { images } = await house.engine.listImages(team, { page: 1, limit: 5 });
	assert.deepEqual(
		images.map(({ width, height }) => [width, height]),
		[[8, 8]],
	);
	const [kept] = images;
	assert.match(kept?.prompt ?? "", /a fox/);
	assert.match(
		row?.warnings.join() ?? "",
		new RegExp(`kept in the library as ${kept?.generationId}`),
	);
	assert.equal(await creditsSpent(house, team), 0);
	assert.deepEqual(await faultsIn(house, team), []);
});

test("the results of a batch that was taken for lost are found again under its name and brought in, and paid for then", async (t) => {
	const house = await openVendorHouse(t);
	const { catalogues } = house.engine;
	const team = await house.team();
	house.vendor.onPoll = () => "gone";
	const titles = ["a fox", "a hen", "a cow", "a sow"];
	const { id } = await takeIn(house, team, titlesCsv(titles), VENDOR_BATCH);
	await catalogues.start(team, id);
	const lost = await finished(house, team, id);
	assert.equal(lost.counts.failed, 4);
	assert.equal(await creditsSpent(house, team), 0);

	house.vendor.onPoll = () => "succeeded";
	house.vendor.fate = ({ key }) =>
		key === "S3" ? { kind: "nothing" } : { kind: "done" };
	await catalogues.recover(team, id);
	const recovered = await finished(house, team, id);
	assert.deepEqual([recovered.counts.drawn, recovered.counts.failed], [3, 1]);
	assert.equal(house.vendor.taken.length, 1);
	const rows = await rowsIn(house, team, id);
	const paid = rows.reduce((sum, { credits }) => sum + credits, 0);
	assert.equal(await creditsSpent(house, team), paid);
	assert.deepEqual(await faultsIn(house, team), []);

	const [batch] = house.vendor.taken.splice(0);
	assert.ok(batch !== undefined);
	await assert.rejects(catalogues.recover(team, id), { code: "conflict" });
});

test("S0-b: the photo of a row goes with it into the vendor's batch, and is fetched once", async (t) => {
	const fetched: string[] = [];
	const shop = await openPhotoShop(t, (path) => fetched.push(path));
	const house = await openVendorHouse(t, { allowedHosts: [shop] });
	const team = await house.team();
	const csv = `SKU,Title,Photo\nS1,a fox,http://${shop}/fox\nS2,a hen,http://${shop}/hen\n`;
	const { id } = await takeIn(house, team, csv, {
		...VENDOR_BATCH,
		choice: {
			kind: "template",
			template: "A picture of {{Title}}",
			keyColumn: "SKU",
			photoColumns: ["Photo"],
		},
	});
	await house.engine.catalogues.start(team, id);
	const done = await finished(house, team, id);
	assert.equal(done.counts.drawn, 2);
	assert.deepEqual(
		house.vendor.taken[0]?.lines.map(({ photos }) => photos),
		[1, 1],
	);
	assert.deepEqual(fetched.sort(), ["/fox", "/hen"]);
});
