/** Answers with events as they come, and with signs of life while nothing comes, so that nobody in between thinks the connection dead. */
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { stepOrPause } from "./signs-of-life.ts";

/** One event, with the empty line that ends it, in pieces: it may contain a whole picture. */
export type EventPieces = AsyncIterable<string | Buffer>;

export interface EventStreamOptions {
	/** After so long without an event a sign of life is sent. */
	readonly keepAliveMs: number;
	/** A comment when left out; some clients read none. */
	readonly signOfLife?: string | undefined;
	/** That of server-sent events when left out. */
	readonly contentType?: string | undefined;
	/** What is sent when the events break off, since no status can be set any more; it must not throw. */
	readonly lastWords: (error: unknown) => EventPieces;
}

const COMMENT = ": still at work\n\n";

/**
 * Sends nothing before the first event is there, or `keepAliveMs` are over: what goes wrong until then is thrown, to be
 * answered with a status of its own.
 */
export async function sendEvents(
	reply: FastifyReply,
	events: AsyncIterable<EventPieces>,
	options: EventStreamOptions,
): Promise<FastifyReply> {
	const iterator = events[Symbol.asyncIterator]();
	const first = iterator.next();
	await stepOrPause(first, options.keepAliveMs);
	return await reply
		.type(options.contentType ?? "text/event-stream; charset=utf-8")
		.header("cache-control", "no-cache, no-transform")
		// Proxies of the nginx kind would gather the events otherwise.
		.header("x-accel-buffering", "no")
		.send(Readable.from(written(iterator, first, options)));
}

async function* written(
	iterator: AsyncIterator<EventPieces>,
	first: Promise<IteratorResult<EventPieces>>,
	{ keepAliveMs, signOfLife = COMMENT, lastWords }: EventStreamOptions,
): AsyncGenerator<string | Buffer> {
	let next = first;
	try {
		for (;;) {
			const step = await stepOrPause(next, keepAliveMs);
			if (step === null) {
				yield signOfLife;
				continue;
			}
			if (step.done) return;
			yield* step.value;
			next = iterator.next();
		}
	} catch (error) {
		yield* lastWords(error);
	} finally {
		// Whoever left does not wait for what comes next.
		next.catch(() => {});
		void iterator.return?.().catch(() => {});
	}
}
