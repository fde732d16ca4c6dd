/** Answers with one JSON body that may be long in coming, and with signs of life until it is there, so that nobody in between thinks the connection dead. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { EngineError } from "../engine/errors.ts";
import { jsonPieces, jsonStream } from "../net/json-stream.ts";
import { noteError } from "./note-error.ts";
import { stepOrPause } from "./signs-of-life.ts";

export interface WhenThereOptions {
	/** After so long without anything to send a sign of life is sent. */
	readonly keepAliveMs: number;
	readonly contentType: string;
	/** What is told of an error for which there is no status any more. */
	readonly errorBody: (error: EngineError) => object;
}

/** May stand before any JSON text. */
const SIGN_OF_LIFE = "\n";

/**
 * An answer that is there within `keepAliveMs` is sent as any other, and what goes wrong until then is thrown, to be answered
 * with a status of its own. After that the status is 200 and the head is sent: headers that are set later, because only the
 * answer tells them (`Deprecation`, for some), are lost, and there is no `Content-Length`. An error is then the body, and the
 * connection is broken off after it, so that no client takes it for the answer.
 * @param answer JSON, with `Base64Of` in the place of pictures; `undefined` when nobody waits for it any more.
 */
export async function sendWhenThere(
	reply: FastifyReply,
	answer: Promise<object | undefined>,
	options: WhenThereOptions,
): Promise<FastifyReply> {
	const body = await stepOrPause(answer, options.keepAliveMs);
	if (body === undefined) return reply.hijack();
	void reply.type(options.contentType);
	if (body === null) {
		await reply
			.header("cache-control", "no-cache, no-transform")
			// Proxies of the nginx kind would gather the signs of life otherwise.
			.header("x-accel-buffering", "no")
			.send(Readable.from(late(reply, answer, options)));
		// The caller may have left, and then whoever answers is still putting things in order.
		await answer.catch(() => {});
		return reply;
	}
	const { stream, sizeBytes } = jsonStream(body);
	return await reply.header("content-length", sizeBytes).send(stream);
}

async function* late(
	reply: FastifyReply,
	answer: Promise<object | undefined>,
	{ keepAliveMs, errorBody }: WhenThereOptions,
): AsyncGenerator<string | Buffer> {
	let body: object | undefined | null = null;
	try {
		while (body === null) {
			yield SIGN_OF_LIFE;
			body = await stepOrPause(answer, keepAliveMs);
		}
	} catch (thrown) {
		const error = noteError(thrown, reply.request.log);
		const words = JSON.stringify(errorBody(error));
		// Some clients try again by themselves what breaks off, and this would be drawn and paid for twice.
		if (error.code === "wait_timed_out") yield words;
		else await breakOff(reply.raw, words);
		return;
	}
	if (body !== undefined) yield* jsonPieces(body).open();
}

/** Closes the connection in the middle of the answer, when these words are on their way. */
async function breakOff(
	response: ServerResponse,
	words: string,
): Promise<void> {
	const { socket } = response;
	if (socket === null || socket.destroyed) return;
	await new Promise<void>((resolve) => response.write(words, () => resolve()));
	// To a client of HTTP/1.0 a connection that is closed in good order is the end of the answer.
	if (response.req.httpVersion === "1.0") socket.resetAndDestroy();
	else socket.destroy();
}
