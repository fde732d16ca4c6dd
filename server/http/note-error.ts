/** What every dialect does with whatever was thrown before it tells it in its own words. */
import type { FastifyBaseLogger, FastifyReply } from "fastify";
import type { EngineError } from "../engine/errors.ts";
import { engineErrorOf } from "./engine-error-of.ts";

/** Logs it, and makes it one of the engine's errors. */
export function noteError(
	thrown: unknown,
	log: FastifyBaseLogger,
): EngineError {
	const error = engineErrorOf(thrown);
	logError(log, error.code === "internal", thrown);
	return error;
}

/** Sets `Retry-After`, in whole seconds, where it is known when there is use in asking again. */
export function tellRetryAfter(
	reply: FastifyReply,
	{ details: { retryAfterMs } }: EngineError,
): void {
	if (retryAfterMs !== undefined)
		void reply.header("retry-after", Math.ceil(retryAfterMs / 1000));
}

/** Faults of ours are logged with all we know; refusals of bad requests are the caller's affair. */
export function logError(
	log: FastifyBaseLogger,
	isOurs: boolean,
	thrown: unknown,
): void {
	if (isOurs) log.error({ err: thrown }, "A request failed unexpectedly");
	else log.debug({ err: thrown }, "A request was refused");
}
