/** What the steps of a batch have in common: whose it is, and how one of its lines is read. */
import type {
	BatchesTable,
	BatchLinesTable,
} from "../../db/tables/files-and-batches.ts";
import type { AnsweringRoom } from "../chat/chat-room.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { BatchClaim } from "./batch-claims.ts";
import {
	type BatchTranslator,
	type LineContext,
	type LineError,
	LineFault,
	type ReadLine,
} from "./translator.ts";

/** A step of a batch, with all that it needs. */
export interface Step {
	readonly dependencies: EngineDependencies;
	readonly claim: BatchClaim;
	/** As it was when it was claimed. */
	readonly batch: BatchesTable;
	readonly translator: BatchTranslator;
	readonly context: LineContext;
	/** Answers in words. */
	readonly chat: Pick<AnsweringRoom, "replyOnTerms">;
	/** Aborts when the process stops or has lost the batch. */
	readonly signal: AbortSignal;
	/** Has the batch looked at again when this generation ends. */
	awaitEnd(generationId: string): void;
	/** Whether a line that cannot be worked on, through no fault of its caller, is to be given up. */
	mayGiveUp(): boolean;
}

/** Bytes; an edit's line may carry pictures, as large as anybody may hand in. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Steps in a row that broke off, after which what breaks off another is given up, so that the rest can go on; some minutes. */
export const MAX_FAILED_STEPS = 8;

/** Once a step and no more: whatever is out of order for all lines must not cost all of them. */
export function onceAfterFailures(failedSteps: number): () => boolean {
	let left = failedSteps >= MAX_FAILED_STEPS ? 1 : 0;
	return () => left-- > 0;
}

export async function lineContextOf(
	{ database }: Pick<EngineDependencies, "database">,
	batch: BatchesTable,
): Promise<LineContext> {
	const { kind } = await database.queries
		.selectFrom("teams")
		.select("kind")
		.where("id", "=", batch.team_id)
		.executeTakeFirstOrThrow();
	return {
		batchId: batch.id,
		endpoint: batch.endpoint,
		dialectData: JSON.parse(batch.dialect_json),
		principal: {
			teamId: batch.team_id,
			kind,
			apiKeyId: batch.api_key_id,
			role: "member",
		},
	};
}

/** @throws {LineFault} */
export function parseLine(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString());
	} catch {
		throw new LineFault("invalid_json_line", "The line is no JSON document.");
	}
}

/** What a line is read with. */
export type LineReading = Pick<
	Step,
	"dependencies" | "batch" | "translator" | "context"
>;

/** Reads a line again from where it stands in the input. @throws {LineFault} and {EngineError} */
export async function readStoredLine(
	step: LineReading,
	line: Pick<BatchLinesTable, "byte_offset" | "byte_length">,
	occasion: "check" | "work" = "work",
): Promise<ReadLine> {
	const { input_storage_key } = step.batch;
	if (input_storage_key === null)
		throw new Error(`The input of ${step.batch.id} was let go`);
	const object = await step.dependencies.storage.open(input_storage_key, {
		first: line.byte_offset,
		last: line.byte_offset + line.byte_length - 1,
	});
	if (object === null)
		throw new Error(`${input_storage_key} is not in storage`);
	const bytes = Buffer.concat(await object.stream.toArray());
	const { translator, context } = step;
	return await translator.readLine(context, parseLine(bytes), occasion);
}

/** What a line's own fault is to its caller; `null` for a fault that is not the line's. */
export function lineErrorOf(thrown: unknown): LineError | null {
	if (thrown instanceof LineFault) {
		const { message, field } = thrown;
		return { code: "invalid_request", message, field };
	}
	if (!(thrown instanceof EngineError)) return null;
	const { code, message, details } = thrown;
	return { code, message, field: details.field };
}
