/** The settings of vendors' own batches. */
import { flagSetting, integerSetting } from "../../settings.ts";

export const vendorBatchSettings = {
	vendorBatches: flagSetting({
		variable: "GESSO_VENDOR_BATCHES",
		default: "true",
		meaning:
			"Whether batches are passed on to their providers' own batches, where there are such: half the cost, and done within a day",
	}),
	vendorBatchMaxLines: integerSetting(
		{
			variable: "GESSO_VENDOR_BATCH_MAX_LINES",
			default: "500",
			meaning:
				"How many requests a provider is given in one batch at most; large ones wait longer there, and more is lost when one is",
		},
		1,
		50_000,
	),
	vendorBatchMaxOutputBytes: integerSetting(
		{
			variable: "GESSO_VENDOR_BATCH_MAX_OUTPUT_BYTES",
			default: "1000000000",
			meaning:
				"How large the results of one batch of a provider's may be expected to be: so many requests fewer are in it",
		},
		1_000_000,
		1_000_000_000_000,
	),
	vendorBatchPollSeconds: integerSetting(
		{
			variable: "GESSO_VENDOR_BATCH_POLL_SECONDS",
			default: "5",
			meaning:
				"How soon a provider is first asked how a batch stands; later less and less often, up to every ten minutes",
		},
		1,
		3_600,
	),
} as const;
