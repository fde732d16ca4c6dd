/** Turns rows into what dialects see. */
import type { Selectable } from "kysely";
import type { Queries } from "../../db/database.ts";
import type { GenerationsTable, ImagesTable } from "../../db/schema.ts";
import { EngineError, type EngineErrorCode } from "../errors.ts";
import { isId } from "../ids.ts";
import { creditsFor, type Price } from "./price.ts";
import type { Generation, Image } from "./request.ts";
import type { StoredRoute } from "./stored-route.ts";

export function imageOf(row: Selectable<ImagesTable>): Image {
	return {
		id: row.id,
		generationId: row.generation_id,
		teamId: row.team_id,
		position: row.position,
		seed: row.seed,
		storageKey: row.storage_key,
		sha256: row.sha256,
		mediaType: row.media_type,
		sizeBytes: row.size_bytes,
		originalWidth: row.original_width,
		originalHeight: row.original_height,
		width: row.width,
		height: row.height,
		provenance: row.provenance,
		provider: row.provider,
		providerModel: row.provider_model,
		watermark: row.watermark,
		publicToken: row.public_token,
		isPublic: row.is_public === 1,
		createdAt: row.created_at,
	};
}

function generationOf(
	row: Selectable<GenerationsTable>,
	images: readonly Image[],
): Generation {
	return {
		id: row.id,
		teamId: row.team_id,
		dialect: row.dialect,
		status: row.status,
		model: row.model,
		provider: row.provider,
		providerModel: row.provider_model,
		drawnBy: drawnByOf(row),
		prompt: row.prompt,
		renderedPrompt: row.rendered_prompt,
		revisedPrompt: row.revised_prompt,
		negativePrompt: row.negative_prompt,
		count: row.count,
		width: row.width,
		height: row.height,
		warnings: JSON.parse(row.warnings_json),
		dialectData: JSON.parse(row.dialect_json),
		credits: creditsFor(priceOf(row), row.count) - row.refunded_credits,
		costDollars:
			row.cost_microdollars === null ? null : row.cost_microdollars / 1e6,
		isCostEstimated: row.is_cost_estimated === 1,
		usage: row.usage_json === null ? null : JSON.parse(row.usage_json),
		totalTokens: row.total_tokens,
		progressPercent: row.status === "active" ? row.progress_percent : null,
		error:
			row.error_code === null
				? null
				: {
						code: row.error_code as EngineErrorCode,
						message: row.error_message ?? "",
						...(row.error_retry_after_ms !== null && {
							retryAfterMs: row.error_retry_after_ms,
						}),
					},
		createdAt: row.created_at,
		startedAt: row.started_at,
		endedAt: row.ended_at,
		images,
	};
}

export function priceOf(
	row: Pick<
		Selectable<GenerationsTable>,
		"price_per_image_credits" | "dearer_images"
	>,
): Price {
	return {
		creditsPerImage: row.price_per_image_credits,
		dearerImages: row.dearer_images,
	};
}

/** Generations older than routes were drawn by the model they name. */
function drawnByOf(
	row: Pick<Selectable<GenerationsTable>, "routes_json" | "route" | "model">,
): string {
	const routes: readonly StoredRoute[] = JSON.parse(row.routes_json);
	return routes[row.route]?.model ?? row.model;
}

/** A generation with its images in order. @returns `null` when there is none, or it is another team's. */
export async function findGeneration(
	queries: Queries,
	id: string,
	teamId: string,
): Promise<Generation | null> {
	const found = await findGenerations(queries, [id], teamId);
	return found.get(id) ?? null;
}

/** Several generations of a team with their images, by their ids. */
export async function findGenerations(
	queries: Queries,
	ids: readonly string[],
	teamId: string,
): Promise<ReadonlyMap<string, Generation>> {
	const found = await readGenerations(queries, ids);
	return new Map(
		[...found].filter(([, generation]) => generation.teamId === teamId),
	);
}

/** The same of whichever team: for ids that a row of the team's own refers to, not for those that a caller names. */
export async function readGenerations(
	queries: Queries,
	ids: readonly string[],
): Promise<ReadonlyMap<string, Generation>> {
	if (ids.length === 0) return new Map();
	const rows = await queries
		.selectFrom("generations")
		.selectAll()
		.where("id", "in", ids)
		.execute();
	const images = await queries
		.selectFrom("images")
		.selectAll()
		.where("generation_id", "in", ids)
		.orderBy("position")
		.execute();
	const byGeneration = Map.groupBy(images, (image) => image.generation_id);
	return new Map(
		rows.map((row) => [
			row.id,
			generationOf(row, (byGeneration.get(row.id) ?? []).map(imageOf)),
		]),
	);
}

/** @throws {EngineError} `not_found`, for another team's generation as for none. */
export async function getGeneration(
	queries: Queries,
	teamId: string,
	id: string,
): Promise<Generation> {
	const generation = isId(id)
		? await findGeneration(queries, id, teamId)
		: null;
	if (generation === null) throw noSuchGeneration(id);
	return generation;
}

export function noSuchGeneration(id: string): EngineError {
	return new EngineError(
		"not_found",
		`There is no generation ${id} in this team.`,
	);
}
