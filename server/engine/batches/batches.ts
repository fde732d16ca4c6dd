/** The batches of a team, as dialects see them: made, looked at, listed and canceled. */
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, invalid } from "../errors.ts";
import { findFile } from "../files/find-files.ts";
import type { Principal } from "../generations/request.ts";
import { VendorBatchWorker } from "../vendor-batches/vendor-batch-worker.ts";
import { cancelBatch, hideBatch } from "./batch-states.ts";
import { BatchWorker } from "./batch-worker.ts";
import {
	type Batch,
	type BatchPage,
	type BatchQuery,
	findBatch,
	listBatches,
} from "./find-batches.ts";
import type { Step } from "./line-context.ts";
import { type BatchTranslator, Translators } from "./translator.ts";

export interface NewBatch {
	readonly dialect: string;
	/** One whose translator was entered. */
	readonly endpoint: string;
	readonly inputFileId: string;
	/** The caller's word for it, used in errors. */
	readonly field: string;
	/** How long its lines may wait to be begun. */
	readonly windowMs: number;
	/** For how long the files of results are kept; as long as the settings say when missing. */
	readonly resultsKeptMs?: number | undefined;
	/** Kept with the batch and given back, for the dialect alone. */
	readonly dialectData: Readonly<Record<string, unknown>>;
}

export interface Batches {
	/** Teaches the engine a dialect's lines. To be called before the engine is started. */
	enterTranslator(translator: BatchTranslator): void;
	/** Its file is checked, line by line, after this has answered. @throws {EngineError} */
	create(principal: Principal, batch: NewBatch): Promise<Batch>;
	/** One of a dialect's, whose words its data is in. @throws {EngineError} `not_found` */
	get(principal: Principal, dialect: string, id: string): Promise<Batch>;
	/** Newest first. */
	list(principal: Principal, query: BatchQuery): Promise<BatchPage>;
	/** Begins no more lines. @throws {EngineError} `not_found`, or `conflict` when all its lines have ended. */
	cancel(principal: Principal, dialect: string, id: string): Promise<Batch>;
	/** One that is under way is canceled by it; files of results stay. @throws {EngineError} `not_found` */
	delete(principal: Principal, dialect: string, id: string): Promise<void>;
}

/** The room as the engine sees it. */
export interface BatchRoom extends Batches {
	/** Begins to take steps, in a process that does any work. */
	start(): void;
	stop(): Promise<void>;
}

export function createBatches(
	dependencies: EngineDependencies,
	chat: Step["chat"],
): BatchRoom {
	const { database, settings, clock } = dependencies;
	const { queries } = database;
	const translators = new Translators();
	const worker = new BatchWorker(dependencies, translators, chat);
	const vendors = new VendorBatchWorker(dependencies, translators);
	return {
		start: () => {
			if (settings.workerSlots === 0) return;
			worker.start();
			vendors.start();
		},
		stop: async () => {
			await Promise.all([worker.stop(), vendors.stop()]);
		},
		enterTranslator: (translator) => translators.enter(translator),
		create: async (principal, batch) => {
			const translator = translators.find(batch);
			if (translator === undefined)
				throw invalid("endpoint", `${batch.endpoint} takes no batches.`);
			const id = await enterBatch(dependencies, principal, batch, {
				isDrawnOnly: translator.writeAnswer === undefined,
			});
			await database.announce({ kind: "batch_due", batchId: id });
			return await findBatch(dependencies, principal.teamId, id, batch.dialect);
		},
		get: ({ teamId }, dialect, id) =>
			findBatch(dependencies, teamId, id, dialect),
		list: ({ teamId }, query) => listBatches(dependencies, teamId, query),
		cancel: async ({ teamId }, dialect, id) => {
			await findBatch(dependencies, teamId, id, dialect);
			const isCanceling = await cancelBatch(queries, clock(), teamId, id);
			const batch = await findBatch(dependencies, teamId, id, dialect);
			if (!isCanceling) {
				throw new EngineError(
					"conflict",
					`The batch is ${batch.status} already and cannot be canceled.`,
				);
			}
			await database.announce({ kind: "batch_due", batchId: id });
			return batch;
		},
		delete: async ({ teamId }, dialect, id) => {
			await findBatch(dependencies, teamId, id, dialect);
			await cancelBatch(queries, clock(), teamId, id);
			await hideBatch(dependencies, teamId, id);
			await database.announce({ kind: "batch_due", batchId: id });
		},
	};
}

async function enterBatch(
	dependencies: EngineDependencies,
	principal: Principal,
	batch: NewBatch,
	{ isDrawnOnly }: { readonly isDrawnOnly: boolean },
): Promise<string> {
	const { database, clock, newId, settings } = dependencies;
	const id = newId("batch");
	const { teamId } = principal;
	await database.transaction(async (transaction) => {
		// Changes nothing, but two batches at the same time cannot both be the last that is allowed.
		await transaction
			.updateTable("teams")
			.set((eb) => ({ name: eb.ref("name") }))
			.where("id", "=", teamId)
			.execute();
		const { open } = await transaction
			.selectFrom("batches")
			.select((eb) => eb.fn.countAll().as("open"))
			.where("team_id", "=", teamId)
			.where("ended_at", "is", null)
			.executeTakeFirstOrThrow();
		if (Number(open) >= settings.maxOpenBatches) {
			throw new EngineError(
				"rate_limited",
				`A team may have ${settings.maxOpenBatches} batches under way. Wait until one ends, or cancel one.`,
			);
		}
		const file = await inputOf(dependencies, teamId, batch, transaction);
		const now = clock();
		await transaction
			.insertInto("batches")
			.values({
				id,
				team_id: teamId,
				api_key_id: principal.apiKeyId,
				dialect: batch.dialect,
				endpoint: batch.endpoint,
				status: "validating",
				closing: null,
				input_file_id: file.id,
				input_storage_key: file.storage_key,
				dialect_json: JSON.stringify(batch.dialectData),
				delivery: "thrift",
				results_kept_ms: batch.resultsKeptMs ?? null,
				needs_drawing: isDrawnOnly ? 1 : 0,
				faults_json: "[]",
				total: 0,
				completed: 0,
				failed: 0,
				output_file_id: null,
				error_file_id: null,
				failed_steps: 0,
				due_at: now,
				claim_token: null,
				lease_expires_at: null,
				created_at: now,
				started_at: null,
				canceling_at: null,
				finalizing_at: null,
				ended_at: null,
				expires_at: now + batch.windowMs,
			})
			.execute();
	});
	return id;
}

async function inputOf(
	{ clock }: EngineDependencies,
	teamId: string,
	{ inputFileId, field }: NewBatch,
	queries: Parameters<typeof findFile>[0]["queries"],
) {
	try {
		return await findFile({ queries, clock }, teamId, inputFileId);
	} catch (error) {
		if (error instanceof EngineError)
			throw invalid(field, `${field} names no file of this team.`);
		throw error;
	}
}
