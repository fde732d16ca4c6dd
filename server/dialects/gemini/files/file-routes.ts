/** Files under /files: listed, read, downloaded and deleted; how they come in is told in `upload-routes.ts`. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { EngineError, invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import { sendFile } from "../../../http/send-file.ts";
import type { DialectContext } from "../../dialect.ts";
import { wholeNumber } from "../field-types.ts";
import { readMessage } from "../read-message.ts";
import { sendJson } from "../send-json.ts";
import { fileBody } from "./file-body.ts";
import { askedForFile } from "./missing-file.ts";

const docs = { tags: ["Gemini files"], security: [{ apiKey: [] }] };
const parameters = z.object({ version: z.string(), "*": z.string() });

/** Google's own limits. */
const DEFAULT_PAGE = 10;
const MAX_PAGE = 100;
const pageQuery = z.object({
	pageSize: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
	pageToken: z.string().optional(),
});

const DOWNLOAD = ":download";

export function registerFiles(
	server: HttpServer,
	context: DialectContext,
): void {
	const { files } = context.engine;
	server.get(
		"/files",
		{ schema: { ...docs, summary: "List the team's files, newest first" } },
		async (request, reply) => await listFiles(context, request, reply),
	);
	server.get(
		"/files/*",
		{
			schema: {
				...docs,
				summary: "Read what a file is; with :download, its bytes",
				params: parameters,
			},
		},
		async (request, reply) => {
			const { "*": given } = request.params;
			if (given.endsWith(DOWNLOAD))
				return await download(context, request, reply, given);
			const file = await askedForFile(
				given,
				files.get(principalOf(request), given),
			);
			return await sendJson(reply, fileBody(context, request, file));
		},
	);
	server.delete(
		"/files/*",
		{ schema: { ...docs, summary: "Delete a file", params: parameters } },
		async (request, reply) => {
			const { "*": given } = request.params;
			await askedForFile(given, files.delete(principalOf(request), given));
			return await sendJson(reply, {});
		},
	);
}

/** Under /download, as Google's documents have it for those who use no SDK. */
export function registerDownloads(
	server: HttpServer,
	context: DialectContext,
): void {
	server.get(
		"/files/*",
		{
			schema: { ...docs, summary: "Read a file's bytes", params: parameters },
		},
		async (request, reply) =>
			await download(context, request, reply, request.params["*"]),
	);
}

async function download(
	{ engine }: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	given: string,
): Promise<FastifyReply> {
	const name = given.endsWith(DOWNLOAD)
		? given.slice(0, -DOWNLOAD.length)
		: given;
	return await askedForFile(name, sendFile(engine.files, request, reply, name));
}

async function listFiles(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const { pageSize, pageToken } = readMessage(pageQuery, request.query).message;
	const page = await pageAfter(context, request, {
		limit: Math.min(pageSize || DEFAULT_PAGE, MAX_PAGE),
		after: pageToken || undefined,
	});
	const last = page.files.at(-1);
	return await sendJson(reply, {
		files: page.files.map((file) => fileBody(context, request, file)),
		...(page.hasMore && last !== undefined && { nextPageToken: last.id }),
	});
}

async function pageAfter(
	{ engine }: DialectContext,
	request: FastifyRequest,
	query: { readonly limit: number; readonly after: string | undefined },
) {
	try {
		const principal = principalOf(request);
		return await engine.files.list(principal, { ...query, order: "desc" });
	} catch (fault) {
		if (fault instanceof EngineError && fault.details.field === "after")
			throw invalid(
				"pageToken",
				"The page token is not valid; the file it names may be gone.",
				"none, or the nextPageToken of a page",
			);
		throw fault;
	}
}
