/** Finds out who is asking, from the Authorization header. */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../engine/engine.ts";
import type { Principal } from "../engine/generations/request.ts";

declare module "fastify" {
	interface FastifyRequest {
		/** Set by the dialect's authentication hook; `null` before it ran and on open routes. */
		principal: Principal | null;
	}
}

/** @returns the token of `Authorization: Bearer <token>`, or `undefined`. */
export function bearerToken(request: FastifyRequest): string | undefined {
	return /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
}

/** A hook that lets only requests with a team's apiKey through. */
export function requireApiKey(engine: Engine) {
	return async (request: FastifyRequest): Promise<void> => {
		request.principal = await engine.authenticate(bearerToken(request));
	};
}

/** The team behind a request that passed `requireApiKey`. */
export function principalOf(request: FastifyRequest): Principal {
	if (request.principal === null)
		throw new Error(`${request.url} was not authenticated`);
	return request.principal;
}
