/** Hands a batch over to its vendor, once: when nobody knows whether it arrived, the vendor is asked first. */
import { type BatchLine, ProviderError } from "../../providers/provider.ts";
import {
	type LineReading,
	lineContextOf,
	lineErrorOf,
	readStoredLine,
} from "../batches/line-context.ts";
import { batchChatCall } from "../chat/batch-talk.ts";
import { openCallFiles } from "../generations/call-files.ts";
import { imageCallOf } from "../generations/call-provider.ts";
import {
	failLine,
	failRest,
	lineErrorOfFault,
	tellOurBatch,
} from "./end-lines.ts";
import { writeUnderClaim } from "./vendor-batch-claims.ts";
import { endVendorBatch, noteSubmitted } from "./vendor-batch-states.ts";
import {
	callsOf,
	jobOf,
	keyOfCall,
	type OpenLine,
	openLines,
	ourBatchOf,
	type Vendor,
	type VendorStep,
} from "./vendor-step.ts";

const MOST_TRIES = 8;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 10 * 60_000;
/** After which a vendor that took a batch is expected to list it, and whoever was handing it over when it lost its claim to have stopped. */
const LISTED_AFTER_MS = 30_000;

/** Thrown among the lines when none of them can be asked for. */
class NothingToSubmitError extends Error {
	constructor() {
		super("No line of the batch can be asked for");
		this.name = "NothingToSubmitError";
	}
}

/** @returns when the next step is to be taken. @throws {LostVendorBatchError} and what is out of order with us. */
export async function submit(
	step: VendorStep,
	vendor: Vendor,
): Promise<number> {
	const { dependencies, claim, row, signal } = step;
	const { batches } = vendor;
	const { clock, database } = dependencies;
	const tries = row.submit_tries + 1;
	const files = openCallFiles(dependencies);
	try {
		// One that the vendor had before our lines were put into it.
		if (row.vendor_id !== null) return await begun(step, row.vendor_id);
		const found =
			row.submit_tries === 0
				? undefined
				: await batches.find(row.display_name, signal);
		if (found !== undefined) return await begun(step, found.batchId);
		const settledAt = (row.submit_began_at ?? 0) + LISTED_AFTER_MS;
		if (settledAt > clock()) return settledAt;
		if (row.canceling_at !== null) return await giveUp(step, CANCELED, null);
		await writeUnderClaim(database.queries, claim, {
			submit_tries: tries,
			submit_began_at: clock(),
		});
		const { batchId } = await batches.submit(
			{
				model: row.provider_model,
				displayName: row.display_name,
				lines: linesOf(step),
			},
			{ signal, keepFile: (bytes) => files.keep(bytes) },
		);
		return await begun(step, batchId);
	} catch (fault) {
		if (fault instanceof NothingToSubmitError)
			return await giveUp(step, CANCELED, null);
		if (!(fault instanceof ProviderError) || signal.aborted) throw fault;
		dependencies.log.warn(
			{ vendorBatchId: row.id, kind: fault.kind, fault: fault.message, tries },
			"A provider did not take a batch",
		);
		const mayPass = fault.isRetryable || fault.mayBePaid;
		if (!mayPass || tries >= MOST_TRIES)
			return await giveUp(step, lineErrorOfFault(fault), fault.message);
		await writeUnderClaim(database.queries, claim, {
			fault: fault.message,
			...(!fault.mayBePaid && { submit_began_at: null }),
		});
		return clock() + delayBefore(tries, fault);
	} finally {
		await files.discardRest();
	}
}

const CANCELED = {
	code: "batch_canceled",
	message: "The batch was canceled before this line was begun.",
} as const;

async function begun(step: VendorStep, vendorId: string): Promise<number> {
	const { dependencies, claim } = step;
	await noteSubmitted(dependencies, claim, vendorId);
	const { vendorBatchPollSeconds } = dependencies.settings;
	return dependencies.clock() + vendorBatchPollSeconds * 1000;
}

async function giveUp(
	step: VendorStep,
	error: Parameters<typeof failRest>[1],
	fault: string | null,
): Promise<number> {
	await failRest(step, error);
	const outcome = error.code === "batch_canceled" ? "canceled" : "failed";
	await endVendorBatch(step.dependencies, step.claim, { outcome, fault });
	await tellOurBatch(step);
	return step.dependencies.clock();
}

function delayBefore(tries: number, fault: ProviderError): number {
	const doubled = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS);
	return Math.max(
		doubled,
		fault.retryAfterMs ?? 0,
		fault.mayBePaid ? LISTED_AFTER_MS : 0,
	);
}

/** What the vendor is asked, a line at a time. A line that cannot be asked for ends alone. */
async function* linesOf(step: VendorStep): AsyncGenerator<BatchLine> {
	const { signal } = step;
	let isAny = false;
	let reading: LineReading | undefined;
	for (const line of await openLines(step)) {
		signal.throwIfAborted();
		if (line.generation_id !== null) {
			const job = await jobOf(step, line);
			for (const [index, call] of callsOf(job).entries()) {
				isAny = true;
				yield {
					key: keyOfCall(line.key, index),
					request: {
						kind: "image",
						call: { ...imageCallOf(job, call), partialImages: 0 },
					},
				};
			}
			continue;
		}
		reading ??= await readingOf(step);
		const words = await wordsOf(step, reading, line);
		if (words === null) continue;
		isAny = true;
		try {
			yield words.line;
		} finally {
			await words.letGo();
		}
	}
	if (!isAny) throw new NothingToSubmitError();
}

/** What lines of our batch are read with. */
export async function readingOf(step: VendorStep): Promise<LineReading> {
	const { dependencies, translators } = step;
	const batch = await ourBatchOf(step);
	const translator = translators.find(batch);
	if (translator === undefined) throw new Error("Nobody reads its lines");
	const context = await lineContextOf(dependencies, batch);
	return { dependencies, batch, translator, context };
}

/** @returns `null` for a line that ended of its own fault. */
async function wordsOf(
	step: VendorStep,
	reading: LineReading,
	line: OpenLine,
): Promise<{ readonly line: BatchLine; letGo(): Promise<void> } | null> {
	const { dependencies, row } = step;
	let letGo = async () => {};
	try {
		const read = await readStoredLine(reading, line);
		letGo = () => read.letGo();
		if (read.ask.kind !== "reply")
			throw new Error("What asked for words asks for a picture now");
		const { request, dialectData = {} } = read.ask;
		const { principal } = reading.context;
		const call = await batchChatCall(dependencies, principal, request);
		await dependencies.database.queries
			.updateTable("batch_lines")
			.set({ dialect_json: JSON.stringify(dialectData) })
			.where("batch_id", "=", row.batch_id)
			.where("position", "=", line.position)
			.execute();
		return { line: { key: line.key, request: { kind: "chat", call } }, letGo };
	} catch (thrown) {
		await letGo();
		const error = lineErrorOf(thrown);
		if (error === null) throw thrown;
		await failLine(step, line, error);
		return null;
	}
}
