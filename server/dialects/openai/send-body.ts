/** Sends an answer that is one body, when it is there. */
import type { FastifyReply } from "fastify";
import { sendWhenThere } from "../../http/send-when-there.ts";
import type { DialectContext } from "../dialect.ts";
import { errorBody } from "./errors.ts";

/** @param answer JSON, with `Base64Of` in the place of pictures; `undefined` when the caller has left. */
export async function sendBody(
	{ keepAliveMs }: DialectContext,
	reply: FastifyReply,
	answer: Promise<object | undefined>,
): Promise<FastifyReply> {
	return await sendWhenThere(reply, answer, {
		keepAliveMs,
		contentType: "application/json; charset=utf-8",
		errorBody: (error) => errorBody(error, reply.request.id),
	});
}
