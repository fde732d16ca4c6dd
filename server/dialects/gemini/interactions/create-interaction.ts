/** POST /interactions: has an interaction answered, and tells it whole, in events, or later. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Interaction } from "../../../engine/engine.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { StagedSource } from "../../../engine/generations/request.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { idempotencyOf } from "../../../http/idempotency.ts";
import type { DialectContext } from "../../dialect.ts";
import { tellRetired } from "../model-methods.ts";
import { tellIgnored } from "../read-message.ts";
import { sendJson } from "../send-json.ts";
import { withoutQuery } from "../without-query.ts";
import { interactionBody } from "./interaction-body.ts";
import { type InteractionAsk, readInteraction } from "./read-interaction.ts";
import { replay, sendEnded, streamAnswer } from "./send-interaction.ts";
import { UnstoredInteraction } from "./unstored-interaction.ts";

/** What is refused is told before anything is kept or charged. */
export async function createInteraction(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	version: string,
): Promise<FastifyReply> {
	const { engine } = context;
	const principal = principalOf(request);
	const staged: StagedSource[] = [];
	const discard = async () => {
		for (const source of staged.splice(0)) await engine.inputs.discard(source);
	};
	try {
		const house = { context, principal, staged };
		const ask = await readInteraction(house, version, request.body);
		tellRetired(reply, ask.named);
		tellIgnored(reply, ask.ignored);
		if (ask.answer === "picture") engine.requireEnabled();
		if (!ask.isStored)
			return await answerOnce(context, request, reply, ask, staged.splice(0));
		const interaction = {
			...ask.interaction,
			idempotency: idempotencyOf(withoutQuery(request)),
		};
		if (ask.isInBackground) {
			const opened = await engine.interactions.openInBackground(
				principal,
				interaction,
			);
			return await sendJson(reply, await interactionBody(context, opened));
		}
		const signal = closingSignal(reply);
		const opened = await engine.interactions.open(
			principal,
			interaction,
			signal,
		);
		if (opened.kind === "repeated") {
			const { id } = opened.interaction;
			return ask.isStreamed
				? await replay(context, request, reply, id, undefined)
				: await sendEnded(context, request, reply, id);
		}
		const { id, events } = opened;
		const show = async () => await engine.interactions.get(principal, id);
		return ask.isStreamed
			? await streamAnswer(context, request, reply, events, show)
			: await answer(context, reply, events, show);
	} finally {
		await discard();
	}
}

/** One that takes longer than a caller may be kept waiting is told as it is; it can be read later. */
async function answer(
	context: DialectContext,
	reply: FastifyReply,
	events: AsyncIterable<ReplyEvent>,
	show: () => Promise<Interaction>,
): Promise<FastifyReply> {
	try {
		for await (const _event of events);
	} catch (error) {
		const isLate =
			error instanceof EngineError && error.code === "wait_timed_out";
		if (!isLate) throw error;
	}
	// The caller left.
	if (reply.raw.destroyed) return reply.hijack();
	return await sendJson(reply, await interactionBody(context, await show()));
}

/**
 * An answer of which nothing is kept but the picture, which is in the library as every one is.
 * @param staged is read as the answer begins, and discarded when it has ended.
 */
async function answerOnce(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	{ interaction, data, isStreamed, named }: InteractionAsk,
	staged: readonly StagedSource[],
): Promise<FastifyReply> {
	const { engine, clock } = context;
	const { request: asked, earlier, previousId } = interaction;
	const shown = new UnstoredInteraction(
		named.name,
		previousId ?? null,
		{ ...data },
		clock(),
	);
	const replies = engine.chat.reply(
		principalOf(request),
		{
			...asked,
			turns: [...earlier, ...asked.turns],
			idempotency: idempotencyOf(withoutQuery(request)),
		},
		closingSignal(reply),
	);
	const events = finallyDo(shown.noting(replies, clock), async () => {
		for (const source of staged) await engine.inputs.discard(source);
	});
	if (isStreamed)
		return await streamAnswer(
			context,
			request,
			reply,
			events,
			async () => shown,
		);
	for await (const _event of events);
	if (reply.raw.destroyed) return reply.hijack();
	return await sendJson(reply, await interactionBody(context, shown));
}

async function* finallyDo(
	events: AsyncIterable<ReplyEvent>,
	discard: () => Promise<void>,
): AsyncGenerator<ReplyEvent, void> {
	try {
		yield* events;
	} finally {
		await discard();
	}
}
