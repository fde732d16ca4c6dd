/** Gives lines of our batches to a vendor's, in the transactions that charge them. */
import type { TransactionQueries } from "../../db/database.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import type { NativeBatches, Provider } from "../../providers/provider.ts";
import { type BatchTalker, batchTalkerOf } from "../chat/batch-talk.ts";
import type { ReplyRequest } from "../chat/reply-request.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { holdForVendor } from "../jobs/job-states.ts";
import { putLine, type VendorBatchLimits } from "./vendor-batch-states.ts";

/** Bytes of a PNG for each pixel: pictures of a batch of 1024 x 1024 had 2.6 MB each (S0, 54 of them). */
const OUTPUT_BYTES_PER_PIXEL = 2.5;
const BASE64_GROWTH = 4 / 3;
/** Of a request or a result without its pictures. */
const WORDS_BYTES = 8_192;
/** Of an answer in words; a token is about four characters. */
const ANSWER_BYTES = 32_768;
/** What a photo is taken to have that nobody has fetched yet. */
const PHOTO_BYTES = 1_500_000;

type HoldDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "newId" | "settings" | "providers"
>;

export interface HeldLine {
	readonly batch: Pick<BatchesTable, "id" | "delivery">;
	readonly position: number;
	readonly customId: string;
}

/**
 * Gives a generation that was just enqueued to a batch of its provider's, if it has such.
 * @returns whether it did; if not, the generation stays in our own queue.
 */
export async function holdGeneration(
	transaction: TransactionQueries,
	dependencies: HoldDependencies,
	line: HeldLine,
	generationId: string,
): Promise<boolean> {
	const row = await transaction
		.selectFrom("generations")
		.select(["provider", "provider_model", "count"])
		.select(["drawn_width", "drawn_height"])
		.where("id", "=", generationId)
		.executeTakeFirstOrThrow();
	const provider = dependencies.providers.get(row.provider);
	const batches = batchesFor(dependencies, provider, line.batch);
	if (batches === null) return false;
	const { input } = await transaction
		.selectFrom("generation_inputs")
		.select((eb) => eb.fn.sum("size_bytes").as("input"))
		.where("generation_id", "=", generationId)
		.executeTakeFirstOrThrow();
	const pixels = row.drawn_width * row.drawn_height * row.count;
	const vendorBatchId = await putLine(
		transaction,
		dependencies,
		{
			batchId: line.batch.id,
			position: line.position,
			customId: line.customId,
			provider: row.provider,
			providerModel: row.provider_model,
			kind: "image",
			inputBytes: WORDS_BYTES + inBase64(Number(input ?? 0)),
			outputBytes: WORDS_BYTES + inBase64(pixels * OUTPUT_BYTES_PER_PIXEL),
		},
		limitsOf(batches, dependencies),
	);
	await holdForVendor(transaction, dependencies, generationId, vendorBatchId);
	return true;
}

/** @returns who answers a line in a batch of its own; `null` when nobody does. @throws {EngineError} as `reply` would. */
export function vendorTalkerOf(
	dependencies: EngineDependencies,
	batch: HeldLine["batch"],
	request: ReplyRequest,
): BatchTalker | null {
	const talker = batchTalkerOf(dependencies, request);
	return talker === null ||
		batchesFor(dependencies, talker.route.provider, batch) === null
		? null
		: talker;
}

/** Gives a line that is to be answered in words to a batch of whoever answers. */
export async function holdWords(
	transaction: TransactionQueries,
	dependencies: HoldDependencies,
	{ batch, position, customId }: HeldLine,
	{ route: { provider, offer } }: BatchTalker,
	request: ReplyRequest,
): Promise<void> {
	const batches = batchesFor(dependencies, provider, batch);
	if (batches === null) throw new Error(`${provider.name} has no batches`);
	const photos = request.turns
		.flatMap(({ parts }) => parts)
		.filter(({ kind }) => kind === "image").length;
	await putLine(
		transaction,
		dependencies,
		{
			batchId: batch.id,
			position,
			customId,
			provider: provider.name,
			providerModel: offer.providerModel,
			kind: "chat",
			inputBytes: WORDS_BYTES + inBase64(photos * PHOTO_BYTES),
			outputBytes: ANSWER_BYTES,
		},
		limitsOf(batches, dependencies),
	);
}

/** @returns `null` where lines of the batch are to be worked on from our own queue. */
function batchesFor(
	{ settings }: HoldDependencies,
	provider: Provider | undefined,
	{ delivery }: HeldLine["batch"],
): NativeBatches | null {
	if (delivery === "queue" || provider?.batches === undefined) return null;
	const isSaving = settings.vendorBatches && !provider.isEmbedded;
	return delivery === "thrift" && !isSaving ? null : provider.batches;
}

function limitsOf(
	{ limits }: NativeBatches,
	{ settings }: HoldDependencies,
): VendorBatchLimits {
	return {
		maxLines: Math.min(limits.maxLines, settings.vendorBatchMaxLines),
		maxInputBytes: limits.maxInputBytes,
		maxOutputBytes: settings.vendorBatchMaxOutputBytes,
	};
}

function inBase64(bytes: number): number {
	return Math.ceil(bytes * BASE64_GROWTH);
}
