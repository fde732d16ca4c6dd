/** Reads what was said up to the response that a request goes on from. */
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import type { Engine } from "../../../engine/engine.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import type { Principal } from "../../../engine/generations/request.ts";
import { responseData } from "./response-data.ts";
import { interactionIdOf } from "./response-ids.ts";

const FIELD = "previous_response_id";

export interface Earlier {
	/** Of the interaction; `undefined` when there is none. */
	readonly previousId: string | undefined;
	readonly messages: readonly NewMessage[];
}

/** @throws {EngineError} naming the field: `not_found`, `conflict` while that response is in progress. */
export async function earlierOf(
	{ interactions }: Engine,
	principal: Principal,
	responseId: string | undefined,
): Promise<Earlier> {
	if (responseId === undefined || responseId === "")
		return { previousId: undefined, messages: [] };
	const previousId = interactionIdOf(responseId);
	try {
		const { dialectData } = await interactions.get(principal, previousId);
		const { conversationId } = responseData.parse(dialectData);
		// What was said before it is not in the response.
		if (conversationId !== null)
			throw invalid(
				FIELD,
				`This response was given in the conversation ${conversationId}. Go on there: send its id as \`conversation\`.`,
				"a response that was given in no conversation",
			);
		const messages = await interactions.history(principal, previousId, FIELD);
		return { previousId, messages };
	} catch (error) {
		if (!(error instanceof EngineError) || error.code !== "not_found")
			throw error;
		throw new EngineError(
			"not_found",
			`There is no response ${responseId.slice(0, 100)} in this team.`,
			{ details: { field: FIELD } },
		);
	}
}
