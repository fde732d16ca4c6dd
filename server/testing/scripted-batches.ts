/** A vendor that takes batches as a test tells it: it draws small pictures and says a few words, loses, forgets, repeats and breaks off. */
import type {
	BatchLine,
	BatchResult,
	BatchState,
	BatchSubmission,
	CallContext,
	NativeBatches,
	ResultsContext,
} from "../providers/provider.ts";
import { ProviderError } from "../providers/provider.ts";
import { plainPng } from "./scripted-provider.ts";

/** What the vendor has of a line. */
export interface SubmittedLine {
	readonly key: string;
	readonly kind: "image" | "chat";
	/** What was asked, in words. */
	readonly prompt: string;
	readonly photos: number;
	readonly width: number;
	readonly height: number;
	readonly call: BatchLine["request"]["call"];
}

export interface SubmittedBatch {
	readonly batchId: string;
	readonly displayName: string;
	readonly model: string;
	readonly lines: readonly SubmittedLine[];
	status: BatchState["status"];
	/** How often it was asked after. */
	polls: number;
	/** How often its results were read. */
	readings: number;
}

/** What becomes of a line; `nothing` has no result. */
export type LineFate =
	| { readonly kind: "done"; readonly times?: number }
	/** With a picture of 8 by 8 pixels beside it, perhaps. */
	| {
			readonly kind: "words";
			readonly text: string;
			readonly withPicture?: boolean;
	  }
	| { readonly kind: "failed"; readonly error: ProviderError }
	| { readonly kind: "nothing" };

export interface ScriptedBatches extends NativeBatches {
	readonly taken: SubmittedBatch[];
	/** Asked before the vendor takes a batch: what it throws instead, and whether it takes it all the same. */
	onSubmit: (
		tries: number,
	) => { readonly error: Error; readonly isTaken: boolean } | undefined;
	/** How a batch stands when it is asked after. */
	onPoll: (batch: SubmittedBatch) => BatchState["status"];
	fate: (line: SubmittedLine, batch: SubmittedBatch) => LineFate;
	/** The lines that its results have, in their order; the same one may be there twice. */
	readout: (batch: SubmittedBatch) => readonly SubmittedLine[];
	/** Asked before each result: what breaks the reading off. */
	onResult: (
		batch: SubmittedBatch,
		index: number,
	) => Error | undefined | Promise<Error | undefined>;
	readonly canceled: string[];
}

export function createScriptedBatches(
	limits: Partial<NativeBatches["limits"]> = {},
): ScriptedBatches {
	const taken: SubmittedBatch[] = [];
	const canceled: string[] = [];
	let tries = 0;
	const find = (batchId: string) =>
		taken.find((batch) => batch.batchId === batchId);
	const vendor: ScriptedBatches = {
		limits: { maxLines: 50_000, maxInputBytes: 2_000_000_000, ...limits },
		taken,
		canceled,
		onSubmit: () => undefined,
		onPoll: () => "succeeded",
		fate: () => ({ kind: "done" }),
		readout: ({ lines }) => lines,
		onResult: () => undefined,
		submit: async (submission, { signal }) => {
			const lines = await linesOf(submission, signal);
			const fault = vendor.onSubmit(tries++);
			if (fault !== undefined && !fault.isTaken) throw fault.error;
			const batchId = `vendor-${taken.length + 1}`;
			const { displayName, model } = submission;
			taken.push({
				batchId,
				displayName,
				model,
				lines,
				status: "pending",
				polls: 0,
				readings: 0,
			});
			if (fault !== undefined) throw fault.error;
			return { batchId };
		},
		find: async (displayName) =>
			taken.findLast((batch) => batch.displayName === displayName),
		poll: async (batchId) => {
			const batch = find(batchId);
			if (batch === undefined) return stateOf("gone", 0);
			batch.polls++;
			batch.status = canceled.includes(batchId)
				? "canceled"
				: vendor.onPoll(batch);
			return stateOf(batch.status, batch.lines.length);
		},
		cancel: async (batchId) => {
			canceled.push(batchId);
		},
		results: async function* (batchId, context) {
			const batch = find(batchId);
			if (batch === undefined)
				throw new ProviderError("invalid", "There is no such batch");
			batch.readings++;
			let index = 0;
			for (const line of vendor.readout(batch)) {
				const fault = await vendor.onResult(batch, index++);
				if (fault !== undefined) throw fault;
				context.signal.throwIfAborted();
				yield* resultsOf(line, vendor.fate(line, batch), context);
			}
		},
	};
	return vendor;
}

async function linesOf(
	{ lines }: BatchSubmission,
	signal: AbortSignal,
): Promise<SubmittedLine[]> {
	const read: SubmittedLine[] = [];
	for await (const { key, request } of lines) {
		signal.throwIfAborted();
		read.push(lineOf(key, request));
	}
	return read;
}

function lineOf(key: string, request: BatchLine["request"]): SubmittedLine {
	if (request.kind === "image") {
		const { prompt, inputImages, frame } = request.call;
		const { width, height } = frame;
		const photos = inputImages.length;
		const { kind, call } = request;
		return { key, kind, prompt, photos, width, height, call };
	}
	const parts = request.call.turns.flatMap((turn) => turn.parts);
	return {
		key,
		kind: request.kind,
		prompt: parts
			.map((part) => (part.kind === "text" ? part.text : ""))
			.join(""),
		photos: parts.filter(({ kind }) => kind === "image").length,
		width: 0,
		height: 0,
		call: request.call,
	};
}

function stateOf(status: BatchState["status"], total: number): BatchState {
	const succeeded = status === "succeeded" ? total : undefined;
	return {
		status,
		counts: { total, succeeded, failed: undefined },
		fault: status === "failed" ? "The vendor's own words" : undefined,
	};
}

const USAGE = {
	inputTextTokens: 1_000,
	inputImageTokens: 0,
	outputTextTokens: 0,
	outputImageTokens: 1_000,
};

async function* resultsOf(
	line: SubmittedLine,
	fate: LineFate,
	context: ResultsContext,
): AsyncGenerator<BatchResult> {
	const { key } = line;
	if (fate.kind === "nothing") return;
	if (fate.kind === "failed") {
		yield { key, kind: "failed", error: fate.error };
		return;
	}
	const times = fate.kind === "done" ? (fate.times ?? 1) : 1;
	for (let time = 0; time < times; time++) {
		const isPicture =
			fate.kind === "words" ? fate.withPicture === true : line.kind === "image";
		yield {
			key,
			kind: "done",
			images: isPicture ? [await drawn(line, context)] : [],
			text: textOf(line, fate),
			usage: USAGE,
			costDollars: undefined,
		};
	}
}

function textOf(line: SubmittedLine, fate: LineFate): string {
	if (fate.kind === "words") return fate.text;
	return line.kind === "chat" ? `Described: ${line.prompt}` : "";
}

async function drawn(
	{ width, height, prompt, key, kind }: SubmittedLine,
	{ keepFile }: Pick<CallContext, "keepFile">,
) {
	const size = kind === "image" ? { width, height } : { width: 8, height: 8 };
	const png = await plainPng(size, `${key} ${prompt}`);
	async function* bytes() {
		yield png;
	}
	return {
		file: await keepFile(bytes()),
		seed: undefined,
		revisedPrompt: undefined,
	};
}
