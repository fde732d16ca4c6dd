/** The kept pictures of a team: list, search, read, change, delete; and the few that are public. */
import type { SelectQueryBuilder } from "kysely";
import type { Schema } from "../../db/schema.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Image } from "../generations/request.ts";
import { imageOf } from "../generations/rows.ts";
import { containsText } from "../generations/search-text.ts";
import { isId } from "../ids.ts";
import { isFromPresetNamed } from "../presets/find-presets.ts";
import { enterUnreferenced } from "./referenced-objects.ts";

/** An image with what its generation says of it. */
export interface LibraryImage extends Image {
	/** As the caller wrote it. */
	readonly prompt: string;
	readonly renderedPrompt: string;
	readonly negativePrompt: string | null;
	readonly model: string;
	/** The preset that it was made from, and the version; `null` for none. */
	readonly presetId: string | null;
	readonly presetVersion: number | null;
	/** As the caller gave them, for the preset. */
	readonly variables: Readonly<Record<string, unknown>>;
}

export interface LibraryPage {
	readonly images: readonly LibraryImage[];
	readonly total: number;
}

export interface LibraryQuery {
	/** From 1. */
	readonly page: number;
	readonly limit: number;
	/** A substring of the prompt, or of the name of the preset; case and width do not matter. */
	readonly search?: string | undefined;
	/** Only what was made from this preset. */
	readonly presetId?: string | undefined;
}

type LibraryDependencies = Pick<EngineDependencies, "database" | "clock">;

/** Newest first. */
export async function listImages(
	{ database }: LibraryDependencies,
	teamId: string,
	{ page, limit, search = "", presetId = "" }: LibraryQuery,
): Promise<LibraryPage> {
	// No text of ours has a zero character, and PostgreSQL would not even look for one.
	if (`${search}${presetId}`.includes("\0")) return { images: [], total: 0 };
	const matching = imagesWithPrompts(database.queries)
		.where("images.team_id", "=", teamId)
		.$if(presetId !== "", (query) =>
			query
				.where("generations.team_id", "=", teamId)
				.where("generations.preset_id", "=", presetId),
		)
		.$if(search !== "", (query) =>
			query.where((eb) =>
				eb.or([
					containsText("generations.search_text", search),
					isFromPresetNamed(teamId, search)(eb),
				]),
			),
		);
	return await pageOf(matching, page, limit);
}

/** The public images of all teams, newest first. */
export async function listGallery(
	{ database }: LibraryDependencies,
	{ page, limit }: LibraryQuery,
): Promise<LibraryPage> {
	const matching = imagesWithPrompts(database.queries).where(
		"images.is_public",
		"=",
		1,
	);
	return await pageOf(matching, page, limit);
}

/** @throws {EngineError} `not_found`, for another team's image as for none (S1-38). */
export async function getImage(
	{ database }: LibraryDependencies,
	teamId: string,
	imageId: string,
): Promise<LibraryImage> {
	if (!isId(imageId)) throw noSuchImage(imageId);
	const row = await imagesWithPrompts(database.queries)
		.selectAll("images")
		.select(PROMPT_COLUMNS)
		.where("images.id", "=", imageId)
		.where("images.team_id", "=", teamId)
		.executeTakeFirst();
	if (row === undefined) throw noSuchImage(imageId);
	return libraryImageOf(row);
}

/** @returns the image behind a public URL, or `null`. */
export async function findByPublicToken(
	{ database }: LibraryDependencies,
	publicToken: string,
): Promise<Image | null> {
	const row = await database.queries
		.selectFrom("images")
		.selectAll()
		.where("public_token", "=", publicToken)
		.executeTakeFirst();
	return row === undefined ? null : imageOf(row);
}

/** Of any team, for a caller who has proved in another way that it may see the image. @returns `null` for none. */
export async function findImage(
	{ database }: LibraryDependencies,
	imageId: string,
): Promise<Image | null> {
	if (!isId(imageId)) return null;
	const row = await database.queries
		.selectFrom("images")
		.selectAll()
		.where("id", "=", imageId)
		.executeTakeFirst();
	return row === undefined ? null : imageOf(row);
}

/** Publishes an image to the gallery, or takes it back. @throws {EngineError} `not_found` */
export async function setPublic(
	dependencies: LibraryDependencies,
	teamId: string,
	imageId: string,
	isPublic: boolean,
): Promise<LibraryImage> {
	if (!isId(imageId)) throw noSuchImage(imageId);
	await dependencies.database.queries
		.updateTable("images")
		.set({ is_public: isPublic ? 1 : 0 })
		.where("id", "=", imageId)
		.where("team_id", "=", teamId)
		.execute();
	return await getImage(dependencies, teamId, imageId);
}

/**
 * Deletes an image: it is gone from the library and its public URL at once, its bytes an hour later if nothing else
 * refers to them.
 * @throws {EngineError} `not_found`; `conflict` while its generation is under way, since the refund counts the pictures.
 */
export async function deleteImage(
	{ database, clock }: LibraryDependencies,
	teamId: string,
	imageId: string,
): Promise<void> {
	if (!isId(imageId)) throw noSuchImage(imageId);
	await database.transaction(async (transaction) => {
		const row = await transaction
			.deleteFrom("images")
			.where("id", "=", imageId)
			.where("team_id", "=", teamId)
			.returning(["storage_key", "generation_id"])
			.executeTakeFirst();
		if (row === undefined) throw noSuchImage(imageId);
		const generation = await transaction
			.selectFrom("generations")
			.select("ended_at")
			.where("id", "=", row.generation_id)
			.executeTakeFirstOrThrow();
		if (generation.ended_at === null) {
			throw new EngineError(
				"conflict",
				"The generation of this image is still under way. Delete the image when it has ended, or cancel it first.",
				{ details: { generationId: row.generation_id } },
			);
		}
		await enterUnreferenced(transaction, row.storage_key, clock());
	});
}

const PROMPT_COLUMNS = [
	"generations.prompt",
	"generations.rendered_prompt",
	"generations.negative_prompt",
	"generations.model",
	"generations.preset_id",
	"generations.preset_version",
	"generations.variables_json",
] as const;

function imagesWithPrompts(queries: EngineDependencies["database"]["queries"]) {
	return queries
		.selectFrom("images")
		.innerJoin("generations", "generations.id", "images.generation_id");
}

type ImagesQuery = SelectQueryBuilder<Schema, "images" | "generations", object>;

async function pageOf(
	matching: ImagesQuery,
	page: number,
	limit: number,
): Promise<LibraryPage> {
	const rows = await matching
		.selectAll("images")
		.select(PROMPT_COLUMNS)
		.orderBy("images.created_at", "desc")
		.orderBy("images.id", "desc")
		.limit(limit)
		.offset((page - 1) * limit)
		.execute();
	const { total } = await matching
		.select((eb) => eb.fn.countAll().as("total"))
		.executeTakeFirstOrThrow();
	return { images: rows.map(libraryImageOf), total: Number(total) };
}

type LibraryRow = Parameters<typeof imageOf>[0] & {
	prompt: string;
	rendered_prompt: string;
	negative_prompt: string | null;
	model: string;
	preset_id: string | null;
	preset_version: number | null;
	variables_json: string | null;
};

function libraryImageOf(row: LibraryRow): LibraryImage {
	return {
		...imageOf(row),
		prompt: row.prompt,
		renderedPrompt: row.rendered_prompt,
		negativePrompt: row.negative_prompt,
		model: row.model,
		presetId: row.preset_id,
		presetVersion: row.preset_version,
		variables: JSON.parse(row.variables_json ?? "{}"),
	};
}

function noSuchImage(imageId: string): EngineError {
	return new EngineError(
		"not_found",
		`There is no image ${imageId} in this team's library.`,
	);
}
