/** What a generation cost the server's owner: what the vendor says, or an estimate that says it is one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Consumption } from "../../providers/provider.ts";
import { scriptedModel } from "../../testing/scripted-provider.ts";
import { openTestEngine } from "../../testing/test-engine.ts";
import type { DollarPrices } from "../models/model.ts";

const TOKENS = {
	inputText: 2,
	inputImage: 8,
	outputText: 12,
	outputImage: 120,
};
const USAGE = {
	inputTextTokens: 1_000,
	inputImageTokens: 500,
	outputTextTokens: 250,
	outputImageTokens: 1_120,
};
const LIST: Omit<DollarPrices, "perImage" | "perMillionTokens"> = {
	batchFactor: 0.5,
	source: "a price list",
	checkedOn: "2026-11-21",
};

for (const [what, consumption, prices, expected] of [
	[
		"what the vendor says counts, whatever the price list has",
		{ costDollars: 0.25, usage: USAGE },
		{ ...LIST, perImage: { low: 9 }, perMillionTokens: TOKENS },
		[0.5, false, 5_740],
	],
	[
		"without the vendor's word, its tokens are priced, each kind by itself",
		{ costDollars: undefined, usage: USAGE },
		{ ...LIST, perImage: { low: 9 }, perMillionTokens: TOKENS },
		[0.2868, true, 5_740],
	],
	[
		"without tokens, pictures are priced by their tier",
		{ costDollars: undefined, usage: undefined },
		{ ...LIST, perImage: { low: 0.045, standard: 9 } },
		[0.09, true, 0],
	],
	[
		"without a price list nobody knows",
		{ costDollars: undefined, usage: USAGE },
		null,
		[null, false, 5_740],
	],
] as const satisfies [
	string,
	Consumption,
	DollarPrices | null,
	[number | null, boolean, number],
][]) {
	test(what, async (t) => {
		const house = await openTestEngine(t, {
			models: [scriptedModel({ dollarPrices: prices })],
		});
		const draw = house.provider.generateImages;
		house.provider.generateImages = async (call, context) => ({
			...(await draw(call, context)),
			...consumption,
		});
		const team = await house.team();
		const id = await house.submit(team, { count: 2 });
		const generation = await house.drawn(team, id);
		assert.deepEqual(
			[
				generation.costDollars,
				generation.isCostEstimated,
				generation.totalTokens,
			],
			expected,
		);
		const { usage } = consumption;
		assert.deepEqual(
			generation.usage,
			usage === undefined
				? null
				: Object.fromEntries(
						Object.entries(usage).map(([name, tokens]) => [name, 2 * tokens]),
					),
		);
	});
}
