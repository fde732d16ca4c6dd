/** Sends the events of a response as they come, numbered. */
import type { FastifyReply } from "fastify";
import { type EventPieces, sendEvents } from "../../../http/event-stream.ts";
import { noteError } from "../../../http/note-error.ts";
import { jsonPieces } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { errorBody } from "../errors.ts";
import type { ResponseEvent } from "./response-events.ts";

/** @param after the number of the last event that a client has, when it comes back. */
export async function sendResponseEvents(
	{ keepAliveMs }: Pick<DialectContext, "keepAliveMs">,
	reply: FastifyReply,
	events: AsyncIterable<ResponseEvent>,
	after = -1,
): Promise<FastifyReply> {
	const { request } = reply;
	let sequence = 0;
	async function* pieces(): AsyncGenerator<EventPieces> {
		for await (const event of events) {
			const number = sequence++;
			if (number > after) yield written(event, number);
		}
	}
	return await sendEvents(reply, pieces(), {
		keepAliveMs,
		lastWords: (thrown) => {
			const error = noteError(thrown, request.log);
			const { error: told } = errorBody(error, request.id);
			return written({ ...told, type: "error", error: told }, sequence++);
		},
	});
}

async function* written(
	event: ResponseEvent,
	sequence: number,
): AsyncGenerator<string | Buffer> {
	yield `event: ${event.type}\ndata: `;
	yield* jsonPieces({ ...event, sequence_number: sequence }).open();
	yield "\n\n";
}
