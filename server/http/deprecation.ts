/** Tells callers in a header that the model they named is retired (RFC 9745), so that their logs show it. */
import type { FastifyReply } from "fastify";
import type { Generation } from "../engine/generations/request.ts";

/** Sets `Deprecation` from the warnings of a generation or a quote, if one of them is of something deprecated. */
export function setDeprecation(
	reply: FastifyReply,
	warnings: Generation["warnings"],
): void {
	const since = warnings.find(({ kind }) => kind === "deprecated")?.since;
	if (since !== undefined)
		void reply.header("deprecation", `@${Math.floor(since / 1000)}`);
}
