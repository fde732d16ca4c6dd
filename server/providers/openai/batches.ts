/** Batches of the API's own: a file of requests goes there, a file of answers comes back within a day. */
import { createReadStream } from "node:fs";
import {
	type BatchState,
	type BatchStatus,
	type CallContext,
	type KeptFile,
	type NativeBatches,
	ProviderError,
} from "../provider.ts";
import { type FormFile, formBody, jsonBody } from "../wire/bodies.ts";
import { redacted } from "../wire/fault-text.ts";
import { guarded } from "../wire/faults.ts";
import { goneWhenMissing, resultsGone } from "../wire/forgotten-batches.ts";
import { Refusal } from "../wire/refusal.ts";
import { watchLines } from "../wire/watched-lines.ts";
import { batchFileOf, LIMITS } from "./batch-lines.ts";
import { batchResultsOf } from "./batch-results.ts";
import { listAt, numberAt, textAt, valueAt } from "./read-json.ts";
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
const BATCHES_PER_PAGE = 100;
/** Of the newest batches: one that is looked for was submitted not long ago. */
const MAX_PAGES = 50;

export function openBatches(server: OpenAiServer): NativeBatches {
	const { vendor, urlOf } = server;
	const urlOfBatch = (batchId: string) =>
		urlOf(`batches/${encodeURIComponent(batchId)}`);
	const read = async (batchId: string, signal: AbortSignal) => {
		const call = { url: urlOfBatch(batchId) };
		return (await vendor.json(call, { signal })).value;
	};
	return {
		limits: LIMITS,
		submit: async (submission, context) => {
			const { lines, rethrow } = watchLines(submission.lines);
			const file = batchFileOf(lines, server);
			const kept = await guarded(
				{
					what: `${server.name}, writing a batch`,
					isPaid: false,
					signal: context.signal,
				},
				() => context.keepFile(file.bytes),
			).catch((error: unknown) => {
				rethrow();
				throw error;
			});
			const inputFileId = await upload(kept, context, server);
			const { value } = await vendor.json(
				{
					method: "POST",
					url: urlOf("batches"),
					body: jsonBody({
						input_file_id: inputFileId,
						endpoint: file.endpoint,
						completion_window: "24h",
						metadata: { name: nameFor(submission.displayName) },
					}),
				},
				context,
			);
			return { batchId: idIn(value, server, true) };
		},
		find: (displayName, signal) => find(nameFor(displayName), server, signal),
		poll: (batchId, signal) =>
			goneWhenMissing(async () => stateOf(await read(batchId, signal))),
		results: async function* (batchId, context) {
			const batch = await read(batchId, context.signal).catch(
				(error: unknown) => {
					if (!(error instanceof Refusal && error.isMissing)) throw error;
					throw resultsGone(`${server.name}: the results of ${batchId}`, error);
				},
			);
			// Also of one that expired or was called off: what was done by then is there, and paid for.
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

function nameFor(displayName: string): string {
	return displayName.slice(0, MAX_METADATA_LENGTH).toWellFormed();
}

/** The vendor lists the newest first. @param name as it stands in the batch's metadata. */
async function find(
	name: string,
	{ vendor, urlOf }: OpenAiServer,
	signal: AbortSignal,
): Promise<{ readonly batchId: string } | undefined> {
	const query = new URLSearchParams({ limit: String(BATCHES_PER_PAGE) });
	for (let page = 0; page < MAX_PAGES; page++) {
		const { value } = await vendor.json(
			{ url: `${urlOf("batches")}?${query}` },
			{ signal },
		);
		const batches = listAt(value, "data");
		const found = batches.find(
			(batch) => textAt(batch, "metadata", "name") === name,
		);
		const batchId = textAt(found, "id");
		if (batchId !== undefined) return { batchId };
		const last = textAt(batches.at(-1), "id");
		if (last === undefined || valueAt(value, "has_more") !== true) break;
		query.set("after", last);
	}
	return undefined;
}

/** @returns the file's id. A file that is there twice harms nobody, so it may be sent again. */
async function upload(
	kept: KeptFile,
	context: CallContext,
	server: OpenAiServer,
): Promise<string> {
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
