/** Enters a batch whose lines were checked and priced by whoever made them: it is worked on at once, from an input that lies in storage already. */
import type { TransactionQueries } from "../../db/database.ts";
import type { BatchesTable } from "../../db/tables/files-and-batches.ts";
import type { Principal } from "../generations/request.ts";
import type { StateDependencies, Workable } from "./batch-claims.ts";
import type { CheckedLine } from "./line-states.ts";

const LINES_AT_ONCE = 500;

export interface CheckedBatch extends Workable {
	readonly principal: Principal;
	/** Where its lines lie; whoever enters it sees to it that the object stays. */
	readonly inputStorageKey: string;
	readonly lines: readonly Omit<CheckedLine, "error">[];
	readonly needsDrawing: boolean;
	readonly delivery: BatchesTable["delivery"];
	/** How many lines may be under way at once, within what the server allows. */
	readonly linesAtOnce: number | null;
	/** How long its lines may wait to be begun. */
	readonly windowMs: number;
	/** Given to its translator. */
	readonly dialectData: Readonly<Record<string, unknown>>;
}

/** To be announced as due when the transaction is over. @returns its id. */
export async function enterCheckedBatch(
	transaction: TransactionQueries,
	{ clock, newId }: Pick<StateDependencies, "clock" | "newId">,
	batch: CheckedBatch,
): Promise<string> {
	const id = newId("batch");
	const now = clock();
	await transaction
		.insertInto("batches")
		.values({
			id,
			team_id: batch.principal.teamId,
			api_key_id: batch.principal.apiKeyId,
			dialect: batch.dialect,
			endpoint: batch.endpoint,
			status: "active",
			closing: null,
			input_file_id: "",
			input_storage_key: batch.inputStorageKey,
			dialect_json: JSON.stringify(batch.dialectData),
			delivery: batch.delivery,
			results_kept_ms: null,
			needs_drawing: batch.needsDrawing ? 1 : 0,
			faults_json: "[]",
			total: batch.lines.length,
			completed: 0,
			failed: 0,
			output_file_id: null,
			error_file_id: null,
			lines_at_once: batch.linesAtOnce,
			failed_steps: 0,
			due_at: now,
			claim_token: null,
			lease_expires_at: null,
			created_at: now,
			started_at: now,
			canceling_at: null,
			finalizing_at: null,
			ended_at: null,
			expires_at: now + batch.windowMs,
		})
		.execute();
	for (let first = 0; first < batch.lines.length; first += LINES_AT_ONCE) {
		const lines = batch.lines.slice(first, first + LINES_AT_ONCE);
		await transaction
			.insertInto("batch_lines")
			.values(
				lines.map((line) => ({
					...line,
					batch_id: id,
					status: "waiting" as const,
					generation_id: null,
					error_json: null,
				})),
			)
			.execute();
	}
	return id;
}
