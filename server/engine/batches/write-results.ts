/**
 * The last step of a batch: writes the files of results and of errors, and ends it.
 *
 * They are put together from the lines and the pictures in storage when all lines have ended, not bit by bit before: so
 * nothing of a line is kept twice, and after a crash in the middle they are simply written again.
 */
import type { BatchLinesTable } from "../../db/tables/files-and-batches.ts";
import { jsonPieces } from "../../net/json-stream.ts";
import type { StagedFile } from "../../storage/staging.ts";
import { type FileFacts, storeBytes } from "../files/keep-file.ts";
import { findGeneration } from "../generations/rows.ts";
import { finishBatch, type ResultFile } from "./batch-states.ts";
import type { Step } from "./line-context.ts";
import { endLines, type KeptAnswer } from "./line-states.ts";
import type { EndedLine, LineError } from "./translator.ts";

const LINES_AT_ONCE = 100;
const LARGE_PIECE_BYTES = 65_536;
const DAY_MS = 24 * 60 * 60 * 1000;
const LINE_FEED = Buffer.from("\n");

const NO_FILES = { output: null, errors: null };

/** What the results are entered as; a word for it that the dialects share. */
const PURPOSE = "batch_output";

/** @throws {LostBatchError} */
export async function writeResults(step: Step): Promise<void> {
	if (
		step.batch.deleted_at !== null ||
		step.translator.writeLine === undefined
	) {
		await finishBatch(step.dependencies, step.claim, NO_FILES);
		return;
	}
	if (step.translator.independentLines) {
		const output = await writeFile(step, ["completed", "failed"], "output");
		await finishBatch(step.dependencies, step.claim, { output, errors: null });
		return;
	}
	const output = await writeFile(step, ["completed"], "output");
	// After the results: a line whose pictures are gone is found out as they are written, and becomes an error.
	const errors = await writeFile(step, ["failed"], "errors");
	await finishBatch(step.dependencies, step.claim, { output, errors });
}

type Ended = Extract<BatchLinesTable["status"], "completed" | "failed">;

/** @returns `null` when there are no such lines. */
async function writeFile(
	step: Step,
	statuses: readonly Ended[],
	name: string,
): Promise<ResultFile | null> {
	const { dependencies, batch, signal } = step;
	const { staging, settings } = dependencies;
	const bytes = inLargePieces(bytesOf(step, statuses));
	const staged = await staging.stage(bytes, { signal });
	try {
		if (staged.sizeBytes === 0) return null;
		const facts: FileFacts = {
			purpose: PURPOSE,
			fileName: `${batch.id}_${name}.jsonl`,
			mediaType: "application/jsonl",
			keptMs: batch.results_kept_ms ?? settings.generatedFileDays * DAY_MS,
		};
		return { ...facts, ...(await store(step, staged)) };
	} finally {
		await staging.discard(staged);
	}
}

async function store({ dependencies, batch }: Step, staged: StagedFile) {
	return await storeBytes(dependencies, batch.team_id, staged);
}

async function* bytesOf(
	step: Step,
	statuses: readonly Ended[],
): AsyncGenerator<Uint8Array> {
	let after = -1;
	for (;;) {
		const rows = await step.dependencies.database.queries
			.selectFrom("batch_lines")
			.selectAll()
			.where("batch_id", "=", step.batch.id)
			.where("status", "in", statuses)
			.where("position", ">", after)
			.orderBy("position")
			.limit(LINES_AT_ONCE)
			.execute();
		for (const row of rows) {
			after = row.position;
			const value =
				row.status === "completed"
					? await resultOf(step, row)
					: await errorOf(step, row, errorIn(row));
			if (value !== null) yield* piecesOf(value);
		}
		if (rows.length < LINES_AT_ONCE) return;
	}
}

/** Many small lines are written at once. */
async function* inLargePieces(
	pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	let waiting: Uint8Array[] = [];
	let waitingBytes = 0;
	for await (const piece of pieces) {
		waiting.push(piece);
		waitingBytes += piece.length;
		if (waitingBytes < LARGE_PIECE_BYTES) continue;
		yield Buffer.concat(waiting);
		waiting = [];
		waitingBytes = 0;
	}
	if (waitingBytes > 0) yield Buffer.concat(waiting);
}

async function* piecesOf(value: unknown): AsyncGenerator<Uint8Array> {
	for await (const piece of jsonPieces(value).open())
		yield typeof piece === "string" ? Buffer.from(piece) : piece;
	yield LINE_FEED;
}

/** @returns `null` when there is nothing to show for the line any more, and errors have a file of their own. */
async function resultOf(step: Step, row: BatchLinesTable): Promise<unknown> {
	const { dependencies, claim, translator, batch } = step;
	const { position } = row;
	const giveUp = async (error: LineError) => {
		await endLines(dependencies, claim, "completed", [{ position, error }]);
		return translator.independentLines ? await errorOf(step, row, error) : null;
	};
	if (row.answer_json !== null)
		return await answerOf(step, row, row.answer_json);
	const generation = await findGeneration(
		dependencies.database.queries,
		row.generation_id ?? "",
		batch.team_id,
	);
	if (generation === null || generation.images.length === 0) {
		return await giveUp({
			code: "not_found",
			message: "The pictures were deleted before the results were written.",
		});
	}
	try {
		return await write(step, row, { kind: "completed", generation });
	} catch (fault) {
		if (!step.mayGiveUp()) throw fault;
		dependencies.log.error(
			{ err: fault, batchId: batch.id, position },
			"A line of a batch could not be written",
		);
		return await giveUp({
			code: "internal",
			message: "The pictures could not be read.",
		});
	}
}

async function answerOf(
	{ translator, context }: Step,
	{ position, custom_id }: BatchLinesTable,
	answerJson: string,
): Promise<unknown> {
	const { dialectData, ...answer }: KeptAnswer = JSON.parse(answerJson);
	const line = { position, customId: custom_id, answer, dialectData };
	if (translator.writeAnswer === undefined)
		throw new Error(`${translator.dialect} writes no answers in words`);
	return await translator.writeAnswer(context, line);
}

function errorIn({ error_json }: BatchLinesTable): LineError {
	return JSON.parse(error_json ?? "{}");
}

async function errorOf(
	step: Step,
	row: BatchLinesTable,
	error: LineError,
): Promise<unknown> {
	return await write(step, row, { kind: "failed", error });
}

async function write(
	{ translator, context }: Step,
	row: BatchLinesTable,
	outcome: EndedLine["outcome"],
): Promise<unknown> {
	const { position, custom_id: customId } = row;
	if (translator.writeLine === undefined)
		throw new Error(`${translator.dialect} writes no results`);
	return await translator.writeLine(context, { position, customId, outcome });
}
