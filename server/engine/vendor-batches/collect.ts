/** Brings in the results of a vendor's batch that is over: joined by key, each once, whatever comes twice or not at all. */
import {
	type BatchResult,
	type KeptFile,
	ProviderError,
} from "../../providers/provider.ts";
import type { LineError } from "../batches/translator.ts";
import { openCallFiles } from "../generations/call-files.ts";
import {
	endHeld,
	failLine,
	lineErrorOfFault,
	tellOurBatch,
} from "./end-lines.ts";
import { takePictures } from "./take-pictures.ts";
import { takeWords } from "./take-words.ts";
import type { VendorBatchRow } from "./vendor-batch-claims.ts";
import { endVendorBatch } from "./vendor-batch-states.ts";
import {
	callOfKey,
	type OpenLine,
	openLines,
	type Vendor,
	type VendorStep,
} from "./vendor-step.ts";

/** Results that are stored and fitted at once, while the next ones arrive. */
const TAKEN_AT_ONCE = 4;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 10 * 60_000;
/** Tries in a row to read the results, after which those that are missing are given up; an hour. */
const MOST_TRIES = 12;

/** @returns when the next step is to be taken. @throws {LostVendorBatchError} and what is out of order with us. */
export async function collect(
	step: VendorStep,
	vendor: Vendor,
): Promise<number> {
	const { dependencies, row, signal } = step;
	const collection = new Collection(step, vendor, await openLines(step));
	const files = openCallFiles(dependencies);
	let fault: ProviderError | null = null;
	try {
		const results = vendor.batches.results(row.vendor_id ?? "", {
			signal,
			keepFile: (bytes) => files.keep(bytes),
			isWanted: (key) => collection.isWanted(key),
		});
		for await (const result of results) {
			signal.throwIfAborted();
			await collection.take(result);
		}
	} catch (error) {
		if (!(error instanceof ProviderError) || signal.aborted) throw error;
		fault = error;
	} finally {
		await collection.settled();
		await files.discardRest();
	}
	return await finish(step, collection, fault);
}

async function finish(
	step: VendorStep,
	collection: Collection,
	fault: ProviderError | null,
): Promise<number> {
	const { dependencies, claim, row } = step;
	const { clock, log } = dependencies;
	const mayTryAgain =
		fault !== null &&
		(fault.isRetryable ||
			(row.outcome === "succeeded" && fault.kind !== "invalid"));
	if (mayTryAgain && row.failed_steps < MOST_TRIES && !collection.isEmpty) {
		log.warn(
			{ vendorBatchId: row.id, kind: fault.kind, fault: fault.message },
			"The results of a provider's batch could not be read",
		);
		throw new TryAgainError(
			Math.max(
				Math.min(FIRST_DELAY_MS * 2 ** row.failed_steps, LONGEST_DELAY_MS),
				fault.retryAfterMs ?? 0,
			),
		);
	}
	await collection.endRest(missingError(row, fault));
	await endHeld(step);
	await endVendorBatch(dependencies, claim, {
		outcome: row.outcome,
		fault: fault?.message ?? row.fault,
	});
	await tellOurBatch(step);
	return clock();
}

/** Thrown when the step is to be taken again later, as one that broke off. */
export class TryAgainError extends Error {
	readonly delayMs: number;

	constructor(delayMs: number) {
		super(`To be tried again in ${delayMs} ms`);
		this.name = "TryAgainError";
		this.delayMs = delayMs;
	}
}

/** What a line is told of which the vendor brought nothing. */
function missingError(
	{ outcome, fault: batchFault }: VendorBatchRow,
	fault: ProviderError | null,
): LineError {
	switch (outcome) {
		case "expired":
			return {
				code: "batch_expired",
				message: "The provider's batch expired before this line was done.",
			};
		case "canceled":
			return {
				code: "batch_canceled",
				message: "The batch was canceled before this line was done.",
			};
		case "failed":
			return {
				code: "provider_failed",
				message:
					batchFault === null
						? "The provider's batch failed."
						: "The provider's batch failed as a whole. The log of the server has more.",
			};
		default:
			return fault === null
				? {
						code: "provider_failed",
						message: "The provider's batch brought no result for this line.",
					}
				: lineErrorOfFault(fault);
	}
}

/** The lines that have not ended yet, and what is known of them. */
class Collection {
	readonly #step: VendorStep;
	readonly #vendor: Vendor;
	readonly #lines: Map<string, OpenLine>;
	/** Of lines of which a part came to nothing. */
	readonly #faults = new Map<string, ProviderError>();
	readonly #taking = new Set<Promise<void>>();
	#broken: { readonly reason: unknown } | null = null;

	constructor(step: VendorStep, vendor: Vendor, lines: readonly OpenLine[]) {
		this.#step = step;
		this.#vendor = vendor;
		this.#lines = new Map(lines.map((line) => [line.key, line]));
	}

	get isEmpty(): boolean {
		return this.#lines.size === 0;
	}

	isWanted(key: string): boolean {
		return this.#find(key) !== undefined;
	}

	/** Takes a result in; returns when there is room for the next. @throws what went wrong with an earlier one. */
	async take(result: BatchResult): Promise<void> {
		while (this.#taking.size >= TAKEN_AT_ONCE) await Promise.race(this.#taking);
		if (this.#broken !== null) throw this.#broken.reason;
		const taking = this.#takeOne(result)
			.catch((reason: unknown) => {
				this.#broken ??= { reason };
			})
			.finally(() => this.#taking.delete(taking));
		this.#taking.add(taking);
	}

	/** @throws what went wrong with a result. */
	async settled(): Promise<void> {
		await Promise.all(this.#taking);
		if (this.#broken !== null) throw this.#broken.reason;
	}

	/** Ends what no result came for, or only a part. */
	async endRest(missing: LineError): Promise<void> {
		for (const line of this.#lines.values()) {
			const fault = this.#faults.get(line.key);
			const error = fault === undefined ? missing : lineErrorOfFault(fault);
			await failLine(this.#step, line, error);
		}
		this.#lines.clear();
	}

	#find(key: string): readonly [OpenLine, number] | undefined {
		const whole = this.#lines.get(key);
		if (whole !== undefined) return [whole, 0];
		const [lineKey, call] = callOfKey(key);
		const line = this.#lines.get(lineKey);
		return line === undefined ? undefined : [line, call];
	}

	async #takeOne(result: BatchResult): Promise<void> {
		const files: readonly KeptFile[] =
			result.kind === "done" ? result.images.map(({ file }) => file) : [];
		try {
			const found = this.#find(result.key);
			// Of no line of ours, or of one that has ended: it came twice.
			if (found === undefined) return;
			const [line, call] = found;
			const isOver =
				line.generation_id === null
					? await takeWords(this.#step, this.#vendor, line, result)
					: await takePictures(this.#step, this.#vendor, line, call, result);
			if (isOver) this.#lines.delete(line.key);
			else if (result.kind === "failed")
				this.#faults.set(line.key, result.error);
		} finally {
			for (const file of files)
				await this.#step.dependencies.staging.discard(file);
		}
	}
}
