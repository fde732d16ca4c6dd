/** Ends lines that a vendor was given, together with what was charged for them. */

import type { ProviderError } from "../../providers/provider.ts";
import { endVendorLine } from "../batches/line-states.ts";
import type { LineError } from "../batches/translator.ts";
import { endReply, LostReplyError } from "../chat/reply-states.ts";
import { CODE_OF } from "../generations/settle.ts";
import {
	CANCELED,
	type Ending,
	endClaimed,
	LostClaimError,
} from "../jobs/job-states.ts";
import {
	claimOn,
	type OpenLine,
	openLines,
	type VendorStep,
} from "./vendor-step.ts";

/** What a line is told of a fault of its provider's. */
export function lineErrorOfFault(fault: ProviderError): LineError {
	return { code: CODE_OF[fault.kind], message: fault.publicMessage };
}

/** Ends a line without what it asked for, and refunds it; with a part of its pictures it is completed, and pays for those. */
export async function failLine(
	step: VendorStep,
	line: OpenLine,
	error: LineError,
): Promise<void> {
	if (line.generation_id === null) await failWords(step, line, error);
	else {
		const drawn = await isAnythingDrawn(step, line.generation_id);
		await endPictures(step, line, drawn ? null : error);
	}
}

/** Ends a line whose pictures are in the library, or that has none. @param error `null` for one that is completed. */
export async function endPictures(
	{ dependencies, row }: VendorStep,
	line: OpenLine,
	error: LineError | null,
): Promise<void> {
	const claim = claimOn(row, line);
	const ending = endingOf(error);
	try {
		await endClaimed(dependencies, claim, ending, async (transaction) => {
			await endVendorLine(transaction, {
				batchId: row.batch_id,
				vendorBatchId: row.id,
				position: line.position,
				...(error === null
					? { kind: "completed", answer: null }
					: { kind: "failed", error }),
			});
		});
	} catch (fault) {
		// Somebody else brought in the same results, and was quicker.
		if (fault instanceof LostClaimError) return;
		throw fault;
	}
	const { generationId } = claim;
	dependencies.observer.generationEnded({ status: ending.status });
	await dependencies.database.announce({ kind: "ended", generationId });
}

function endingOf(error: LineError | null): Ending {
	if (error === null) return { status: "completed", error: null };
	const { code, message } = error;
	if (code === "batch_canceled") return { status: "canceled", error: CANCELED };
	return {
		status: "failed",
		error: {
			code: code === "batch_expired" ? "provider_failed" : code,
			message,
		},
	};
}

async function isAnythingDrawn(
	{ dependencies }: VendorStep,
	generationId: string,
): Promise<boolean> {
	const image = await dependencies.database.queries
		.selectFrom("images")
		.select("id")
		.where("generation_id", "=", generationId)
		.limit(1)
		.executeTakeFirst();
	return image !== undefined;
}

async function failWords(
	{ dependencies, row }: VendorStep,
	line: OpenLine,
	error: LineError,
): Promise<void> {
	try {
		await dependencies.database.transaction(async (transaction) => {
			await endReply(transaction, dependencies, line.reply_id ?? "", {
				status: "failed",
				consumption: undefined,
				prices: undefined,
			});
			await endVendorLine(transaction, {
				batchId: row.batch_id,
				vendorBatchId: row.id,
				position: line.position,
				kind: "failed",
				error,
			});
		});
	} catch (fault) {
		if (!(fault instanceof LostReplyError)) throw fault;
	}
}

/** Ends every line that there is still. */
export async function failRest(
	step: VendorStep,
	error: LineError,
): Promise<void> {
	for (const line of await openLines(step)) await failLine(step, line, error);
}

/** Has our batch see that all lines of a vendor's have ended. */
export async function tellOurBatch({
	dependencies,
	row,
}: VendorStep): Promise<void> {
	await dependencies.database.announce({
		kind: "batch_due",
		batchId: row.batch_id,
	});
}

/** Ends what a process held when it died after it had ended the line: pictures beside an answer in words. */
export async function endHeld({
	dependencies,
	row,
}: VendorStep): Promise<void> {
	const held = await dependencies.database.queries
		.selectFrom("generations")
		.select("id")
		.where("claim_token", "=", row.id)
		.where("status", "=", "active")
		.execute();
	for (const { id } of held)
		await endClaimed(
			dependencies,
			{ generationId: id, token: row.id, slots: 0 },
			{ status: "completed", error: null },
		);
}
