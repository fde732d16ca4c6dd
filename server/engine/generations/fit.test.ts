/** The caller gets the size he was promised, whatever the provider drew, and is told when it drew something else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { openTestEngine } from "../../testing/test-engine.ts";

for (const [what, draws, models, call] of [
	[
		"a model with fixed sizes",
		undefined,
		[
			scriptedModel({
				image: {
					sizing: {
						kind: "frames",
						frames: [
							{ width: 128, height: 128 },
							{ width: 192, height: 128 },
							{ width: 96, height: 64 },
						],
					},
				},
			}),
		],
		{ width: 192, height: 128 },
	],
	[
		"a provider that draws another size than it was asked for",
		{ width: 200, height: 100 },
		[scriptedModel()],
		{ width: 150, height: 90 },
	],
] as const) {
	test(`S1-j: ${what}: the picture is fitted exactly, the original is kept, and the caller is told`, async (t) => {
		const provider = createScriptedProvider(draws ? { draws } : {});
		const house = await openTestEngine(t, { provider, models });
		const team = await house.team();
		const size = { width: 150, height: 90 };
		const id = await house.submit(team, { size });
		const { images, warnings, width, height } = await house.drawn(team, id);
		assert.deepEqual(provider.calls[0]?.frame, call);
		assert.deepEqual({ width, height }, size);
		const [image] = images;
		assert.ok(image);
		assert.deepEqual({ width: image.width, height: image.height }, size);
		const { width: originalWidth } = draws ?? call;
		assert.equal(image.originalWidth, originalWidth);
		for (const [variant, wanted] of [
			["original", draws ?? call],
			["fitted", size],
			["webp", size],
		] as const) {
			const { stream } = await house.engine.openVariant(image, variant);
			const { width, height } = await sharp(
				Buffer.concat(await stream.toArray()),
			).metadata();
			assert.deepEqual({ width, height }, { ...wanted }, variant);
		}
		assert.deepEqual(
			warnings.map(({ kind, parameter }) => [kind, parameter]),
			[["adjusted", "size"]],
		);
		assert.match(warnings[0]?.message ?? "", /150x90/);
	});
}

test("a picture that cannot be brought to its size is a fault of the provider: not asked for again, since it may be paid, and given back", async (t) => {
	const house = await openTestEngine(t);
	const team = await house.team(10);
	const id = await house.submit(team);
	const whole = await sharp({
		create: {
			width: 200,
			height: 100,
			channels: 3,
			background: "white",
			noise: { type: "gaussian", mean: 128, sigma: 50 },
		},
	})
		.png()
		.toBuffer();
	const bytes = whole.subarray(0, whole.length / 2);
	house.provider.script = () => ({ kind: "spoil", broken: [0], bytes });
	const generation = await house.drawn(team, id);
	assert.equal(generation.status, "failed");
	assert.equal(generation.error?.code, "provider_failed");
	assert.equal(house.provider.calls.length, 1);
	assert.equal((await house.engine.creditSums(team)).balance, 10);
});
