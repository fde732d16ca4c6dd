/** Finds out who is asking, from a team's apiKey or a guest's access token (X10). */
import type { FastifyRequest } from "fastify";
import { EngineError } from "../../engine/errors.ts";
import type { Principal } from "../../engine/generations/request.ts";
import { bearerToken } from "../../http/authenticate.ts";
import type { DialectContext } from "../dialect.ts";

type Doorkeepers = Pick<DialectContext, "engine" | "accessTokens">;

/** A hook that lets only requests with an apiKey or an access token through, as a Bearer token or as X-API-Key. */
export function requireBearer(doorkeepers: Doorkeepers) {
	return async (request: FastifyRequest): Promise<void> => {
		request.principal = await principalWith(doorkeepers, tokenOf(request));
	};
}

function tokenOf(request: FastifyRequest): string | undefined {
	const header = request.headers["x-api-key"];
	return (
		bearerToken(request) ?? (typeof header === "string" ? header : undefined)
	);
}

async function principalWith(
	{ engine, accessTokens }: Doorkeepers,
	token: string | undefined,
): Promise<Principal> {
	if (token === undefined)
		throw new EngineError(
			"unauthenticated",
			"An apiKey or an access token is missing. Send it as `Authorization: Bearer ...`; POST /auth/guest-login gives an access token.",
		);
	if (!isJwt(token)) return await engine.authenticate(token);
	const teamId = await accessTokens.verify(token);
	if (teamId !== null) return await engine.guests.authenticate(teamId);
	throw new EngineError(
		"unauthenticated",
		"This access token is not valid, or it has expired. POST /auth/refresh-token gives a new one for a refresh token.",
	);
}

/** An apiKey has no dots. */
function isJwt(token: string): boolean {
	return token.split(".").length === 3;
}
