/** Sends an interaction: as it is, as it will be when it has ended, or as a stream of events. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { sendEvents } from "../../../http/event-stream.ts";
import { noteError } from "../../../http/note-error.ts";
import type { DialectContext } from "../../dialect.ts";
import { sendJson } from "../send-json.ts";
import { interactionBody } from "./interaction-body.ts";
import {
	framed,
	lastWords,
	liveEvents,
	pastEvents,
} from "./interaction-events.ts";

/** @param show reads the interaction as it is. */
export async function streamAnswer(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	events: AsyncIterable<ReplyEvent>,
	show: Parameters<typeof liveEvents>[2],
): Promise<FastifyReply> {
	return await sendFrames(
		context,
		request,
		reply,
		framed(liveEvents(context, events, show)),
	);
}

/** The events of one that has ended or will soon, once more. @param lastEventId the last one that the client has. */
export async function replay(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	id: string,
	lastEventId: string | undefined,
): Promise<FastifyReply> {
	const { interactions } = context.engine;
	const principal = principalOf(request);
	// One that is not there is told before the stream begins.
	await interactions.get(principal, id);
	async function* events() {
		const signal = closingSignal(reply);
		const ended = await interactions.waitForEnd(principal, id, signal);
		yield* pastEvents(context, ended);
	}
	return await sendFrames(
		context,
		request,
		reply,
		framed(events(), lastEventId),
	);
}

export async function sendEnded(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	id: string,
): Promise<FastifyReply> {
	const ended = await context.engine.interactions.waitForEnd(
		principalOf(request),
		id,
		closingSignal(reply),
	);
	return await sendJson(reply, await interactionBody(context, ended));
}

async function sendFrames(
	{ keepAliveMs }: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	frames: ReturnType<typeof framed>,
): Promise<FastifyReply> {
	return await sendEvents(reply, frames, {
		keepAliveMs,
		contentType: "text/event-stream",
		// Python's SDK reads no comments.
		signOfLife: "\n\n",
		lastWords: (thrown) => {
			const error = noteError(thrown, request.log);
			return lastWords(error);
		},
	});
}
