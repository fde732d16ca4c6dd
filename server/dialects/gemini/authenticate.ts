/** Finds out who is asking, from an apiKey in any of the places where Google's clients put theirs. */
import type { FastifyRequest } from "fastify";
import { EngineError } from "../../engine/errors.ts";
import { bearerToken } from "../../http/authenticate.ts";
import type { DialectContext } from "../dialect.ts";

/** A hook that lets only requests with a team's apiKey through: in x-goog-api-key, in `?key=`, or as a Bearer token. */
export function requireKey({ engine }: Pick<DialectContext, "engine">) {
	return async (request: FastifyRequest): Promise<void> => {
		const apiKey = keyOf(request);
		// Google tells a key that is missing (403) from one that is wrong (400).
		if (apiKey === undefined)
			throw new EngineError(
				"forbidden",
				"Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
			);
		request.principal = await engine.authenticate(apiKey);
	};
}

function keyOf(request: FastifyRequest): string | undefined {
	const { key } = request.query as { readonly key?: unknown };
	const given = [request.headers["x-goog-api-key"], key, bearerToken(request)];
	return given.find(
		(each): each is string => typeof each === "string" && each !== "",
	);
}
