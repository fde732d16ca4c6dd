/** Batches of the API's own: a file of requests goes there, a file of answers comes back within a day. */
import { createReadStream } from "node:fs";
import {
	type BatchState,
	type BatchStatus,
	type CallContext,
	type NativeBatches,
	ProviderError,
} from "../provider.ts";
import { type FormFile, formBody, jsonBody } from "../wire/bodies.ts";
import { redacted } from "../wire/fault-text.ts";
import { guarded } from "../wire/faults.ts";
import { batchFileOf } from "./batch-lines.ts";
import { batchResultsOf } from "./batch-results.ts";
import { listAt, numberAt, textAt } from "./read-json.ts";
import type { OpenAiServer } from "./server.ts";

const STATUSES: ReadonlyMap<string, BatchStatus> = new Map([
	["validating", "pending"],
	["in_progress", "running"],
	["finalizing", "running"],
	["cancelling", "running"],
	["completed", "succeeded"],
	["failed", "failed"],
	["expired", "expired"],
	["cancelled", "canceled"],
]);

/** Characters that a value of a batch's metadata may have. */
const MAX_METADATA_LENGTH = 512;

export function openBatches(server: OpenAiServer): NativeBatches {
	const { vendor, urlOf } = server;
	const urlOfBatch = (batchId: string) =>
		urlOf(`batches/${encodeURIComponent(batchId)}`);
	const read = async (batchId: string, signal: AbortSignal) => {
		const call = { url: urlOfBatch(batchId) };
		return (await vendor.json(call, { signal })).value;
	};
	return {
		submit: async (submission, context) => {
			const file = batchFileOf(submission.lines, server);
			const inputFileId = await upload(file.bytes, context, server);
			const { value } = await vendor.json(
				{
					method: "POST",
					url: urlOf("batches"),
					body: jsonBody({
						input_file_id: inputFileId,
						endpoint: file.endpoint,
						completion_window: "24h",
						metadata: {
							name: submission.displayName.slice(0, MAX_METADATA_LENGTH),
						},
					}),
				},
				context,
			);
			return { batchId: idIn(value, server, true) };
		},
		poll: async (batchId, signal) => stateOf(await read(batchId, signal)),
		results: async function* (batchId, context) {
			const batch = await read(batchId, context.signal);
			for (const name of ["output_file_id", "error_file_id"]) {
				const fileId = textAt(batch, name);
				if (fileId !== undefined)
					yield* batchResultsOf(fileId, server, context);
			}
		},
		cancel: async (batchId, signal) => {
			const url = `${urlOfBatch(batchId)}/cancel`;
			await vendor.json({ method: "POST", url, isPaid: false }, { signal });
		},
	};
}

/** @returns the file's id. A file that is there twice harms nobody, so it may be sent again. */
async function upload(
	bytes: AsyncIterable<Uint8Array>,
	context: CallContext,
	server: OpenAiServer,
): Promise<string> {
	const kept = await guarded(
		{
			what: `${server.name}, writing a batch`,
			isPaid: false,
			signal: context.signal,
		},
		() => context.keepFile(bytes),
	);
	const file: FormFile = {
		fileName: "batch.jsonl",
		contentType: "application/jsonl",
		sizeBytes: kept.sizeBytes,
		open: async () => createReadStream(kept.path),
	};
	const { value } = await server.vendor.json(
		{
			method: "POST",
			url: server.urlOf("files"),
			body: formBody([
				{ name: "purpose", value: "batch" },
				{ name: "file", file },
			]),
			isPaid: false,
		},
		context,
	);
	return idIn(value, server, false);
}

/** @param mayBePaid whether what the server said nothing of may be under way. */
function idIn(
	value: unknown,
	{ name }: OpenAiServer,
	mayBePaid: boolean,
): string {
	const id = textAt(value, "id");
	if (id !== undefined) return id;
	throw new ProviderError(
		"unavailable",
		`${name} gave no id: ${redacted(JSON.stringify(value))}`,
		{ mayBePaid },
	);
}

/** A status that nobody knows is none of the last ones. */
function stateOf(batch: unknown): BatchState {
	const errors = listAt(batch, "errors", "data").map((error) =>
		[textAt(error, "code"), textAt(error, "message")]
			.filter(Boolean)
			.join(": "),
	);
	return {
		status: STATUSES.get(textAt(batch, "status") ?? "") ?? "running",
		counts: {
			total: numberAt(batch, "request_counts", "total"),
			succeeded: numberAt(batch, "request_counts", "completed"),
			failed: numberAt(batch, "request_counts", "failed"),
		},
		fault: errors.length === 0 ? undefined : redacted(errors.join("; ")),
	};
}
