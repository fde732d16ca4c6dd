/** Who may take the next step of a vendor's batch: a token and a lease, as for our own batches. */
import type { Selectable } from "kysely";
import type { TransactionQueries } from "../../db/database.ts";
import type { VendorBatchesTable } from "../../db/tables/vendor-batches.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { takeHold } from "../jobs/step-claims.ts";
import type { StepClaim } from "../jobs/step-worker.ts";

export type VendorBatchRow = Selectable<VendorBatchesTable>;

export type StateDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings"
>;

/** A vendor's batch, and the right to take its next step. */
export interface ClaimedVendorBatch {
	readonly claim: StepClaim;
	/** As it was when it was claimed. */
	readonly row: VendorBatchRow;
}

/** After this, a batch of a provider that no process has any more is brought to its end by whoever comes. */
const NOBODYS_AFTER_MS = 72 * 60 * 60 * 1000;

/** Thrown when a write finds that the claim belongs to somebody else by now. */
export class LostVendorBatchError extends Error {
	constructor({ id }: StepClaim) {
		super(`The claim on ${id} is lost`);
		this.name = "LostVendorBatchError";
	}
}

/**
 * Takes hold of the one that has been due for longest. One whose provider this process does not have is left to others,
 * unless it is canceled, or nobody can have it any more.
 * @param urgent the id of one that is to be taken even before it is due.
 */
export async function claimVendorBatch(
	dependencies: StateDependencies,
	providers: readonly string[],
	urgent?: string,
): Promise<ClaimedVendorBatch | null> {
	const now = dependencies.clock();
	const candidate = await dependencies.database.queries
		.selectFrom("vendor_batches")
		.select(["id", "claim_token"])
		.where("ended_at", "is", null)
		.where("status", "!=", "gathering")
		.$if(urgent === undefined, (query) => query.where("due_at", "<=", now))
		.$if(urgent !== undefined, (query) => query.where("id", "=", urgent ?? ""))
		.where((eb) =>
			eb.or([eb("claim_token", "is", null), eb("lease_expires_at", "<", now)]),
		)
		.where((eb) =>
			eb.or([
				eb("provider", "in", [...providers, ""]),
				eb("canceling_at", "is not", null),
				eb("created_at", "<", now - NOBODYS_AFTER_MS),
			]),
		)
		.orderBy("due_at")
		.orderBy("id")
		.limit(1)
		.executeTakeFirst();
	return candidate === undefined
		? null
		: await takeHold(dependencies, "vendor_batches", candidate);
}

/** Writes to it, if the claim still holds. @throws {LostVendorBatchError} */
export async function writeUnderClaim(
	queries: StateDependencies["database"]["queries"] | TransactionQueries,
	claim: StepClaim,
	changes: Partial<Omit<VendorBatchRow, "id">>,
): Promise<void> {
	const { numUpdatedRows } = await queries
		.updateTable("vendor_batches")
		.set(changes)
		.where("id", "=", claim.id)
		.where("claim_token", "=", claim.token)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new LostVendorBatchError(claim);
}
