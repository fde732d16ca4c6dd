/** A step of a batch under way: notes which lines have ended, and begins as many more as may be under way at once. */
import { cancelQueued } from "../jobs/job-states.ts";
import {
	cancelVendorBatches,
	closeGathering,
} from "../vendor-batches/vendor-batch-states.ts";
import { beginFinalizing, closeExpired } from "./batch-states.ts";
import { beginLines } from "./begin-lines.ts";
import type { Step } from "./line-context.ts";
import { endLines, failWaiting, forgetLines } from "./line-states.ts";
import type { LineError } from "./translator.ts";

/** After these, another batch may have its turn. */
const BEGIN_AT_MOST = 500;
/** Ends are announced; this is for those that nobody heard of. */
const LOOK_AGAIN_MS = 5_000;
/** The same while all is with vendors, which may take a day. */
const LOOK_AT_VENDORS_MS = 60_000;

/** @returns when the next step is to be taken, at the latest. */
export async function workOnLines(step: Step): Promise<number> {
	const { dependencies, claim, batch } = step;
	const { clock } = dependencies;
	let { closing } = batch;
	if (closing === null && clock() >= batch.expires_at) {
		await closeExpired(dependencies, claim);
		closing = "expired";
	}
	const dueAt =
		closing === null ? await begin(step) : await close(step, closing);
	if (await isAnyLeft(step)) return dueAt;
	await beginFinalizing(dependencies, claim);
	return clock();
}

async function isAnyLeft({ dependencies, batch }: Step): Promise<boolean> {
	const line = await dependencies.database.queries
		.selectFrom("batch_lines")
		.select("position")
		.where("batch_id", "=", batch.id)
		.where("status", "in", ["waiting", "enqueued"])
		.limit(1)
		.executeTakeFirst();
	return line !== undefined;
}

async function begin(step: Step): Promise<number> {
	const { dependencies, batch, signal } = step;
	let room = linesAtOnce(step) - (await noteEnded(step, null));
	let begun = 0;
	let pauseMs: number | null = null;
	while (
		room > 0 &&
		begun < BEGIN_AT_MOST &&
		pauseMs === null &&
		!signal.aborted
	) {
		const outcome = await beginLines(
			step,
			Math.min(room, BEGIN_AT_MOST - begun),
		);
		if (outcome === null) break;
		begun += outcome.begun;
		room -= outcome.enqueued;
		pauseMs = outcome.pauseMs;
	}
	const { clock } = dependencies;
	if (pauseMs !== null) return Math.min(clock() + pauseMs, batch.expires_at);
	if (room > 0 && begun >= BEGIN_AT_MOST) return clock();
	const isAllWithVendors = await handOver(step);
	const lookAgainMs = isAllWithVendors ? LOOK_AT_VENDORS_MS : LOOK_AGAIN_MS;
	return Math.min(clock() + lookAgainMs, batch.expires_at);
}

/** Has what is gathered for vendors submitted when no line waits any more. @returns whether none is in our own queue. */
async function handOver({ dependencies, batch }: Step): Promise<boolean> {
	if (batch.delivery === "queue" || batch.paused_at !== null) return false;
	const { queries } = dependencies.database;
	const own = await queries
		.selectFrom("batch_lines")
		.select("status")
		.distinct()
		.where("batch_id", "=", batch.id)
		.where((eb) =>
			eb.or([
				eb("status", "=", "waiting"),
				eb.and([
					eb("status", "=", "enqueued"),
					eb("vendor_batch_id", "is", null),
				]),
			]),
		)
		.execute();
	if (own.some(({ status }) => status === "waiting")) return false;
	await tellVendorBatches(
		dependencies,
		await closeGathering(queries, dependencies, batch.id),
	);
	return own.length === 0;
}

async function tellVendorBatches(
	{ database }: Step["dependencies"],
	ids: readonly string[],
): Promise<void> {
	for (const vendorBatchId of ids)
		await database.announce({ kind: "vendor_batch_due", vendorBatchId });
}

function linesAtOnce({ dependencies, batch }: Step): number {
	if (batch.paused_at !== null) return 0;
	const { batchLinesAtOnce } = dependencies.settings;
	return Math.min(batch.lines_at_once ?? batchLinesAtOnce, batchLinesAtOnce);
}

/** @param closing why lines that were canceled were. @returns how many are under way still in our own queue. */
async function noteEnded(
	step: Step,
	closing: LineError | null,
): Promise<number> {
	const { dependencies, claim } = step;
	const rows = await dependencies.database.queries
		.selectFrom("batch_lines")
		.innerJoin("generations", "generations.id", "batch_lines.generation_id")
		.select([
			"batch_lines.position",
			"batch_lines.generation_id",
			"generations.status",
			"generations.ended_at",
			"generations.error_code",
			"generations.error_message",
		])
		.where("batch_lines.batch_id", "=", claim.id)
		.where("batch_lines.status", "=", "enqueued")
		// Lines that a vendor has in a batch of its own are ended by whoever works on that.
		.where((eb) =>
			eb.or([
				eb("batch_lines.vendor_batch_id", "is", null),
				eb("generations.ended_at", "is not", null),
			]),
		)
		.execute();
	const ended = rows.filter(({ ended_at }) => ended_at !== null);
	await endLines(
		dependencies,
		claim,
		"enqueued",
		ended.map(({ position, ...generation }) => ({
			position,
			error: endingOf(generation, closing),
		})),
	);
	for (const { generation_id, ended_at } of rows) {
		if (ended_at === null && generation_id !== null)
			step.awaitEnd(generation_id);
	}
	return rows.length - ended.length;
}

function endingOf(
	generation: {
		readonly status: string;
		readonly error_code: string | null;
		readonly error_message: string | null;
	},
	closing: LineError | null,
): LineError | null {
	if (generation.status === "completed") return null;
	if (generation.status === "canceled" && closing !== null) return closing;
	return {
		code: (generation.error_code ?? "internal") as LineError["code"],
		message: generation.error_message ?? "",
	};
}

const CLOSING = {
	canceled: {
		code: "batch_canceled",
		message: "The batch was canceled before this line was begun.",
	},
	expired: {
		code: "batch_expired",
		message: "The batch expired before this line was begun.",
	},
} as const;

/** Ends what is not being drawn, and waits for the rest. */
async function close(step: Step, why: "canceled" | "expired"): Promise<number> {
	const { dependencies, claim, batch } = step;
	const error = CLOSING[why];
	if (batch.started_at === null) {
		// It was being checked: what is there of its lines is not all of them.
		await forgetLines(dependencies, claim);
		return dependencies.clock();
	}
	await failWaiting(dependencies, claim, error);
	const { queries } = dependencies.database;
	await tellVendorBatches(
		dependencies,
		await cancelVendorBatches(queries, dependencies, batch.id),
	);
	await cancelUndrawn(step);
	await noteEnded(step, error);
	return dependencies.clock() + LOOK_AGAIN_MS;
}

async function cancelUndrawn({ dependencies, claim }: Step): Promise<void> {
	const queued = await dependencies.database.queries
		.selectFrom("batch_lines")
		.innerJoin("generations", "generations.id", "batch_lines.generation_id")
		.select("generations.id")
		.where("batch_lines.batch_id", "=", claim.id)
		.where("batch_lines.status", "=", "enqueued")
		.where("generations.status", "=", "queued")
		.execute();
	for (const { id } of queued) {
		if (await cancelQueued(dependencies, id))
			await dependencies.database.announce({ kind: "ended", generationId: id });
	}
}
