/** Claims on long work that is done step by step: a token and a lease in its row, so that whoever lost them can write nothing any more. */
import type { Selectable } from "kysely";
import type { Schema } from "../../db/schema.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { StepClaim } from "./step-worker.ts";

/** Tables whose rows are such work: their columns for it have the same names. */
type StepTable = "batches" | "vendor_batches";

type ClaimDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings"
>;

/**
 * Takes hold of a row that was found to be free; one whose holder died has a broken step behind it.
 * @returns `null` when somebody else was quicker.
 */
export async function takeHold<T extends StepTable>(
	{ database, clock, newId, settings }: ClaimDependencies,
	table: T,
	candidate: { readonly id: string; readonly claim_token: string | null },
): Promise<{
	readonly claim: StepClaim;
	readonly row: Selectable<Schema[T]>;
} | null> {
	const now = clock();
	const token = newId("claim");
	const wasAbandoned = candidate.claim_token !== null;
	const row = await database.queries
		.updateTable(named(table))
		.set((eb) => ({
			claim_token: token,
			lease_expires_at: now + settings.leaseMs,
			failed_steps: eb("failed_steps", "+", wasAbandoned ? 1 : 0),
		}))
		.where("id", "=", candidate.id)
		.where("ended_at", "is", null)
		.where((eb) =>
			eb.or([eb("claim_token", "is", null), eb("lease_expires_at", "<", now)]),
		)
		.returningAll()
		.executeTakeFirst();
	if (row === undefined) return null;
	const taken = row as unknown as Selectable<Schema[T]>;
	return { claim: { id: candidate.id, token }, row: taken };
}

/** Says that the holders are alive. @returns the claims that are lost. */
export async function renewHolds(
	{ database, clock, settings }: Omit<ClaimDependencies, "newId">,
	table: StepTable,
	claims: readonly StepClaim[],
): Promise<readonly StepClaim[]> {
	if (claims.length === 0) return [];
	const rows = await database.queries
		.updateTable(named(table))
		.set({ lease_expires_at: clock() + settings.leaseMs })
		.where(
			"claim_token",
			"in",
			claims.map(({ token }) => token),
		)
		.returning("claim_token")
		.execute();
	const held = new Set(rows.map(({ claim_token }) => claim_token));
	return claims.filter(({ token }) => !held.has(token));
}

/** Ends a step. A claim that is lost releases nothing. @param dueAt when the next is to be taken, at the latest. */
export async function letGo(
	{ database }: Pick<ClaimDependencies, "database">,
	table: StepTable,
	{ id, token }: StepClaim,
	next: { readonly dueAt: number; readonly failedSteps: number },
): Promise<void> {
	await database.queries
		.updateTable(named(table))
		.set({
			claim_token: null,
			lease_expires_at: null,
			due_at: next.dueAt,
			failed_steps: next.failedSteps,
		})
		.where("id", "=", id)
		.where("claim_token", "=", token)
		.execute();
}

/** As one of them, whose columns of claims all of them have. */
function named(table: StepTable): "batches" {
	return table as "batches";
}
