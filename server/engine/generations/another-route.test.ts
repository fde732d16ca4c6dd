/** What happens when the model that was asked for cannot be had: another draws, if there is one, and everybody is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	ProviderError,
	type ProviderErrorKind,
} from "../../providers/provider.ts";
import {
	createScriptedProvider,
	passingFault,
	plainPng,
	type ScriptedModelChanges,
	type ScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { openTestEngine } from "../../testing/test-engine.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import { noteFault } from "../jobs/provider-gates.ts";
import type { GenerationRequest } from "./request.ts";

/** Two providers that have the model, and a third with another model as the last resort. */
async function openHouse(
	t: Parameters<typeof openTestEngine>[0],
	last: ScriptedModelChanges = {},
) {
	const [first, second, third] = ["first", "second", "third"].map((name) =>
		createScriptedProvider({ name }),
	) as [ScriptedProvider, ScriptedProvider, ScriptedProvider];
	const house = await openTestEngine(t, {
		provider: first,
		otherProviders: [second, third],
		models: [
			scriptedModel({
				id: "fox",
				offers: [
					{ provider: "first", providerModel: "fox-1" },
					{ provider: "second", providerModel: "vendor/fox-1" },
				],
				fallbacks: ["hare"],
			}),
			scriptedModel({
				id: "hare",
				provider: "third",
				watermark: "synthid",
				...last,
			}),
		],
		environment: { GESSO_DEFAULT_MODEL: "fox" },
	});
	const team = await house.team(100);
	return {
		...house,
		house,
		first,
		second,
		third,
		submit: (changes: Partial<GenerationRequest> = {}) =>
			house.submit(team, changes),
		work: async (from: ScriptedProvider) =>
			await house.work(await house.claim({ from })),
		get: (id: string) => house.engine.getGeneration(team, id),
	};
}

/** One provider, and nobody else who has its model. */
async function openAlone(t: Parameters<typeof openTestEngine>[0]) {
	const first = createScriptedProvider();
	const house = await openTestEngine(t, { provider: first });
	return { house, first, team: await house.team(100) };
}

function failing(kind: ProviderErrorKind) {
	return () =>
		({ kind: "fail", error: new ProviderError(kind, "no") }) as const;
}

for (const kind of ["auth", "quota_exhausted", "not_configured"] as const) {
	test(`a fault that will not pass (${kind}) sends a generation to the next provider at once, and the answer says who drew`, async (t) => {
		const house = await openHouse(t);
		house.first.script = failing(kind);
		const id = await house.submit({ count: 2 });
		assert.equal(await house.work(house.first), null);
		assert.equal(await house.work(house.second), "completed");
		const generation = await house.get(id);
		assert.equal(generation.provider, "second");
		assert.equal(generation.providerModel, "vendor/fox-1");
		assert.equal(generation.model, "fox");
		assert.equal(generation.drawnBy, "fox");
		assert.deepEqual(
			generation.images.map(({ provider, providerModel }) => [
				provider,
				providerModel,
			]),
			[
				["second", "vendor/fox-1"],
				["second", "vendor/fox-1"],
			],
		);
		assert.match(
			generation.warnings.map(({ message }) => message).join(),
			/fox could not be had from first, so second drew it/,
		);
		assert.equal(generation.credits, 2, "it is charged once");
	});
}

test("a fault that may pass is tried once more before the next provider is asked, and then the next model", async (t) => {
	const house = await openHouse(t);
	const fail = () => ({ kind: "fail", error: passingFault() }) as const;
	house.first.script = fail;
	house.second.script = fail;
	const id = await house.submit();
	for (const from of [house.first, house.first, house.second, house.second]) {
		assert.equal(await house.work(from), null);
		house.clock.advance(10_000);
	}
	assert.equal(await house.work(house.third), "completed");
	const { drawnBy, warnings, images } = await house.get(id);
	assert.equal(drawnBy, "hare");
	assert.equal(images[0]?.watermark, "synthid");
	assert.deepEqual(
		warnings.map((warning) => warning.kind),
		["substituted", "substituted"],
	);
	assert.match(warnings[1]?.message ?? "", /hare of third drew instead/);
});

test("when nobody can draw it, it fails with the last one's fault, and all is given back", async (t) => {
	const house = await openHouse(t);
	for (const provider of [house.first, house.second, house.third])
		provider.script = failing("quota_exhausted");
	const id = await house.submit({ count: 3 });
	assert.equal(await house.work(house.first), null);
	assert.equal(await house.work(house.second), null);
	assert.equal(await house.work(house.third), "failed");
	const generation = await house.get(id);
	assert.equal(generation.error?.code, "quota_exhausted");
	assert.equal(generation.credits, 0);
});

test("with what failed is kept how long its vendor is to be left alone, as the vendor said it or as its gate is closed", async (t) => {
	const { house, team, first } = await openAlone(t);
	const failed = async (kind: ProviderErrorKind, retryAfterMs?: number) => {
		first.script = () => ({
			kind: "fail",
			error: new ProviderError(kind, "no", { retryAfterMs }),
		});
		const id = await house.submit(team);
		const { error, credits } = await house.drawn(team, id);
		assert.equal(credits, 0);
		house.clock.advance(600_000);
		return [error?.code, error?.retryAfterMs];
	};
	assert.deepEqual(await failed("rate_limited", 7_000), [
		"rate_limited",
		7_000,
	]);
	assert.deepEqual(await failed("quota_exhausted", 90_000), [
		"quota_exhausted",
		90_000,
	]);
	assert.deepEqual(await failed("content_blocked"), [
		"content_blocked",
		undefined,
	]);
	assert.deepEqual(
		await failed("unavailable"),
		["provider_failed", undefined],
		"it is not known to be out of order yet",
	);
	assert.deepEqual(await failed("unavailable"), ["provider_failed", 120_000]);
});

for (const kind of ["content_blocked", "invalid"] as const) {
	test(`what is refused (${kind}) is not carried to another vendor`, async (t) => {
		const house = await openHouse(t);
		house.first.script = failing(kind);
		await house.submit();
		assert.equal(await house.work(house.first), "failed");
		assert.equal(await house.claim({ from: house.second }), null);
	});
}

test("of several pictures only those that may be drawn elsewhere are", async (t) => {
	const house = await openHouse(t);
	house.first.script = ({ seed }) => {
		if (seed === 1) return { kind: "draw" };
		return failing(seed === 2 ? "content_blocked" : "auth")();
	};
	const id = await house.submit({ count: 3, seeds: [1, 2, 3] });
	assert.equal(await house.work(house.first), null);
	assert.equal(await house.work(house.second), "completed");
	assert.deepEqual(
		house.second.calls.map(({ seed }) => seed),
		[3],
	);
	const { images, credits } = await house.get(id);
	assert.deepEqual(
		images.map(({ position, provider }) => [position, provider]),
		[
			[0, "first"],
			[2, "second"],
		],
	);
	assert.equal(credits, 2);
});

test("while a vendor is known to be out of order, new generations begin with the next provider", async (t) => {
	const house = await openHouse(t);
	for (let time = 0; time < 5; time++)
		await noteFault(house.dependencies, "first", passingFault());
	const id = await house.submit();
	assert.equal(await house.work(house.second), "completed");
	assert.equal(house.first.calls.length, 0);
	const { warnings } = await house.get(id);
	assert.match(warnings[0]?.message ?? "", /so second drew it/);
});

test("the size that was promised is delivered, whatever the other model draws", async (t) => {
	const frames = [{ width: 200, height: 100, aspectRatio: "2:1" }];
	const house = await openHouse(t, {
		image: { sizing: { kind: "frames", frames } },
	});
	house.first.script = failing("auth");
	house.second.script = failing("auth");
	const size = { width: 120, height: 100 };
	const id = await house.submit({ size });
	await house.work(house.first);
	await house.work(house.second);
	await house.work(house.third);
	assert.deepEqual(house.third.calls[0]?.frame, frames[0]);
	const [image] = (await house.get(id)).images;
	assert.ok(image);
	assert.deepEqual({ width: image.width, height: image.height }, size);
});

for (const [lack, last, asked] of [
	[
		"takes fewer references",
		{ image: { maxInputImages: 0 } },
		{
			inputImages: [
				{
					kind: "base64",
					field: "image",
					data: (await plainPng({ width: 8, height: 8 }, "a")).toString(
						"base64",
					),
				},
			],
		},
	],
	[
		"draws too small",
		{
			image: {
				sizing: { kind: "frames", frames: [{ width: 64, height: 64 }] },
			},
		},
		{ size: { width: 1024, height: 1024 } },
	],
] as const satisfies [
	string,
	ScriptedModelChanges,
	Partial<GenerationRequest>,
][]) {
	test(`a model that ${lack} is no substitute`, async (t) => {
		const house = await openHouse(t, last);
		house.first.script = failing("auth");
		house.second.script = failing("auth");
		const id = await house.submit(asked);
		assert.equal(await house.work(house.first), null);
		assert.equal(await house.work(house.second), "failed");
		assert.equal((await house.get(id)).error?.code, "provider_failed");
	});
}

test("a process that was started without the provider leaves the generation to another way", async (t) => {
	const house = await openHouse(t);
	const id = await house.submit();
	const claim = await house.claim({ from: house.first });
	const poorer = await openTestEngine(t, {
		beside: house.house,
		provider: house.second,
	});
	assert.equal(await poorer.work(claim), null);
	assert.equal(await house.work(house.second), "completed");
	assert.equal((await house.get(id)).provider, "second");
});

test("a call that takes longer than its provider allows is given up, and goes another way without being asked twice", async (t) => {
	const slow = createScriptedProvider({ name: "first", callTimeoutMs: 50 });
	slow.script = () => ({ kind: "wait", until: new Promise(() => {}) });
	const second = createScriptedProvider({ name: "second" });
	const house = await openTestEngine(t, {
		provider: slow,
		otherProviders: [second],
		models: [
			scriptedModel({
				offers: [
					{ provider: "first", providerModel: "a" },
					{ provider: "second", providerModel: "b" },
				],
			}),
		],
	});
	const team = await house.team();
	const id = await house.submit(team);
	await house.engine.start();
	await waitUntil(async () => second.calls.length === 1);
	assert.equal((await house.ended(team, id)).provider, "second");
	assert.equal(slow.calls.length, 1);
});
