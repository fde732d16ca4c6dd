/** The only file that changes interactions. */
import type { TransactionQueries } from "../../db/database.ts";
import type { InteractionsTable } from "../../db/tables/interactions.ts";
import type { Usage, Warning } from "../../providers/provider.ts";
import type { BegunAnswer } from "../chat/reply-terms.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import {
	enterIdempotencyKey,
	releaseIdempotencyKey,
} from "../generations/idempotency-keys.ts";
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

/** More than it takes until an answer begins: after it, its process is taken to have died. */
const SPARE_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FORGET_AT_ONCE = 100;

export interface EnteredInteraction {
	readonly id: string;
	readonly createdAt: number;
}

/** @returns `null` when there is one under the same idempotencyKey. */
export async function enterInteraction(
	{ database, clock, newId, settings }: RowDependencies,
	teamId: string,
	{ previousId, request, idempotency, dialectData }: NewInteraction,
	kept: {
		readonly turns: readonly KeptTurn[];
		readonly storageKeys: readonly string[];
	},
): Promise<EnteredInteraction | null> {
	const id = newId("interaction");
	const now = clock();
	const wasEntered = await database.transaction(async (transaction) => {
		if (idempotency !== undefined) {
			const entry = { ...idempotency, teamId, madeId: id, now };
			const earlier = await enterIdempotencyKey(transaction, entry);
			if (earlier !== null) return false;
		}
		await transaction
			.insertInto("interactions")
			.values({
				id,
				team_id: teamId,
				dialect: request.dialect,
				// Told when the answer begins: what was named may be no model.
				model: "",
				previous_id: previousId ?? null,
				status: "in_progress",
				messages_json: JSON.stringify(kept.turns),
				generation_id: null,
				reply_id: null,
				text: null,
				credits: null,
				warnings_json: "[]",
				usage_json: null,
				error_json: null,
				dialect_json: JSON.stringify(dialectData),
				lease_expires_at: now + settings.callTimeoutSeconds * 1000 + SPARE_MS,
				created_at: now,
				updated_at: now,
			})
			.execute();
		for (const [position, storage_key] of kept.storageKeys.entries())
			await transaction
				.insertInto("interaction_inputs")
				.values({ interaction_id: id, position, storage_key })
				.execute();
		await strikeReferenced(transaction, kept.storageKeys);
		return true;
	});
	return wasEntered ? { id, createdAt: now } : null;
}

/**
 * In the transaction that charges the answer, so that whoever finds it paid finds it here.
 * @throws {EngineError} `canceled` when it was canceled or deleted by now; nothing is charged then.
 */
export async function noteBegun(
	transaction: TransactionQueries,
	{ clock }: Pick<RowDependencies, "clock">,
	id: string,
	begun: BegunAnswer,
): Promise<void> {
	const now = clock();
	await changeInProgress(transaction, id, now, {
		updated_at: now,
		...(begun.kind === "text"
			? { model: begun.model, reply_id: begun.id }
			: {
					generation_id: begun.id,
					warnings_json: JSON.stringify(begun.warnings),
				}),
	});
}

/** What is known of an answer in words. */
export interface InteractionText {
	readonly text: string;
	readonly credits: number;
	readonly warnings: readonly Warning[];
}

/** In the transaction that pays it. @throws {EngineError} `canceled`, as `noteBegun`. */
export async function noteText(
	transaction: TransactionQueries,
	{ clock }: Pick<RowDependencies, "clock">,
	id: string,
	said: InteractionText & {
		readonly status: "in_progress" | "completed" | "incomplete";
		readonly usage: Usage | null;
	},
): Promise<void> {
	const { status, text, credits, warnings, usage } = said;
	await changeInProgress(transaction, id, undefined, {
		status,
		updated_at: clock(),
		// No database keeps a zero character, and half of a surrogate pair is no text.
		text: text.toWellFormed().replaceAll("\0", ""),
		credits,
		warnings_json: JSON.stringify(warnings),
		usage_json: usage === null ? null : JSON.stringify(usage),
	});
}

/** @param within the time that must not be after its lease. */
async function changeInProgress(
	transaction: TransactionQueries,
	id: string,
	within: number | undefined,
	changes: Partial<InteractionsTable>,
): Promise<void> {
	const { numUpdatedRows } = await transaction
		.updateTable("interactions")
		.set(changes)
		.where("id", "=", id)
		.where("status", "=", "in_progress")
		.$if(within !== undefined, (query) =>
			query.where("lease_expires_at", ">=", within ?? 0),
		)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n)
		throw new EngineError("canceled", "It was canceled.");
}

/** Ends an answer in words that is not whole, once. */
export async function endInteraction(
	{ database, clock }: Pick<RowDependencies, "database" | "clock">,
	id: string,
	{
		status,
		error,
	}: {
		readonly status: Exclude<InteractionStatus, "in_progress" | "completed">;
		readonly error?: Interaction["error"];
	},
): Promise<void> {
	await database.queries
		.updateTable("interactions")
		.set({
			status,
			updated_at: clock(),
			...(error && { error_json: JSON.stringify(error) }),
		})
		.where("id", "=", id)
		.where("status", "=", "in_progress")
		.where("generation_id", "is", null)
		.execute();
}

/** Takes one away that was refused, as if nobody had asked. */
export async function undoInteraction(
	{ database, clock }: Pick<RowDependencies, "database" | "clock">,
	teamId: string,
	id: string,
): Promise<void> {
	await database.transaction(async (transaction) => {
		await releaseIdempotencyKey(transaction, teamId, id);
		await forget(transaction, id, clock());
	});
}

/** Forgetting one that is gone is no error. */
export async function forgetInteraction(
	{ database, clock }: Pick<RowDependencies, "database" | "clock">,
	id: string,
): Promise<void> {
	await database.transaction((transaction) => forget(transaction, id, clock()));
}

async function forget(
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
	await transaction.deleteFrom("interactions").where("id", "=", id).execute();
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
