/** Batches: made from requests that come along or lie in a file, read, listed, canceled and deleted. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Batch } from "../../../engine/engine.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { JSON_TYPE } from "../errors.ts";
import { wholeNumber } from "../field-types.ts";
import { readMessage } from "../read-message.ts";
import { sendJson } from "../send-json.ts";
import { batchData, DIALECT } from "./batch-data.ts";
import { lineTranslator } from "./line-translator.ts";
import {
	batchIdOf,
	batchNameOf,
	type Output,
	operationBody,
} from "./operation.ts";
import { documentStream, ResultLines } from "./result-lines.ts";

const docs = { tags: ["Gemini batches"], security: [{ apiKey: [] }] };
const parameters = z.object({ version: z.string(), "*": z.string() });
const CANCEL = ":cancel";

const DEFAULT_PAGE = 10;
const MAX_PAGE = 100;
const pageQuery = z.object({
	pageSize: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
	pageToken: z.string().optional(),
});

/** How they are made is told in `create-batch.ts`, a method of the model. */
export function registerBatches(
	server: HttpServer,
	context: DialectContext,
): void {
	const { batches } = context.engine;
	batches.enterTranslator(lineTranslator(context));
	server.get(
		"/batches",
		{
			schema: {
				...docs,
				summary: "List the team's batches, newest first",
				description:
					"Answers that are told with their batch, and not in a file, are left out here.",
			},
		},
		async (request, reply) => await listBatches(context, request, reply),
	);
	server.get(
		"/batches/*",
		{
			schema: { ...docs, summary: "Read a batch", params: parameters },
		},
		async (request, reply) => {
			const id = batchIdOf(request.params["*"]);
			const batch = await asked(batches.get(principalOf(request), DIALECT, id));
			const output = await outputOf(context, request, batch);
			return await reply
				.type(JSON_TYPE)
				.send(documentStream(operationBody(batch, output)));
		},
	);
	server.post(
		"/batches/*",
		{
			schema: {
				...docs,
				summary: "Cancel a batch, as batches/{id}:cancel",
				description: "What is drawn is kept, and told with the results.",
				params: parameters,
			},
		},
		async (request, reply) => {
			const { "*": given } = request.params;
			if (!given.endsWith(CANCEL)) throw noSuchBatch();
			const id = batchIdOf(given.slice(0, -CANCEL.length));
			await cancel(context, request, id);
			return await sendJson(reply, {});
		},
	);
	server.delete(
		"/batches/*",
		{
			schema: {
				...docs,
				summary: "Delete a batch; files of results stay",
				params: parameters,
			},
		},
		async (request, reply) => {
			const id = batchIdOf(request.params["*"]);
			await asked(batches.delete(principalOf(request), DIALECT, id));
			return await sendJson(reply, {});
		},
	);
}

/** One that has ended needs no canceling, and that is no fault. */
async function cancel(
	{ engine }: DialectContext,
	request: FastifyRequest,
	id: string,
): Promise<void> {
	try {
		await asked(engine.batches.cancel(principalOf(request), DIALECT, id));
	} catch (fault) {
		if (!(fault instanceof EngineError) || fault.code !== "conflict")
			throw fault;
	}
}

async function listBatches(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const { pageSize, pageToken } = readMessage(pageQuery, request.query).message;
	const limit = Math.min(pageSize || DEFAULT_PAGE, MAX_PAGE);
	const after = pageToken ? batchIdOf(pageToken) : undefined;
	const { batches, hasMore } = await pageOf(context, request, limit, after);
	const last = batches.at(-1);
	return await sendJson(reply, {
		operations: batches.map((batch) => operationBody(batch, fileOf(batch))),
		...(hasMore && last && { nextPageToken: batchNameOf(last).slice(8) }),
	});
}

async function pageOf(
	{ engine }: DialectContext,
	request: FastifyRequest,
	limit: number,
	after: string | undefined,
) {
	const query = { dialect: DIALECT, limit, after };
	try {
		return await engine.batches.list(principalOf(request), query);
	} catch (fault) {
		if (fault instanceof EngineError && fault.details.field === "after")
			throw invalid(
				"pageToken",
				"The page token is not valid; the batch it names may be gone.",
				"none, or the nextPageToken of a page",
			);
		throw fault;
	}
}

/** Answers to requests that came with the batch are read out of the file in which they are kept. */
async function outputOf(
	{ engine }: DialectContext,
	request: FastifyRequest,
	batch: Batch,
): Promise<Output> {
	const { outputFileId } = batch;
	const { source } = batchData.parse(batch.dialectData);
	if (source === "file" || outputFileId === null) return fileOf(batch);
	const principal = principalOf(request);
	try {
		await engine.files.get(principal, outputFileId);
	} catch (fault) {
		// Deleted, or its time is over.
		if (fault instanceof EngineError && fault.code === "not_found") return null;
		throw fault;
	}
	const lines = new ResultLines(
		async () => (await engine.files.open(principal, outputFileId)).stream,
	);
	return { inlinedResponses: { inlinedResponses: lines } };
}

function fileOf({ outputFileId, dialectData }: Batch): Output {
	const { source } = batchData.parse(dialectData);
	return outputFileId === null || source === "inline"
		? null
		: { responsesFile: `files/${outputFileId}` };
}

async function asked<T>(asking: Promise<T>): Promise<T> {
	try {
		return await asking;
	} catch (fault) {
		if (fault instanceof EngineError && fault.code === "not_found")
			throw noSuchBatch(fault);
		throw fault;
	}
}

function noSuchBatch(cause?: unknown): EngineError {
	return new EngineError("not_found", "Requested entity was not found.", {
		cause,
	});
}
