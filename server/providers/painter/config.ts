/** The settings of the embedded painter. */
import { availableParallelism } from "node:os";
import { flagSetting, integerSetting } from "../../settings.ts";

export const painterSettings = {
	enabled: flagSetting({
		variable: "PAINTER_ENABLED",
		default: "true",
		meaning: "Whether the embedded painter draws",
	}),
	threads: integerSetting(
		{
			variable: "PAINTER_THREADS",
			default: String(availableParallelism()),
			meaning:
				"On how many threads this process paints; the default is the number of processor cores",
		},
		1,
		256,
	),
	draft: flagSetting({
		variable: "PAINTER_DRAFT",
		default: "false",
		meaning:
			"Whether the painter paints in large dots, with a fraction of the work: for tests of an application, to which any picture will do",
	}),
	concurrency: integerSetting(
		{
			variable: "PAINTER_CONCURRENCY",
			default: "0",
			meaning:
				"How many pictures are painted at once over all processes that share the database; 0 for as many as this process has threads",
		},
		0,
		10_000,
	),
} as const;
