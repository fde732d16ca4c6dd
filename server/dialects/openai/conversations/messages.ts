/** Reads the messages that callers add to a conversation. */
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import { invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import type { DialectContext } from "../../dialect.ts";
import { messageOf } from "../message-parts.ts";
import { pictureReader } from "../picture-source.ts";
import type { itemBody } from "./schema.ts";

/** @throws {EngineError} `invalid_request` for items that are no messages. */
export async function messagesOf(
	context: DialectContext,
	request: FastifyRequest,
	items: readonly z.infer<typeof itemBody>[],
): Promise<NewMessage[]> {
	const read = pictureReader(context, principalOf(request));
	const messages: NewMessage[] = [];
	for (const [index, { type, role, content }] of items.entries()) {
		if ((type ?? "message") !== "message") {
			throw invalid(
				`items.${index}.type`,
				`An item of type "${String(type).slice(0, 50)}" cannot be added.`,
				"message",
			);
		}
		const field = `items.${index}.content`;
		messages.push(await messageOf(role ?? "user", content, field, read));
	}
	return messages;
}
