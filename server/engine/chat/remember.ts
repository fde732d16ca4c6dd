/** Has a conversation remember what was said, in the transaction that ends the answer. */
import type { TransactionQueries } from "../../db/database.ts";
import { appendMessages } from "../conversations/append-items.ts";
import type { KeptMessage } from "../conversations/keep-pictures.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";

/** What of the request is to be remembered, and where. */
export interface Remembering {
	readonly conversationId: string;
	readonly messages: readonly KeptMessage[];
}

/** A conversation that was deleted meanwhile, or is full by now, remembers nothing: what was said has been heard already. */
export async function keepAnswer(
	transaction: TransactionQueries,
	dependencies: Pick<EngineDependencies, "clock" | "newId" | "log">,
	teamId: string,
	{ conversationId, messages }: Remembering,
	answer: {
		readonly text: string;
		readonly model: string;
		readonly isWhole: boolean;
	},
): Promise<void> {
	// No database keeps a zero character, and half of a surrogate pair is no text.
	const text = answer.text.toWellFormed().replaceAll("\0", "");
	try {
		await appendMessages(transaction, dependencies, {
			teamId,
			conversationId,
			messages: [
				...messages,
				{
					role: "assistant",
					parts: [{ kind: "text", text }],
					status: answer.isWhole ? "completed" : "incomplete",
					model: answer.model,
				},
			],
		});
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		dependencies.log.warn(
			{ conversationId, fault: error.message },
			"A conversation could not remember an answer",
		);
	}
}
