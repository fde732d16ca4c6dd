/** A batch in this dialect's words. */
import type { Batch } from "../../../engine/engine.ts";
import { wordsFor } from "../errors.ts";
import { fileIdFor, secondsOf } from "../files/file-body.ts";
import { batchData } from "./schema.ts";

const STATUS: Readonly<Record<Batch["status"], string>> = {
	validating: "validating",
	active: "in_progress",
	finalizing: "finalizing",
	completed: "completed",
	failed: "failed",
	canceling: "cancelling",
	canceled: "cancelled",
	expired: "expired",
};

export function batchBody(batch: Batch) {
	const { metadata } = batchData.parse(batch.dialectData);
	const endedAs = (status: Batch["status"]) =>
		batch.status === status ? seconds(batch.endedAt) : null;
	return {
		id: batch.id,
		object: "batch" as const,
		endpoint: batch.endpoint,
		errors: batch.faults.length === 0 ? null : faultsBody(batch.faults),
		input_file_id: fileIdFor(batch.inputFileId),
		completion_window: "24h" as const,
		status: STATUS[batch.status],
		output_file_id: fileId(batch.outputFileId),
		error_file_id: fileId(batch.errorFileId),
		created_at: secondsOf(batch.createdAt),
		in_progress_at: seconds(batch.startedAt),
		expires_at: secondsOf(batch.expiresAt),
		finalizing_at: seconds(batch.finalizingAt),
		completed_at: endedAs("completed"),
		failed_at: endedAs("failed"),
		expired_at: endedAs("expired"),
		cancelling_at: seconds(batch.cancelingAt),
		cancelled_at: endedAs("canceled"),
		request_counts: batch.counts,
		metadata,
	};
}

function faultsBody(faults: Batch["faults"]) {
	return {
		object: "list" as const,
		data: faults.map(({ code, line, message, field }) => ({
			...wordsFor(code, field),
			line,
			message,
		})),
	};
}

function fileId(id: string | null): string | null {
	return id === null ? null : fileIdFor(id);
}

function seconds(milliseconds: number | null): number | null {
	return milliseconds === null ? null : secondsOf(milliseconds);
}
