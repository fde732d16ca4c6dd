/** Answers a line of a batch in words: charged at the batch's price as it begins, and ended together with its line. */
import type { BatchLinesTable } from "../../db/tables/files-and-batches.ts";
import { EngineError } from "../errors.ts";
import type { Step } from "./line-context.ts";
import { noteAnswered, requireWaiting } from "./line-states.ts";
import type { LineAsk } from "./translator.ts";

/** When a vendor that wants to be left alone did not say for how long. */
const PAUSE_MS = 10_000;

/** A line that is to be tried again later; it waits until then. */
export class PostponedError extends Error {
	readonly pauseMs: number;

	constructor(pauseMs: number) {
		super(`To be tried again in ${pauseMs} ms`);
		this.name = "PostponedError";
		this.pauseMs = pauseMs;
	}
}

/**
 * @throws {PostponedError} when nobody can answer just now, or this process is stopping.
 * @throws {EngineError} for what is the line's own fault, or was tried and failed.
 * @throws {LostBatchError} when the line is not to be answered any more.
 */
export async function answerLine(
	{ dependencies, claim, context, chat, signal }: Step,
	line: Pick<
		BatchLinesTable,
		"position" | "price_per_image_credits" | "dearer_images"
	>,
	{ request, dialectData = {} }: Extract<LineAsk, { kind: "reply" }>,
): Promise<void> {
	const { position } = line;
	const credits = line.price_per_image_credits + line.dearer_images;
	let isAnswered = false;
	try {
		const events = chat.replyOnTerms(
			context.principal,
			request,
			{
				credits,
				begin: (transaction) =>
					requireWaiting(transaction, dependencies, claim, position),
				keep: (transaction, answer) =>
					noteAnswered(transaction, dependencies, claim, {
						position,
						answer: { ...answer, dialectData },
					}),
			},
			signal,
		);
		for await (const event of events) isAnswered = event.kind === "end";
	} catch (error) {
		if (error instanceof EngineError && error.code === "rate_limited")
			throw new PostponedError(error.details.retryAfterMs ?? PAUSE_MS);
		throw error;
	}
	if (!isAnswered) throw new PostponedError(0);
}
