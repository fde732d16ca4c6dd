/** Answers in words under an idempotencyKey: kept as long as it is remembered, and told again to whoever asks the same under it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TransactionQueries } from "../../db/database.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import {
	findRepeated,
	releaseIdempotencyKey,
} from "../generations/idempotency-keys.ts";
import type { ReplyEvent, ReplyRequest } from "./reply-request.ts";
import type { WholeAnswer } from "./reply-terms.ts";

const LOOK_EVERY_MS = 250;

type KeptDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "settings"
>;

/** All that is told of an answer. */
interface KeptAnswer extends Omit<WholeAnswer, "replyId"> {
	readonly isTrimmed: boolean;
}

/** Keeps it in the transaction that ends it. */
export async function keepForRepetition(
	transaction: TransactionQueries,
	{ clock }: Pick<KeptDependencies, "clock">,
	replyId: string,
	answer: KeptAnswer,
): Promise<void> {
	await transaction
		.insertInto("reply_answers")
		.values({
			reply_id: replyId,
			answer_json: JSON.stringify(answer),
			created_at: clock(),
		})
		.execute();
}

/** What answered the same request before. */
export interface FirstAnswer {
	readonly kind: "text" | "picture";
	/** Of the reply, or of the generation. */
	readonly id: string;
}

/** @throws {EngineError} `conflict` when another request came under the idempotencyKey. */
export async function findFirstAnswer(
	{ database }: Pick<KeptDependencies, "database">,
	teamId: string,
	idempotency: ReplyRequest["idempotency"],
): Promise<FirstAnswer | null> {
	if (idempotency === undefined) return null;
	const id = await findRepeated(database.queries, { ...idempotency, teamId });
	if (id === null) return null;
	return { kind: id.startsWith("reply_") ? "text" : "picture", id };
}

/**
 * Tells an answer in words once more, when it is there.
 * @param stopping aborts when this process stops.
 * @returns whether there was one. If nothing came of it, nobody paid, and the idempotencyKey may be used anew.
 * @throws {EngineError} `wait_timed_out` after as long as a caller may be kept waiting.
 */
export async function* tellAgain(
	dependencies: KeptDependencies,
	teamId: string,
	replyId: string,
	signal: AbortSignal,
	stopping: AbortSignal,
): AsyncGenerator<ReplyEvent, boolean> {
	const { clock, settings, database } = dependencies;
	const until = clock() + settings.syncWaitSeconds * 1000;
	const either = AbortSignal.any([signal, stopping]);
	for (;;) {
		const { status, answer } = await look(dependencies, replyId);
		if (answer !== null) {
			yield* eventsOf(replyId, answer);
			return true;
		}
		if (status !== "active") {
			await releaseIdempotencyKey(database.queries, teamId, replyId);
			return false;
		}
		if (signal.aborted) return true;
		if (stopping.aborted || clock() >= until)
			throw new EngineError(
				"wait_timed_out",
				"The same request is being answered still. Ask again under the same Idempotency-Key.",
			);
		await sleep(LOOK_EVERY_MS, undefined, { signal: either }).catch(() => {});
	}
}

async function look(
	{ database }: Pick<KeptDependencies, "database">,
	replyId: string,
): Promise<{ status: string; answer: KeptAnswer | null }> {
	const row = await database.queries
		.selectFrom("replies")
		.leftJoin("reply_answers", "reply_answers.reply_id", "replies.id")
		.select(["replies.status", "reply_answers.answer_json"])
		.where("replies.id", "=", replyId)
		.executeTakeFirst();
	const json = row?.answer_json ?? null;
	return {
		status: row?.status ?? "failed",
		answer: json === null ? null : JSON.parse(json),
	};
}

function* eventsOf(
	id: string,
	{ model, createdAt, isTrimmed, text, ...end }: KeptAnswer,
): Generator<ReplyEvent> {
	yield { kind: "begin", id, model, answer: "text", createdAt, isTrimmed };
	if (text !== "") yield { kind: "text", text };
	const { reason, usage, credits, warnings } = end;
	yield { kind: "end", reason, usage, credits, warnings };
}
