/** How interactions are found and read, where a generation tells what became of a picture. */
import type { InteractionsTable } from "../../db/tables/interactions.ts";
import type { Warning } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import {
	findRepeated,
	releaseIdempotencyKey,
} from "../generations/idempotency-keys.ts";
import type { Generation } from "../generations/request.ts";
import { findGeneration } from "../generations/rows.ts";
import { isId } from "../ids.ts";
import type {
	Interaction,
	InteractionStatus,
	NewInteraction,
} from "./interaction.ts";

type FindDependencies = Pick<EngineDependencies, "database" | "clock">;

/**
 * One that came to nothing in words, and so was paid by nobody, is not given again: its idempotencyKey is free for another
 * try.
 * @throws {EngineError} `conflict` when the earlier request was another.
 */
export async function findRepeatedInteraction(
	dependencies: FindDependencies,
	teamId: string,
	idempotency: NonNullable<NewInteraction["idempotency"]>,
): Promise<Interaction | null> {
	const { queries } = dependencies.database;
	const id = await findRepeated(queries, { ...idempotency, teamId });
	if (id === null) return null;
	const row = await queries
		.selectFrom("interactions")
		.selectAll()
		.where("id", "=", id)
		.where("team_id", "=", teamId)
		.executeTakeFirst();
	if (row === undefined)
		throw new EngineError(
			"conflict",
			"What was answered under this Idempotency-Key was deleted. Use a new one.",
			{ details: { field: "Idempotency-Key" } },
		);
	const found = await interactionOf(dependencies, row);
	if (found.status !== "failed" || found.generation !== null) return found;
	await releaseIdempotencyKey(queries, teamId, id);
	return null;
}

/** @throws {EngineError} `not_found` */
export async function findInteractionRow(
	{ database }: Pick<FindDependencies, "database">,
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
	{ database, clock }: FindDependencies,
	found: InteractionsTable,
): Promise<Interaction> {
	const { row, isLost } = await withItsEnd({ database, clock }, found);
	const generation =
		row.generation_id === null
			? null
			: await findGeneration(database.queries, row.generation_id, row.team_id);
	const error = row.error_json === null ? null : JSON.parse(row.error_json);
	const warnings: readonly Warning[] = JSON.parse(row.warnings_json);
	return {
		id: row.id,
		model: generation?.model ?? row.model,
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
		credits: generation?.credits ?? row.credits,
		warnings: [...warnings, ...(generation?.warnings ?? [])],
		error: isLost ? DIED : (generation?.error ?? error),
		dialectData: JSON.parse(row.dialect_json),
		createdAt: row.created_at,
		updatedAt: generation?.endedAt ?? row.updated_at,
	};
}

/**
 * A row that was read just before its answer ended looks like one whose process died, when its reply is read just after.
 * Both are written in one transaction, so that a second look at the row tells.
 */
async function withItsEnd(
	dependencies: FindDependencies,
	row: InteractionsTable,
): Promise<{ readonly row: InteractionsTable; readonly isLost: boolean }> {
	if (!(await hasLostProcess(dependencies, row))) return { row, isLost: false };
	const latest = await dependencies.database.queries
		.selectFrom("interactions")
		.selectAll()
		.where("id", "=", row.id)
		.executeTakeFirst();
	if (latest === undefined) return { row, isLost: true };
	return {
		row: latest,
		isLost: await hasLostProcess(dependencies, latest),
	};
}

/** Whether whoever was to answer in words does so no more, and did not say why. */
async function hasLostProcess(
	{ database, clock }: FindDependencies,
	row: InteractionsTable,
): Promise<boolean> {
	if (row.status !== "in_progress" || row.generation_id !== null) return false;
	if (row.reply_id === null) return row.lease_expires_at < clock();
	const reply = await database.queries
		.selectFrom("replies")
		.select(["status", "lease_expires_at"])
		.where("id", "=", row.reply_id)
		.executeTakeFirst();
	return reply?.status !== "active" || (reply.lease_expires_at ?? 0) < clock();
}
