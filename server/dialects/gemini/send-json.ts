/** Sends an answer as Google does; pictures in it are encoded as they are sent. */
import type { FastifyReply } from "fastify";
import { jsonStream } from "../../net/json-stream.ts";
import { JSON_TYPE } from "./errors.ts";

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
