/** The HTTP server under all dialects: request ids, logging, limits, and the validators that the schemas compile to. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import fastify, {
	type FastifyBaseLogger,
	type FastifyInstance,
	type FastifyReply,
	LogController,
	type RawReplyDefaultExpression,
	type RawRequestDefaultExpression,
	type RawServerDefault,
} from "fastify";
import {
	serializerCompiler,
	validatorCompiler,
	type ZodTypeProvider,
} from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { noteError } from "./note-error.ts";

export type HttpServer = FastifyInstance<
	RawServerDefault,
	RawRequestDefaultExpression,
	RawReplyDefaultExpression,
	FastifyBaseLogger,
	ZodTypeProvider
>;

/**
 * The path and query under which a request is answered by whoever it is meant for, when that is not the one it came by;
 * `undefined` for a request that is somebody else's.
 */
export type OwnPath = (
	request: Pick<IncomingMessage, "url" | "headers">,
) => string | undefined;

/** How long an idle connection is kept: longer than the minute after which common proxies drop theirs, so that none uses one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;
/** How long a request may take to arrive; without it, one that never ends would be waited for forever. */
const ARRIVAL_TIMEOUT_MS = 300_000;

export function createHttpServer(options: {
	log: Logger;
	maxBodyBytes: number;
	/** Addresses and networks; `[]` to believe nobody about where a request comes from. */
	trustedProxies: readonly string[];
	/** The first that knows a request decides. */
	ownPaths?: readonly OwnPath[];
}): HttpServer {
	const server = fastify({
		loggerInstance: options.log as FastifyBaseLogger,
		logController: new LogController({
			// Its own lines would contain whole URLs, and a URL may contain a secret; ours below do not.
			disableRequestLogging: true,
			requestIdLogLabel: "requestId",
		}),
		bodyLimit: options.maxBodyBytes,
		trustProxy: options.trustedProxies.length > 0 && [
			...options.trustedProxies,
		],
		keepAliveTimeout: KEEP_ALIVE_MS,
		genReqId: (request) => requestIdOf(request.headers["x-request-id"]),
		return503OnClosing: false,
		requestTimeout: ARRIVAL_TIMEOUT_MS,
		rewriteUrl: (request) => {
			for (const ownPath of options.ownPaths ?? []) {
				const path = ownPath(request);
				if (path !== undefined) return path;
			}
			return request.url ?? "/";
		},
		frameworkErrors: (fault, request, reply) => {
			// No route was found yet, so its types know no answer.
			void (reply as unknown as FastifyReply)
				.status(400)
				.header("x-request-id", request.id)
				.send({ error: fault.message, code: "invalid_request" });
		},
		routerOptions: { maxParamLength: 512 },
		schemaController: {
			// Told so early, Fastify does not even load its own, which are the only ones that its types know here.
			compilersFactory: {
				buildValidator: () => validatorCompiler as never,
				buildSerializer: () => serializerCompiler as never,
			},
		},
	}).withTypeProvider<ZodTypeProvider>();
	server.decorateRequest("principal", null);
	// Routes that want JSON say so; anything else is refused by the content-type parser rather than guessed at.
	server.removeContentTypeParser("text/plain");

	server.addHook("onRequest", async (request, reply) => {
		void reply.header("x-request-id", request.id);
	});
	server.addHook("onResponse", async (request, reply) => {
		request.log.info(
			{
				method: request.method,
				route: request.routeOptions.url ?? "none",
				status: reply.statusCode,
				durationMs: Math.round(reply.elapsedTime),
				teamId: request.principal?.teamId,
			},
			"request",
		);
	});
	server.setErrorHandler(async (thrown, request, reply) => {
		const error = noteError(thrown, request.log);
		return await reply
			.status(statusOf(error.code))
			.send({ error: error.message, code: error.code });
	});
	server.setNotFoundHandler(async (_request, reply) =>
		reply.status(404).send({
			error: "There is nothing here. The API is described at /docs.",
			code: "not_found",
		}),
	);
	return server;
}

/** Of the routes that belong to no dialect. */
function statusOf(code: string): number {
	if (code === "internal") return 500;
	if (code === "forbidden") return 403;
	return code === "not_found" ? 404 : 400;
}

/** A client's own request id is kept when it is harmless. */
function requestIdOf(header: string | string[] | undefined): string {
	return typeof header === "string" && /^[\w.:-]{1,100}$/.test(header)
		? header
		: randomUUID();
}
