/** A batch as the long-running operation by which Google's SDKs know it; they read its metadata, other clients its response. */
import type { Batch } from "../../../engine/engine.ts";
import { timeOf } from "../files/file-body.ts";
import { batchData } from "./batch-data.ts";
import type { ResultLines } from "./result-lines.ts";
import { rpcCodeOf } from "./rpc-codes.ts";

const STATE: Readonly<Record<Batch["status"], string>> = {
	validating: "BATCH_STATE_PENDING",
	active: "BATCH_STATE_RUNNING",
	finalizing: "BATCH_STATE_RUNNING",
	canceling: "BATCH_STATE_RUNNING",
	completed: "BATCH_STATE_SUCCEEDED",
	failed: "BATCH_STATE_FAILED",
	canceled: "BATCH_STATE_CANCELLED",
	expired: "BATCH_STATE_EXPIRED",
};

const TYPES = "type.googleapis.com/google.ai.generativelanguage.v1main";
const ID_PREFIX = "batch_";

/** The engine's id of a batch. @param name with `batches/` or without. */
export function batchIdOf(name: string): string {
	return ID_PREFIX + name.replace(/^batches\//, "");
}

export function batchNameOf({ id }: Pick<Batch, "id">): string {
	return `batches/${id.slice(ID_PREFIX.length)}`;
}

/** Where the results are; `null` when there are none, or they are not told here. */
export type Output =
	| { readonly responsesFile: string }
	| { readonly inlinedResponses: { readonly inlinedResponses: ResultLines } }
	| null;

/** @param output of a batch that has ended. */
export function operationBody(batch: Batch, output: Output) {
	const data = batchData.parse(batch.dialectData);
	const name = batchNameOf(batch);
	const error = errorOf(batch);
	return {
		name,
		metadata: {
			"@type": `${TYPES}.GenerateContentBatch`,
			model: `models/${data.model}`,
			...(data.displayName !== undefined && { displayName: data.displayName }),
			...(batch.endedAt !== null && { endTime: timeOf(batch.endedAt) }),
			createTime: timeOf(batch.createdAt),
			updateTime: timeOf(updatedAt(batch)),
			...(data.source === "file" && {
				inputConfig: { fileName: `files/${batch.inputFileId}` },
			}),
			batchStats: statsOf(batch, data.requestCount ?? 0),
			state: STATE[batch.status],
			name,
			...(output !== null && { output }),
		},
		...(batch.endedAt !== null && { done: true }),
		...(error !== null && { error }),
		...(batch.status === "completed" && {
			response: {
				"@type": `${TYPES}.GenerateContentBatchOutput`,
				...output,
			},
		}),
	};
}

function updatedAt(batch: Batch): number {
	const { createdAt, startedAt, cancelingAt, finalizingAt, endedAt } = batch;
	return Math.max(
		createdAt,
		startedAt ?? 0,
		cancelingAt ?? 0,
		finalizingAt ?? 0,
		endedAt ?? 0,
	);
}

/** Numbers of 64 bits are texts; those that are nought are left out. @param announced before the requests are counted. */
function statsOf({ counts }: Batch, announced: number) {
	const total = Math.max(counts.total, announced);
	const { completed, failed } = counts;
	const stats = {
		requestCount: total,
		pendingRequestCount: total - completed - failed,
		successfulRequestCount: completed,
		failedRequestCount: failed,
	};
	return Object.fromEntries(
		Object.entries(stats)
			.filter(([, count]) => count > 0)
			.map(([name, count]) => [name, String(count)]),
	);
}

function errorOf({ status, faults }: Batch) {
	if (status === "canceled")
		return { code: rpcCodeOf("CANCELLED"), message: "The batch was canceled." };
	if (status === "expired")
		return {
			code: rpcCodeOf("DEADLINE_EXCEEDED"),
			message: "The batch expired before all its requests were begun.",
		};
	if (status !== "failed") return null;
	return {
		code: rpcCodeOf(
			faults.some(({ code }) => code === "internal")
				? "INTERNAL"
				: "INVALID_ARGUMENT",
		),
		message: faults.map(({ message }) => message).join(" "),
	};
}
