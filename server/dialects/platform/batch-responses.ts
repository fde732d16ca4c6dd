/** What the team API answers of batches, as schemas. */
import { z } from "zod";
import {
	CATALOGUE_STATUSES,
	ROW_STATUSES,
	STRATEGIES,
} from "../../engine/catalogues/catalogue.ts";
import { VENDOR_BATCH_STATUSES } from "../../engine/catalogues/catalogue-reports.ts";
import { ASPECT_RATIOS, RESOLUTIONS } from "../../engine/models/model.ts";
import { generatedImage } from "./responses.ts";

const choice = {
	form: z.string().optional().meta({
		description: "Of a file of requests: in whose form they were written",
	}),
	kind: z.string().optional(),
	prompt: z.string().optional(),
	negativePrompt: z.string().optional(),
	keyColumn: z.string().optional(),
	photoColumns: z.array(z.string()).readonly().optional(),
	presetId: z.string().optional(),
	variables: z.record(z.string(), z.string()).optional(),
	fileColumns: z.record(z.string(), z.string()).optional(),
	fileName: z.string().optional(),
};
const problems = {
	problems: z
		.array(
			z.object({
				line: z.int().meta({ description: "In the file, from 1" }),
				code: z.string(),
				message: z.string(),
			}),
		)
		.readonly()
		.meta({ description: "The first ones" }),
	problemCount: z.int(),
};
const format = z.object({
	type: z.enum(["delimited", "json"]),
	encoding: z.string().optional(),
	delimiter: z.string().optional(),
});

const batch = z.object({
	id: z.string(),
	name: z.string(),
	status: z.enum(CATALOGUE_STATUSES).meta({
		description:
			"`ready`: rows wait for `start`. `described`: descriptions wait for `draw`. `completed`: every row is drawn, failed or invalid",
	}),
	...choice,
	strategy: z.enum(STRATEGIES),
	modelVersion: z.string().nullable(),
	describingModelVersion: z.string().nullable(),
	sampleCount: z.int().nullable(),
	aspectRatio: z.enum(ASPECT_RATIOS).nullable(),
	resolution: z.enum(RESOLUTIONS).nullable(),
	size: z.string().nullable(),
	maxPhotos: z.int(),
	onMissingPhoto: z.enum(["fail", "drawWithout"]),
	auto: z.boolean(),
	rowsAtOnce: z.int().nullable(),
	columns: z.array(z.string()).readonly(),
	format,
	counts: z.object({
		total: z.int(),
		invalid: z.int(),
		waiting: z.int(),
		describing: z.int(),
		described: z.int(),
		drawing: z.int(),
		drawn: z.int(),
		failed: z.int(),
	}),
	...problems,
	pausedFor: z.enum(["credits"]).nullable().meta({
		description:
			"`credits`: they ran out on the way; `resume` when there are more. `null` when somebody asked for the pause, or there is none",
	}),
	rowsPerMinute: z.number().nullable(),
	remainingSeconds: z.int().nullable().meta({
		description: "Until all rows that are worked on now have ended",
	}),
	createdAt: z.iso.datetime(),
});

const estimate = z.object({
	rows: z.int().meta({ description: "Neither drawn nor invalid" }),
	strategies: z
		.array(
			z.object({
				strategy: z.enum(STRATEGIES),
				credits: z.int(),
				dollars: z.number().nullable().meta({
					description:
						"What vendors would ask, an estimate; null if nobody knows",
				}),
				expectedSeconds: z.int().nullable().meta({
					description:
						"Judged by what was drawn of late; null for vendors' batches, which take as long as the vendor likes",
				}),
				atMostSeconds: z.int().nullable().meta({
					description: "What a vendor promises at the latest",
				}),
				isAffordable: z.boolean(),
			}),
		)
		.readonly()
		.meta({ description: "Those by which it can be drawn, side by side" }),
	balance: z.int(),
});

export const batchResponse = z.object({ data: batch });
export const estimatedBatchResponse = z.object({
	data: batch.extend({
		estimate: estimate.nullable().meta({
			description: "`null` when it cannot be told; `/estimate` says why",
		}),
	}),
});
export const batchesResponse = z.object({
	data: z.object({ batches: z.array(batch), hasMore: z.boolean() }),
});
export const estimateResponse = z.object({ data: estimate });

export const previewResponse = z.object({
	data: z.object({
		dryRun: z.literal(true),
		...choice,
		format,
		columns: z
			.array(
				z.object({
					name: z.string(),
					type: z.enum(["empty", "number", "link", "image link", "text"]),
					filledCount: z.int(),
				}),
			)
			.readonly(),
		rowCount: z.int(),
		...problems,
		rows: z.array(
			z.object({
				line: z.int(),
				key: z.string(),
				values: z.record(z.string(), z.string()),
				prompt: z.string(),
				descriptionPrompt: z.string(),
				photos: z.array(z.string()).readonly(),
				inlinePhotos: z.int(),
				problem: z.string().nullable(),
			}),
		),
		estimate: estimate
			.extend({
				creditsPerRow: z.int().nullable().meta({
					description:
						"When it is drawn at once; `null` for requests, each of which has its own price",
				}),
				credits: z.int().meta({ description: "By the strategy asked for" }),
				isAffordable: z.boolean(),
			})
			.nullable()
			.meta({
				description:
					"Of all rows; `null` when there is none that could be drawn. Requests are priced for drawing at once only",
			}),
	}),
});

export const vendorBatchesResponse = z.object({
	data: z.object({
		vendorBatches: z.array(
			z.object({
				id: z.string(),
				provider: z.string(),
				model: z.string().meta({ description: "As its vendor calls it" }),
				kind: z.enum(["image", "chat"]),
				status: z.enum(VENDOR_BATCH_STATUSES),
				outcome: z
					.enum(["succeeded", "failed", "canceled", "expired", "lost"])
					.nullable(),
				vendorId: z.string().nullable().meta({
					description: "By which the vendor's console knows it",
				}),
				rows: z.int(),
				rowsDone: z.int().nullable().meta({
					description: "As far as the vendor says",
				}),
				createdAt: z.iso.datetime(),
				submittedAt: z.iso.datetime().nullable(),
				endedAt: z.iso.datetime().nullable(),
			}),
		),
	}),
});

const row = z.object({
	key: z.string(),
	line: z.int(),
	status: z.enum(ROW_STATUSES),
	values: z
		.record(z.string(), z.string())
		.meta({ description: "By the names of their columns" }),
	prompt: z.string(),
	isPromptEdited: z.boolean(),
	description: z.string().nullable(),
	isDescriptionEdited: z.boolean(),
	photos: z.array(z.string()).readonly(),
	inlinePhotos: z.int().meta({
		description: "How many photos that came in the row itself go with it",
	}),
	jobId: z.string().nullable(),
	images: z.array(generatedImage),
	error: z.object({ code: z.string(), message: z.string() }).nullable(),
	warnings: z.array(z.string()).readonly(),
	credits: z.int(),
	dollars: z.number().nullable(),
	fileName: z.string().meta({ description: "In the ZIP, without its ending" }),
});

export const rowResponse = z.object({ data: row });
export const rowsResponse = z.object({
	data: z.object({
		rows: z.array(row),
		next: z
			.int()
			.nullable()
			.meta({ description: "`after` of the next page; null on the last" }),
	}),
});
