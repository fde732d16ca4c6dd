/** Sends an answer as Google does; pictures in it are encoded as they are sent. */
import type { FastifyReply } from "fastify";
import { sendWhenThere } from "../../http/send-when-there.ts";
import { jsonStream } from "../../net/json-stream.ts";
import type { DialectContext } from "../dialect.ts";
import { errorBody, JSON_TYPE } from "./errors.ts";

/** @param value JSON, with `Base64Of` in the place of pictures. */
export async function sendJson(
	reply: FastifyReply,
	value: object,
): Promise<FastifyReply> {
	const { stream, sizeBytes } = jsonStream(value);
	return await reply
		.type(JSON_TYPE)
		.header("content-length", sizeBytes)
		.send(stream);
}

/** Of an answer that may be long in coming. @param answer as for `sendJson`; `undefined` when the caller has left. */
export async function sendJsonWhenThere(
	{ keepAliveMs }: DialectContext,
	reply: FastifyReply,
	answer: Promise<object | undefined>,
): Promise<FastifyReply> {
	return await sendWhenThere(reply, answer, {
		keepAliveMs,
		contentType: JSON_TYPE,
		errorBody,
	});
}
