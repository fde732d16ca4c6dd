/** Tells a handler that waits that its caller has hung up. */
import type { FastifyReply } from "fastify";

/**
 * Aborts when the connection closes, or the answer is sent. It listens to the answer rather than to the connection, which
 * may outlive thousands of answers and would keep a listener of each.
 */
export function closingSignal(reply: FastifyReply): AbortSignal {
	const controller = new AbortController();
	reply.raw.once("close", () => controller.abort());
	return controller.signal;
}
