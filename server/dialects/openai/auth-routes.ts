/** Logins as Jan has them: anybody may come in as a guest, come again with a refresh token, and become a team. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Engine } from "../../engine/engine.ts";
import { invalid } from "../../engine/errors.ts";
import { principalOf } from "../../http/authenticate.ts";
import { refuseForeignPage } from "../../http/cross-origin.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { requireBearer } from "./authenticate.ts";

/** Nothing that is sent here is long. */
const MAX_BODY_BYTES = 16_384;

const docs = { tags: ["Logins"] };
const guardedDocs = { ...docs, security: [{ apiKey: [] }] };

const sessionResponse = z.object({
	user_id: z.string(),
	username: z.string(),
	principal_id: z.string(),
	access_token: z.string(),
	refresh_token: z.string(),
	token_type: z.literal("Bearer"),
	expires_in: z.int().describe("Seconds"),
});
const refreshBody = z.object({ refresh_token: z.string() });
const upgradeBody = z
	.object({ name: z.string().optional(), username: z.string().optional() })
	.describe("`username` is another word for `name`");
const upgradeResponse = z.object({
	user_id: z.string(),
	username: z.string(),
	principal_id: z.string(),
	name: z.string(),
	api_key: z.string().describe("Shown this once"),
	credits: z.int(),
});
const meResponse = z.object({
	id: z.string(),
	username: z.string(),
	name: z.string(),
	email: z.null(),
	subject: z.string(),
	auth_method: z.enum(["guest", "api_key"]),
	roles: z.array(z.string()),
	is_admin: z.boolean(),
	credits: z.int(),
});
const logoutResponse = z.object({ status: z.literal("logged out") });

export async function registerAuth(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	registerLogins(server, context);
	await server.register(async (guarded: HttpServer) => {
		guarded.addHook("onRequest", requireBearer(context));
		registerAccount(guarded, context);
		registerLogout(guarded, context);
	});
}

/** What needs no token. */
function registerLogins(server: HttpServer, context: DialectContext): void {
	const { engine, addressHash } = context;
	server.post(
		"/guest-login",
		{
			bodyLimit: MAX_BODY_BYTES,
			schema: {
				...docs,
				summary: "Come in as a guest",
				description:
					"Makes a new guest with some credits of its own. The access token is good for /v1 and /auth alone.",
				response: { 201: sessionResponse },
			},
		},
		async (request, reply) => {
			refuseForeignPage(request, context);
			const session = await engine.guests.admit(addressHash(request));
			void notToBeKept(reply).status(201);
			return await sessionBody(context, session);
		},
	);
	for (const path of ["/refresh-token", "/refresh"])
		server.post(
			path,
			{
				bodyLimit: MAX_BODY_BYTES,
				schema: {
					...docs,
					hide: path === "/refresh",
					summary: "Exchange a refresh token for new tokens",
					description:
						"A refresh token is good for one exchange, and for a minute after it, so that neither two tabs at once nor a lost answer end a login. One that comes again later was stolen, or its thief was faster: then the guest is logged out everywhere.",
					body: refreshBody,
					response: { 200: sessionResponse },
				},
			},
			async (request, reply) => {
				const { refresh_token } = request.body;
				const session = await engine.guests.refresh(refresh_token);
				notToBeKept(reply);
				return await sessionBody(context, session);
			},
		);
}

function registerAccount(server: HttpServer, { engine }: DialectContext): void {
	server.get(
		"/me",
		{
			schema: {
				...guardedDocs,
				summary: "Read who you are, and your credits",
				response: { 200: meResponse },
			},
		},
		async (request, reply) => {
			const principal = principalOf(request);
			const { id, kind, name, balance } = await engine.getTeam(principal);
			const isGuest = kind === "guest";
			notToBeKept(reply);
			return {
				id: userIdOf(id, isGuest),
				username: isGuest ? userIdOf(id, isGuest) : name,
				name,
				email: null,
				subject: id,
				auth_method: isGuest ? ("guest" as const) : ("api_key" as const),
				roles: [isGuest ? "guest" : principal.role],
				is_admin: principal.role === "admin",
				credits: balance,
			};
		},
	);

	server.post(
		"/upgrade",
		{
			bodyLimit: MAX_BODY_BYTES,
			schema: {
				...guardedDocs,
				summary: "Become a team",
				description:
					"A guest keeps everything it has, and gets an apiKey that is shown this once. Its tokens end.",
				body: upgradeBody,
				response: { 200: upgradeResponse },
			},
		},
		async (request, reply) => {
			const principal = principalOf(request);
			const given = request.body.name ?? request.body.username;
			if (given === undefined)
				throw invalid("name", "The name of the team is missing.", "any text");
			const { apiKey } = await engine.guests.upgrade(principal, given);
			const { id, name, balance } = await engine.getTeam(principal);
			notToBeKept(reply);
			return {
				user_id: id,
				username: name,
				principal_id: id,
				name,
				api_key: apiKey,
				credits: balance,
			};
		},
	);
}

function registerLogout(server: HttpServer, { engine }: DialectContext): void {
	server.route({
		method: ["GET", "POST"],
		url: "/logout",
		bodyLimit: MAX_BODY_BYTES,
		schema: {
			...guardedDocs,
			summary: "End a guest's tokens",
			description:
				"Nothing lets this guest in again; become a team first to keep what was made. An apiKey is not ended by this.",
			response: { 200: logoutResponse },
		},
		handler: async (request) => {
			await engine.guests.logOut(principalOf(request));
			return { status: "logged out" as const };
		},
	});
}

async function sessionBody(
	{ accessTokens }: DialectContext,
	session: Awaited<ReturnType<Engine["guests"]["admit"]>>,
) {
	const userId = userIdOf(session.teamId, true);
	return {
		user_id: userId,
		username: userId,
		principal_id: session.teamId,
		access_token: await accessTokens.issue(session.teamId),
		refresh_token: session.refreshToken,
		token_type: "Bearer" as const,
		expires_in: accessTokens.lifetimeSeconds,
	};
}

/** `guest-...` for a guest (S3-11). */
function userIdOf(teamId: string, isGuest: boolean): string {
	return isGuest ? teamId.replace(/^team_/, "guest-") : teamId;
}

/** What tells a secret or a balance is not for any cache. */
function notToBeKept(reply: FastifyReply): FastifyReply {
	return reply.header("cache-control", "no-store");
}
