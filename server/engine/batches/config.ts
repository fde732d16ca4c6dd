/** The settings of batches. */
import { integerSetting } from "../../settings.ts";

export const batchSettings = {
	batchMaxLines: integerSetting(
		{
			variable: "GESSO_BATCH_MAX_LINES",
			default: "50000",
			meaning: "How many requests a batch may have",
		},
		1,
		1_000_000,
	),
	batchMaxBytes: integerSetting(
		{
			variable: "GESSO_BATCH_MAX_BYTES",
			default: "2147483648",
			meaning: "Size limit of a batch's input file",
		},
		1_024,
		2_147_483_648,
	),
	batchLinesAtOnce: integerSetting(
		{
			variable: "GESSO_BATCH_LINES_AT_ONCE",
			default: "64",
			meaning:
				"How many requests of one batch may be queued or under way at once; what providers take at once limits it too",
		},
		1,
		1_000,
	),
	maxOpenBatches: integerSetting(
		{
			variable: "GESSO_MAX_OPEN_BATCHES_PER_TEAM",
			default: "100",
			meaning: "How many batches of a team may be under way at once",
		},
		1,
		100_000,
	),
} as const;
