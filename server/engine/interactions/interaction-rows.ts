/** The only file that changes interactions; and how they are read, where a generation tells what became of a picture. */
import type { TransactionQueries } from "../../db/database.ts";
import type { InteractionsTable } from "../../db/tables/interactions.ts";
import type { Usage } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Generation } from "../generations/request.ts";
import { findGeneration } from "../generations/rows.ts";
import { isId } from "../ids.ts";
import {
	enterUnreferenced,
	strikeReferenced,
} from "../library/referenced-objects.ts";
import type {
	Interaction,
	InteractionStatus,
	NewInteraction,
} from "./interaction.ts";

type RowDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings"
>;

/** A message as it is kept: pictures are named by their position among those that came with it. */
export interface KeptTurn {
	readonly role: "user" | "assistant" | "system" | "developer";
	readonly parts: readonly (
		| { readonly kind: "text"; readonly text: string }
		| { readonly kind: "input"; readonly position: number }
		| { readonly kind: "image"; readonly imageId: string }
	)[];
}

/** More than any answer in words takes, from its beginning: after it, its process is taken to have died. */
const SPARE_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FORGET_AT_ONCE = 100;

/** @returns its id, or `null` when there is one under the same idempotencyKey. */
export async function enterInteraction(
	{ database, clock, newId, settings }: RowDependencies,
	teamId: string,
	{ previousId, request, idempotency, dialectData }: NewInteraction,
	kept: {
		readonly turns: readonly KeptTurn[];
		readonly storageKeys: readonly string[];
	},
): Promise<string | null> {
	const id = newId("interaction");
	const now = clock();
	const wasEntered = await database.transaction(async (transaction) => {
		const { numInsertedOrUpdatedRows } = await transaction
			.insertInto("interactions")
			.values({
				id,
				team_id: teamId,
				dialect: request.dialect,
				model: request.model,
				previous_id: previousId ?? null,
				status: "in_progress",
				messages_json: JSON.stringify(kept.turns),
				generation_id: null,
				text: null,
				usage_json: null,
				error_json: null,
				dialect_json: JSON.stringify(dialectData),
				idempotency_key: idempotency?.key ?? null,
				request_sha256: idempotency?.requestSha256 ?? null,
				lease_expires_at: now + settings.callTimeoutSeconds * 1000 + SPARE_MS,
				created_at: now,
				updated_at: now,
			})
			.onConflict((conflict) =>
				conflict.columns(["team_id", "idempotency_key"]).doNothing(),
			)
			.executeTakeFirst();
		if (numInsertedOrUpdatedRows !== 1n) return false;
		for (const [position, storage_key] of kept.storageKeys.entries())
			await transaction
				.insertInto("interaction_inputs")
				.values({ interaction_id: id, position, storage_key })
				.execute();
		await strikeReferenced(transaction, kept.storageKeys);
		return true;
	});
	return wasEntered ? id : null;
}

/** @throws {EngineError} `conflict` when the earlier request was another. */
export async function findRepeatedInteraction(
	dependencies: RowDependencies,
	teamId: string,
	{ key, requestSha256 }: NonNullable<NewInteraction["idempotency"]>,
): Promise<Interaction | null> {
	const row = await dependencies.database.queries
		.selectFrom("interactions")
		.selectAll()
		.where("team_id", "=", teamId)
		.where("idempotency_key", "=", key)
		.executeTakeFirst();
	if (row === undefined) return null;
	if (row.request_sha256 === requestSha256)
		return await interactionOf(dependencies, row);
	throw new EngineError(
		"conflict",
		"This Idempotency-Key was used for another request. Use a new one for each new request.",
		{ details: { field: "Idempotency-Key" } },
	);
}

/** @throws {EngineError} `not_found` */
export async function findInteractionRow(
	{ database }: Pick<RowDependencies, "database">,
	teamId: string,
	id: string,
): Promise<InteractionsTable> {
	const row = isId(id)
		? await database.queries
				.selectFrom("interactions")
				.selectAll()
				.where("id", "=", id)
				.where("team_id", "=", teamId)
				.executeTakeFirst()
		: undefined;
	if (row !== undefined) return row;
	throw new EngineError(
		"not_found",
		"There is no such interaction in this team.",
	);
}

const STATUS_OF: Readonly<Record<Generation["status"], InteractionStatus>> = {
	queued: "in_progress",
	active: "in_progress",
	completed: "completed",
	failed: "failed",
	canceled: "canceled",
};

const DIED = {
	code: "internal",
	message: "The process that answered died. Ask again.",
} as const;

export async function interactionOf(
	{ database, clock }: Pick<RowDependencies, "database" | "clock">,
	row: InteractionsTable,
): Promise<Interaction> {
	const generation =
		row.generation_id === null
			? null
			: await findGeneration(database.queries, row.generation_id, row.team_id);
	const isLost =
		generation === null &&
		row.status === "in_progress" &&
		row.lease_expires_at < clock();
	const error = row.error_json === null ? null : JSON.parse(row.error_json);
	return {
		id: row.id,
		model: row.model,
		previousId: row.previous_id,
		status:
			generation === null
				? isLost
					? "failed"
					: row.status
				: STATUS_OF[generation.status],
		text: row.text,
		generation,
		usage:
			generation === null
				? row.usage_json === null
					? null
					: JSON.parse(row.usage_json)
				: generation.usage,
		error: isLost ? DIED : (generation?.error ?? error),
		dialectData: JSON.parse(row.dialect_json),
		createdAt: row.created_at,
		updatedAt: generation?.endedAt ?? row.updated_at,
	};
}

/** The answer is a picture, which this generation draws. */
export async function noteGeneration(
	{ database, clock }: RowDependencies,
	id: string,
	generationId: string,
): Promise<void> {
	await database.queries
		.updateTable("interactions")
		.set({ generation_id: generationId, updated_at: clock() })
		.where("id", "=", id)
		.execute();
}

/** How an answer in words ended. */
export interface InteractionEnd {
	readonly status: Exclude<InteractionStatus, "in_progress">;
	readonly text?: string;
	readonly usage?: Usage | null;
	readonly error?: Interaction["error"];
}

/** Ends an answer in words, once. */
export async function endInteraction(
	{ database, clock }: Pick<RowDependencies, "database" | "clock">,
	id: string,
	{ status, text, usage, error }: InteractionEnd,
): Promise<void> {
	await database.queries
		.updateTable("interactions")
		.set({
			status,
			updated_at: clock(),
			// No database keeps a zero character, and half of a surrogate pair is no text.
			...(text !== undefined && {
				text: text.toWellFormed().replaceAll("\0", ""),
			}),
			...(usage && { usage_json: JSON.stringify(usage) }),
			...(error && { error_json: JSON.stringify(error) }),
		})
		.where("id", "=", id)
		.where("status", "=", "in_progress")
		.where("generation_id", "is", null)
		.execute();
}

/** Forgetting one that is gone is no error. */
export async function forgetInteraction(
	{ database, clock }: Pick<RowDependencies, "database" | "clock">,
	id: string,
): Promise<void> {
	await database.transaction(async (transaction) => {
		await letGoOfInputs(transaction, id, clock());
		await transaction.deleteFrom("interactions").where("id", "=", id).execute();
	});
}

async function letGoOfInputs(
	transaction: TransactionQueries,
	id: string,
	now: number,
): Promise<void> {
	const inputs = await transaction
		.deleteFrom("interaction_inputs")
		.where("interaction_id", "=", id)
		.returning("storage_key")
		.execute();
	for (const { storage_key } of inputs)
		await enterUnreferenced(transaction, storage_key, now);
}

/** Forgets those whose time is over. @returns how many. */
export async function forgetOldInteractions(
	dependencies: Pick<RowDependencies, "database" | "clock" | "settings">,
): Promise<number> {
	const { database, clock, settings } = dependencies;
	const before = clock() - settings.interactionDays * DAY_MS;
	let forgotten = 0;
	for (;;) {
		const old = await database.queries
			.selectFrom("interactions")
			.select("id")
			.where("created_at", "<", before)
			.limit(FORGET_AT_ONCE)
			.execute();
		for (const { id } of old) await forgetInteraction(dependencies, id);
		forgotten += old.length;
		if (old.length < FORGET_AT_ONCE) return forgotten;
	}
}
