/** The conversation of a chat or a response: named by its id, or begun by an empty object. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Conversation } from "../../engine/conversations/conversation.ts";
import { invalid } from "../../engine/errors.ts";
import { principalOf } from "../../http/authenticate.ts";
import { idempotencyOf } from "../../http/idempotency.ts";
import type { DialectContext } from "../dialect.ts";

export const conversationField = z
	.union([z.string(), z.looseObject({ id: z.string().nullish() })])
	.optional()
	.describe("An id, an object with one, or an empty object for a new one");
type ConversationField = z.infer<typeof conversationField>;

export interface OpenedConversation {
	readonly conversation: Conversation;
	/** Takes a new one away again, when nothing came of the request. */
	forget(): Promise<void>;
}

/** @throws {EngineError} `not_found`; `invalid_request` for a new one under an Idempotency-Key, which would be another each time. */
export async function openConversation(
	{ engine }: Pick<DialectContext, "engine">,
	request: FastifyRequest,
	field: ConversationField,
): Promise<OpenedConversation | undefined> {
	if (field === undefined) return undefined;
	const principal = principalOf(request);
	const id = typeof field === "string" ? field : field.id;
	if (typeof id === "string" && id !== "") {
		const conversation = await engine.conversations.get(principal, id);
		return { conversation, forget: async () => {} };
	}
	if (idempotencyOf(request) !== undefined)
		throw invalid(
			"conversation",
			"A request under an Idempotency-Key begins no conversation: each repetition would begin another. Begin it with POST /v1/conversations.",
			"the id of a conversation",
		);
	const conversation = await engine.conversations.create(principal, {});
	return {
		conversation,
		forget: async () => {
			await engine.conversations.delete(principal, conversation.id);
		},
	};
}
