/** What the team API takes of batches: tables that are drawn row by row. */
import { z } from "zod";
import { ROW_STATUSES, STRATEGIES } from "../../engine/catalogues/catalogue.ts";
import { ASPECT_RATIOS, RESOLUTIONS } from "../../engine/models/model.ts";
import { clamped, pixels, yes } from "./schema.ts";

const drawing = {
	kind: z
		.string()
		.optional()
		.meta({
			description:
				"What the rows are: `rugs`, `artworks` or `products`; told from the columns when nothing else says what to draw",
			examples: ["rugs"],
		}),
	prompt: z
		.string()
		.optional()
		.meta({
			description:
				"What to draw, with columns in it; with `kind`, in the place of its own prompt; with `presetId`, what stands at `{{prompt}}`",
			examples: ["A {{ Rug Pile | lower }} rug in a bright room"],
		}),
	negativePrompt: z.string().optional().meta({
		description:
			"What to leave out; empty for nothing. Of requests: for those that do not say",
	}),
	keyColumn: z.string().optional().meta({
		description:
			"With a `prompt` or a preset of your own: the column that tells rows apart",
	}),
	photoColumns: z.array(z.string()).optional().meta({
		description:
			"With a `prompt` of your own: columns with links to photos, the most important first",
	}),
	presetId: z.string().optional().meta({
		description: "A preset that is filled in from columns",
	}),
	variables: z
		.record(z.string(), z.string())
		.optional()
		.meta({
			description:
				"By the keys of the preset's requirements, each a text with columns in it",
			examples: [{ material: "{{ Rug Pile | lower }}" }],
		}),
	fileColumns: z
		.record(z.string(), z.string())
		.optional()
		.meta({
			description:
				"By the keys of the preset's file requirements, each a column with links to photos",
			examples: [{ photo: "image link" }],
		}),
	fileName: z
		.string()
		.optional()
		.meta({
			description:
				"How pictures are called in the ZIP, with `{key}` or `{row}` in it",
			examples: ["{row}-{key}"],
		}),
};

/** Words of the request, in both forms. */
export const batchFields = z.strictObject({
	name: z.string().optional().meta({
		description: "What you call it; the file's name when left out",
	}),
	form: z
		.string()
		.optional()
		.meta({
			description:
				"What the lines of the file are: `gemini` or `openai` for requests as these vendors' batches take them, each of which says itself what to draw; `table` for rows of a table. Its first line tells when left out",
			examples: ["gemini"],
		}),
	...drawing,
	strategy: z.enum(STRATEGIES).default("direct").meta({
		description:
			"`direct`: pictures at once. `describe-then-draw`: descriptions at the batch price first, and pictures from them when you say so",
	}),
	modelVersion: z
		.string()
		.optional()
		.meta({ description: "Who draws: one of GET /v0/models" }),
	describingModelVersion: z
		.string()
		.optional()
		.meta({ description: "Who describes" }),
	sampleCount: z
		.int()
		.min(1)
		.optional()
		.meta({ description: "How many images of each row" }),
	aspectRatio: z.enum(ASPECT_RATIOS).optional(),
	resolution: z.enum(RESOLUTIONS).optional(),
	size: pixels.optional(),
	maxPhotos: z.int().optional().meta({
		description:
			"How many of a row's photos go with its prompt; 0 for none. 1 when left out, but all that a request names",
	}),
	onMissingPhoto: z.enum(["fail", "drawWithout"]).default("drawWithout").meta({
		description:
			"What becomes of a row whose photo cannot be fetched; drawn without it, it has a warning",
	}),
	auto: z.boolean().default(false).meta({
		description:
			"Draw what is described at once, without anybody having read it",
	}),
	rowsAtOnce: z.int().optional().meta({
		description: "As many as this server lets a batch have when left out",
	}),
});
export type BatchFields = z.infer<typeof batchFields>;
export type DrawingFields = z.infer<z.ZodObject<typeof drawing>>;

const { form: _ofFiles, ...rowFields } = batchFields.shape;

/** `null` for a form, which is read as it arrives. */
export const newBatch = z
	.strictObject({
		...rowFields,
		rows: z.array(z.unknown()).meta({
			description:
				"An object for each row, its fields by the names of their columns. A form sends a `file` instead: CSV, TSV, JSON lines, or requests, as the last part of it",
		}),
	})
	.nullish()
	.meta({
		examples: [
			{
				name: "Spring",
				kind: "rugs",
				rows: [{ SKU: "26171", Title: "Boteh runner", "Rug Pile": "Wool" }],
			},
		],
	});

export const newBatchQuery = z.object({
	dry_run: yes.meta({
		description:
			"`true` or `1`: tell what is in the table and what would be asked for it, keep nothing",
	}),
});
export const batchParams = z.object({ batchId: z.string() });
export const rowParams = batchParams.extend({ key: z.string() });

export const requestsQuery = z.object({
	form: z.string().default("gemini").meta({
		description: "Whose batches take the lines: `gemini` or `openai`",
	}),
	photos: z.enum(["inline", "none"]).default("inline").meta({
		description: "Whether photos go with the prompts, in base64",
	}),
	modalities: yes.meta({
		description:
			"`true` or `1`: each line says what its answer is to consist of, which not every model's batches bear",
	}),
});
export const resultsQuery = z.object({
	form: z.string().optional().meta({
		description:
			"`gemini` or `openai`: rows that have ended, as these vendors' batches hand them back, pictures in base64. As `/rows` has them when left out",
	}),
});

export const batchChange = z.strictObject({
	rowsAtOnce: z
		.int()
		.meta({ description: "How many rows are worked on at once, from now on" }),
});
export const batchSample = z
	.strictObject({
		keys: z.array(z.string()).optional().meta({
			description: "1 to 5 rows; the first that waits when left out",
		}),
	})
	.nullish();
export const batchRetry = z
	.strictObject({
		keys: z.array(z.string()).optional().meta({
			description:
				"Failed rows, or drawn ones that are to be replaced, at most 1,000; all failed ones when left out",
		}),
	})
	.nullish();
export const rowChange = z
	.strictObject({
		prompt: z.string().nullish().meta({
			description: "For this row alone; `null` takes a change back",
		}),
		description: z.string().nullish().meta({
			description: "What it is drawn from; `null` takes a change back",
		}),
	})
	.refine(
		({ prompt, description }) =>
			prompt !== undefined || description !== undefined,
		"Say what is to be changed: prompt or description.",
	);

export const batchesQuery = z.object({
	limit: clamped(20, 1, 100),
	after: z
		.string()
		.optional()
		.meta({ description: "The id after which the page begins" }),
});
export const rowsQuery = z.object({
	status: z
		.string()
		.transform((text) => text.split(",").map((each) => each.trim()))
		.pipe(z.array(z.enum(ROW_STATUSES)))
		.optional()
		.meta({
			type: "string",
			description: `Any of these, with commas between them: ${ROW_STATUSES.join(", ")}`,
			examples: ["failed,invalid"],
		}),
	limit: clamped(50, 1, 200),
	after: z
		.string()
		.regex(/^\d{1,9}$/, "the `next` of the page before")
		.transform(Number)
		.optional()
		.meta({ type: "integer", description: "The `next` of the page before" }),
});
