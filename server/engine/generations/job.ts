/** A claimed generation, read for the work: what is still to be drawn. */
import type { Queries } from "../../db/database.ts";
import type { InputImage } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Claim } from "../jobs/job-states.ts";
import type { Size } from "../models/model.ts";

/** One call to the provider: pictures for these positions. */
export interface PlannedCall {
	readonly positions: readonly number[];
	/** Of the first position; `undefined` when the generation has no seeds. */
	readonly seed: number | undefined;
}

export interface Job {
	readonly claim: Claim;
	readonly teamId: string;
	readonly provider: string;
	readonly providerModel: string;
	readonly model: string;
	readonly renderedPrompt: string;
	readonly negativePrompt: string | undefined;
	readonly aspectRatio: string | undefined;
	readonly count: number;
	readonly drawn: Size;
	readonly delivered: Size;
	readonly isPublic: boolean;
	readonly failedAttempts: number;
	readonly inputImages: readonly InputImage[];
	/** Positions without a picture; less than all when an earlier holder drew some. */
	readonly missing: readonly number[];
	readonly seeds: readonly number[] | null;
}

export async function loadJob(
	{ database, storage }: Pick<EngineDependencies, "database" | "storage">,
	claim: Claim,
): Promise<Job> {
	const { queries } = database;
	const row = await queries
		.selectFrom("generations")
		.selectAll()
		.where("id", "=", claim.generationId)
		.executeTakeFirstOrThrow();
	const drawn = new Set(await drawnPositions(queries, row.id));
	const inputs = await queries
		.selectFrom("generation_inputs")
		.selectAll()
		.where("generation_id", "=", row.id)
		.orderBy("position")
		.execute();
	return {
		claim,
		teamId: row.team_id,
		provider: row.provider,
		providerModel: row.provider_model,
		model: row.model,
		renderedPrompt: row.rendered_prompt,
		negativePrompt: row.negative_prompt ?? undefined,
		aspectRatio: row.aspect_ratio ?? undefined,
		count: row.count,
		drawn: { width: row.drawn_width, height: row.drawn_height },
		delivered: { width: row.width, height: row.height },
		isPublic: row.is_public === 1,
		failedAttempts: row.failed_attempts,
		missing: Array.from({ length: row.count }, (_, index) => index).filter(
			(position) => !drawn.has(position),
		),
		seeds: row.seeds_json === null ? null : JSON.parse(row.seeds_json),
		inputImages: inputs.map((input) => ({
			mediaType: input.media_type,
			width: input.width,
			height: input.height,
			sizeBytes: input.size_bytes,
			open: async () => {
				const object = await storage.open(input.storage_key);
				if (object === null)
					throw new Error(`${input.storage_key} is not in storage`);
				return object.stream;
			},
		})),
	};
}

async function drawnPositions(
	queries: Queries,
	generationId: string,
): Promise<number[]> {
	const rows = await queries
		.selectFrom("images")
		.select("position")
		.where("generation_id", "=", generationId)
		.execute();
	return rows.map(({ position }) => position);
}

/** Splits what is missing into calls: one for each seed, else as many pictures a call as the provider draws. */
export function planCalls(
	job: Pick<Job, "missing" | "seeds">,
	countPerCall: number,
): PlannedCall[] {
	const { missing, seeds } = job;
	if (seeds !== null)
		return missing.map((position) => ({
			positions: [position],
			seed: seeds[position],
		}));
	const calls: PlannedCall[] = [];
	for (let start = 0; start < missing.length; start += countPerCall)
		calls.push({
			positions: missing.slice(start, start + countPerCall),
			seed: undefined,
		});
	return calls;
}
