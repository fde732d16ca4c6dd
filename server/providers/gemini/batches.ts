/** Work at half price that the vendor does within a day: handed over as a file, asked after, fetched, called off. */
import {
	type BatchState,
	type BatchStatus,
	type BatchSubmission,
	type CallContext,
	type KeptFile,
	ProviderError,
} from "../provider.ts";
import { fileBody, jsonBody } from "../wire/bodies.ts";
import { goneWhenMissing } from "../wire/forgotten-batches.ts";
import { type GeminiAccount, modelUrl, resourceUrl } from "./account.ts";
import { isPictureData } from "./answer.ts";
import { writeBatchInput } from "./batch-input.ts";
import { describeError } from "./faults.ts";
import { uploadFile } from "./files.ts";
import { countOf, type Fields, fieldsOf, listOf, textOf } from "./reading.ts";

/** Without `BATCH_STATE_` or `JOB_STATE_`, which the vendor's surfaces put before them. */
const STATUSES: Readonly<Record<string, BatchStatus>> = {
	UNSPECIFIED: "pending",
	PENDING: "pending",
	QUEUED: "pending",
	RUNNING: "running",
	CANCELLING: "running",
	SUCCEEDED: "succeeded",
	PARTIALLY_SUCCEEDED: "succeeded",
	FAILED: "failed",
	CANCELLED: "canceled",
	EXPIRED: "expired",
};

/** Few, since answers of batches that others submitted without files come with the list, as long as they are. */
const BATCHES_PER_PAGE = 20;
/** Of the newest batches: one that is looked for was submitted not long ago. */
const MAX_PAGES = 100;

/** @throws {ProviderError}; it may be paid for when nobody knows whether the vendor took the batch. */
export async function submitBatch(
	account: GeminiAccount,
	submission: BatchSubmission,
	sendsModalities: boolean,
	context: CallContext,
): Promise<{ readonly batchId: string }> {
	const { model, displayName } = submission;
	const input = await writeBatchInput(
		account.name,
		submission,
		sendsModalities,
		context,
	);
	const { name: fileName } = await uploadFile(
		account,
		displayName,
		fileBody("application/jsonl", input),
		context.signal,
	);
	const { value } = await account.vendor.json(
		{
			method: "POST",
			url: modelUrl(account, model, "batchGenerateContent"),
			body: jsonBody({ batch: { inputConfig: { fileName }, displayName } }),
		},
		context,
	);
	const batchId = textOf(fieldsOf(value).name);
	if (batchId === undefined)
		throw new ProviderError(
			"unavailable",
			`${account.name} took a batch and did not say what it is called.`,
			{ mayBePaid: true },
		);
	return { batchId };
}

/** @throws {ProviderError} */
export async function findBatch(
	account: GeminiAccount,
	displayName: string,
	signal: AbortSignal,
): Promise<{ readonly batchId: string } | undefined> {
	let pageToken: string | undefined;
	for (let page = 0; page < MAX_PAGES; page++) {
		const query = new URLSearchParams({ pageSize: String(BATCHES_PER_PAGE) });
		if (pageToken !== undefined) query.set("pageToken", pageToken);
		const { value } = await account.vendor.json(
			{ url: `${resourceUrl(account, "batches")}?${query}` },
			{ signal, keepFile: letGo },
			isPictureData,
		);
		const { operations, nextPageToken } = fieldsOf(value);
		const batchId = newestNamed(displayName, listOf(operations).map(fieldsOf));
		if (batchId !== undefined) return { batchId };
		pageToken = textOf(nextPageToken);
		if (pageToken === undefined) break;
	}
	return undefined;
}

/** The vendor lists the newest first; nowhere does it promise to. */
function newestNamed(
	displayName: string,
	operations: readonly Fields[],
): string | undefined {
	const createdAt = ({ metadata }: Fields) =>
		Date.parse(textOf(fieldsOf(metadata).createTime) ?? "") || 0;
	const [newest] = operations
		.filter(({ metadata }) => fieldsOf(metadata).displayName === displayName)
		.toSorted((one, other) => createdAt(other) - createdAt(one));
	return textOf(newest?.name);
}

/** @throws {ProviderError} */
export async function pollBatch(
	account: GeminiAccount,
	batchId: string,
	signal: AbortSignal,
): Promise<BatchState> {
	return await goneWhenMissing(async () => {
		const { value } = await account.vendor.json(
			{ url: resourceUrl(account, batchId) },
			{ signal, keepFile: letGo },
			isPictureData,
		);
		return stateOf(fieldsOf(value));
	});
}

function stateOf(operation: Fields): BatchState {
	const metadata = fieldsOf(operation.metadata);
	const stats = fieldsOf(metadata.batchStats);
	const error = operation.error ?? metadata.error ?? undefined;
	const state = textOf(metadata.state);
	const status = statusOf(state, operation.done === true, error !== undefined);
	return {
		status,
		counts: {
			total: countOf(stats.requestCount),
			succeeded: countOf(stats.successfulRequestCount),
			failed: countOf(stats.failedRequestCount),
		},
		fault: faultOf(status, state, error),
	};
}

/** What has been done by then is not lost. @throws {ProviderError} */
export async function cancelBatch(
	account: GeminiAccount,
	batchId: string,
	signal: AbortSignal,
): Promise<void> {
	const answer = await account.vendor.answer(
		{
			method: "POST",
			url: `${resourceUrl(account, batchId)}:cancel`,
			isPaid: false,
			body: jsonBody({}),
		},
		signal,
	);
	answer.discard();
}

/** A state that nobody has heard of is never taken for success (X13). */
function statusOf(
	state: string | undefined,
	isDone: boolean,
	hasError: boolean,
): BatchStatus {
	const known = STATUSES[state?.replace(/^(BATCH|JOB)_STATE_/, "") ?? ""];
	const isUnderWay = known === "pending" || known === "running";
	if (known !== undefined && !(isUnderWay && isDone)) return known;
	return isDone || hasError ? "failed" : (known ?? "running");
}

function faultOf(
	status: BatchStatus,
	state: string | undefined,
	error: unknown,
): string | undefined {
	if (error !== undefined) return describeError(error);
	return status === "failed"
		? `The batch ended as ${state ?? "nothing known"}.`
		: undefined;
}

/** Whoever only asks how it stands has no use for the pictures. */
async function letGo(bytes: AsyncIterable<Uint8Array>): Promise<KeptFile> {
	for await (const _ of bytes);
	return { path: "", sha256: "", sizeBytes: 0 };
}
