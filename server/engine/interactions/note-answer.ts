/** Has an interaction's row know what becomes of its answer, in the transactions that charge and pay it. */
import type { ReplyEvent } from "../chat/reply-request.ts";
import type { ReplyTerms } from "../chat/reply-terms.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import {
	type EnteredInteraction,
	endInteraction,
	noteBegun,
	noteText,
	undoInteraction,
} from "./interaction-rows.ts";

/** Nobody listens any more. */
const LEFT = {
	code: "canceled",
	message: "The caller left before the answer was whole.",
} as const;

/** @param isWhole whether nothing but a whole answer in words is kept and paid. */
export function termsOf(
	dependencies: EngineDependencies,
	id: string,
	isWhole: boolean,
): ReplyTerms {
	return {
		begin: (transaction, begun) =>
			noteBegun(transaction, dependencies, id, begun),
		keep: (transaction, answer) =>
			noteText(transaction, dependencies, id, {
				...answer,
				status: answer.reason === "stop" ? "completed" : "incomplete",
			}),
		keepBroken: isWhole
			? undefined
			: (transaction, said) =>
					noteText(transaction, dependencies, id, {
						...said,
						status: "in_progress",
						usage: null,
					}),
	};
}

/** The events as they come, told as the interaction's own; in its row, what became of one that is not whole. */
export async function* noting(
	dependencies: EngineDependencies,
	{ id, teamId, createdAt }: EnteredInteraction & { readonly teamId: string },
	events: AsyncIterable<ReplyEvent>,
	release: () => void,
): AsyncGenerator<ReplyEvent, void> {
	let hasBegun = false;
	let hasEnded = false;
	try {
		for await (const event of events) {
			if (event.kind === "begin") hasBegun = true;
			if (event.kind === "end") hasEnded = true;
			yield event.kind === "begin" ? { ...event, id, createdAt } : event;
		}
	} catch (error) {
		hasEnded = true;
		if (hasBegun) await noteFailure(dependencies, id, error);
		else await undoInteraction(dependencies, teamId, id);
		throw error;
	} finally {
		release();
		if (!hasEnded && hasBegun)
			await endInteraction(dependencies, id, {
				status: "incomplete",
				error: LEFT,
			});
		else if (!hasEnded) await undoInteraction(dependencies, teamId, id);
	}
}

/** What became of a picture is told by its generation. */
async function noteFailure(
	dependencies: EngineDependencies,
	id: string,
	fault: unknown,
): Promise<void> {
	const { code, message } =
		fault instanceof EngineError
			? fault
			: ({
					code: "internal",
					message: "Something unexpected went wrong on the server.",
				} as const);
	await endInteraction(dependencies, id, {
		status: "failed",
		error: { code, message },
	});
}
