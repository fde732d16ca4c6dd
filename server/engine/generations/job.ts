/** A claimed generation, read for the work: what is still to be drawn. */

import type { Selectable } from "kysely";
import type { Queries } from "../../db/database.ts";
import type {
	GenerationInputsTable,
	GenerationsTable,
} from "../../db/schema.ts";
import type {
	Background,
	InputImage,
	Quality,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Claim } from "../jobs/job-states.ts";
import type { Size } from "../models/model.ts";
import type { StoredRoute } from "./stored-route.ts";

/** One call to the provider: pictures for these positions. */
export interface PlannedCall {
	readonly positions: readonly number[];
	/** Of the first position; `undefined` when there are none, or nobody heeds them. */
	readonly seed: number | undefined;
}

export interface Job {
	readonly claim: Claim;
	readonly teamId: string;
	/** As the caller named it. */
	readonly model: string;
	/** Every way in which it may be drawn, and the one that is being gone. */
	readonly routes: readonly StoredRoute[];
	readonly routeIndex: number;
	readonly route: StoredRoute;
	readonly renderedPrompt: string;
	readonly negativePrompt: string | undefined;
	readonly quality: Quality | undefined;
	readonly background: Background | undefined;
	/** How many unfinished pictures of each are wanted. */
	readonly partialImages: number;
	readonly count: number;
	readonly delivered: Size;
	readonly isPublic: boolean;
	readonly failedAttempts: number;
	readonly inputImages: readonly InputImage[];
	readonly mask: InputImage | undefined;
	/** Positions still to be drawn; less than all when an earlier round drew some, or gave them up. */
	readonly missing: readonly number[];
	/** Positions without a picture that are not asked for again. */
	readonly givenUp: readonly number[];
	/** How many have a picture. */
	readonly drawnCount: number;
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
	const inputImagesAs = (role: GenerationInputsTable["role"]) =>
		inputs
			.filter((input) => input.role === role)
			.map((input) => inputImageOf(storage, input));
	const givenUp: readonly number[] = JSON.parse(row.given_up_json);
	const wishes: Wishes = JSON.parse(row.wishes_json);
	const routes = routesOf(row);
	return {
		claim,
		teamId: row.team_id,
		model: row.model,
		routes,
		routeIndex: row.route,
		route: routes[row.route] ?? routes[0],
		renderedPrompt: row.rendered_prompt,
		negativePrompt: row.negative_prompt ?? undefined,
		quality: wishes.quality,
		background: wishes.background,
		partialImages: wishes.partialImages ?? 0,
		count: row.count,
		delivered: { width: row.width, height: row.height },
		isPublic: row.is_public === 1,
		failedAttempts: row.failed_attempts,
		missing: Array.from({ length: row.count }, (_, index) => index).filter(
			(position) => !drawn.has(position) && !givenUp.includes(position),
		),
		givenUp,
		drawnCount: drawn.size,
		seeds: row.seeds_json === null ? null : JSON.parse(row.seeds_json),
		inputImages: inputImagesAs("reference"),
		mask: inputImagesAs("mask")[0],
	};
}

/** What is kept of a request beside its columns. */
export interface Wishes {
	readonly quality?: Quality | undefined;
	readonly background?: Background | undefined;
	readonly partialImages?: number | undefined;
}

/** A generation that was enqueued before routes were kept has the one its columns tell of. */
function routesOf(
	row: Selectable<GenerationsTable>,
): readonly [StoredRoute, ...StoredRoute[]] {
	const [first, ...others]: readonly StoredRoute[] = JSON.parse(
		row.routes_json,
	);
	return [
		first ?? {
			model: row.model,
			provider: row.provider,
			providerModel: row.provider_model,
			frame: { width: row.drawn_width, height: row.drawn_height },
			countPerCall: 1,
			seed: row.seeds_json === null ? "ignored" : "honoured",
			negativePrompt: "native",
			ignores: [],
			watermark: "unknown",
			dollars: { perImage: undefined, perMillionTokens: undefined },
		},
		...others,
	];
}

function inputImageOf(
	storage: EngineDependencies["storage"],
	input: Selectable<GenerationInputsTable>,
): InputImage {
	return {
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

/**
 * Splits what is missing into calls: one for each seed, if the model heeds seeds, else as many pictures a call as it draws.
 * @param imagesPerMinute of the provider: no call may ask for more than it may ever begin at once.
 */
export function planCalls(
	job: Pick<Job, "missing" | "seeds" | "route">,
	imagesPerMinute = Number.POSITIVE_INFINITY,
): PlannedCall[] {
	const { missing, seeds, route } = job;
	const countPerCall = Math.min(route.countPerCall, imagesPerMinute);
	if (seeds !== null && route.seed === "honoured")
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
