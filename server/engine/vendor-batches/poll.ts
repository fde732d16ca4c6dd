/** Asks a vendor how a batch of its own stands, at first soon and then less and less often. */
import { type BatchState, ProviderError } from "../../providers/provider.ts";
import { failRest, tellOurBatch } from "./end-lines.ts";
import { type VendorBatchRow, writeUnderClaim } from "./vendor-batch-claims.ts";
import { beginCollecting, endVendorBatch } from "./vendor-batch-states.ts";
import type { Vendor, VendorStep } from "./vendor-step.ts";

const SLOWER_BY = 1.5;
const LONGEST_DELAY_MS = 10 * 60_000;
/** A day is promised, and 48 hours are the most that any vendor keeps one (S0, reading e); some time for its last results. */
const GIVEN_UP_AFTER_MS = 50 * 60 * 60_000;
/** A batch may not be listed everywhere at once, right after it was made. */
const GONE_AFTER_POLLS = 3;

/** @returns when the next step is to be taken. @throws {LostVendorBatchError} */
export async function poll(step: VendorStep, vendor: Vendor): Promise<number> {
	const { dependencies, claim, row, signal } = step;
	const { clock, database } = dependencies;
	const vendorId = row.vendor_id ?? "";
	const polls = row.polls + 1;
	try {
		await tellCanceled(step, vendor);
		const state = await vendor.batches.poll(vendorId, signal);
		const isLate = clock() - (row.submitted_at ?? 0) > GIVEN_UP_AFTER_MS;
		const outcome =
			state.status === "gone" && row.canceling_at !== null
				? "canceled"
				: outcomeOf(state, polls, isLate);
		if (outcome === "lost") return await lose(step);
		if (outcome !== null) {
			await beginCollecting(dependencies, claim, {
				outcome,
				fault: state.fault ?? null,
			});
			return clock();
		}
		await writeUnderClaim(database.queries, claim, {
			polls,
			vendor_done: doneOf(state),
			fault: null,
		});
	} catch (fault) {
		if (!(fault instanceof ProviderError) || signal.aborted) throw fault;
		dependencies.log.warn(
			{ vendorBatchId: row.id, kind: fault.kind, fault: fault.message },
			"A provider could not be asked how a batch stands",
		);
		if (clock() - (row.submitted_at ?? 0) > GIVEN_UP_AFTER_MS)
			return await lose(step);
		await writeUnderClaim(database.queries, claim, {
			polls,
			fault: fault.message,
		});
		return clock() + Math.max(delayOf(step, polls), fault.retryAfterMs ?? 0);
	}
	return clock() + delayOf(step, polls);
}

/** What is done by then is not lost, so that it goes on being asked after. */
async function tellCanceled(
	{ dependencies, claim, row, signal }: VendorStep,
	{ batches }: Vendor,
): Promise<void> {
	if (row.canceling_at === null || row.cancel_told_at !== null) return;
	try {
		await batches.cancel(row.vendor_id ?? "", signal);
	} catch (fault) {
		// Over already, perhaps; how it stands is asked next.
		if (!(fault instanceof ProviderError) || signal.aborted) throw fault;
		if (fault.isRetryable) throw fault;
	}
	await writeUnderClaim(dependencies.database.queries, claim, {
		cancel_told_at: dependencies.clock(),
	});
}

/** @returns `null` while it goes on. */
function outcomeOf(
	{ status }: BatchState,
	polls: number,
	isLate: boolean,
): VendorBatchRow["outcome"] {
	switch (status) {
		case "pending":
		case "running":
			return isLate ? "expired" : null;
		case "gone":
			return polls >= GONE_AFTER_POLLS ? "lost" : null;
		default:
			return status;
	}
}

function doneOf({ counts }: BatchState): number | null {
	const { succeeded, failed } = counts;
	return succeeded === undefined && failed === undefined
		? null
		: (succeeded ?? 0) + (failed ?? 0);
}

function delayOf({ dependencies }: VendorStep, polls: number): number {
	const { vendorBatchPollSeconds } = dependencies.settings;
	return Math.min(
		vendorBatchPollSeconds * 1000 * SLOWER_BY ** Math.min(polls - 1, 30),
		LONGEST_DELAY_MS,
	);
}

/** The vendor knows nothing of it: what it was to draw is refunded, and can be tried again. */
export async function lose(step: VendorStep): Promise<number> {
	const { dependencies, claim, row } = step;
	await failRest(step, {
		code: "provider_failed",
		message: `The provider lost the batch that this line was in (${row.vendor_id ?? row.display_name}). Try it again, or have its results recovered.`,
	});
	await endVendorBatch(dependencies, claim, {
		outcome: "lost",
		fault: row.fault,
	});
	await tellOurBatch(step);
	return dependencies.clock();
}
