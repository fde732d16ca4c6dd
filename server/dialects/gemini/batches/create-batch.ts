/** Makes a batch (batchGenerateContent), of requests that come along or lie in a file. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Batch } from "../../../engine/engine.ts";
import { invalid } from "../../../engine/errors.ts";
import type { Principal } from "../../../engine/generations/request.ts";
import { principalOf } from "../../../http/authenticate.ts";
import type { DialectContext } from "../../dialect.ts";
import { KEPT_MS, plainFileName } from "../files/file-body.ts";
import type { ModelCall, ModelMethod } from "../model-methods.ts";
import { readMessage, tellIgnored } from "../read-message.ts";
import { sendJson } from "../send-json.ts";
import { type BatchData, DIALECT, ENDPOINT } from "./batch-data.ts";
import { operationBody } from "./operation.ts";

/** How long requests may wait to be begun; Google gives up after as long. */
const WINDOW_MS = 48 * 60 * 60 * 1000;

const inputConfig = z.object({
	fileName: z.string().optional(),
	requests: z.object({ requests: z.array(z.unknown()) }).optional(),
});
const fields = {
	displayName: z.string().max(512).optional(),
	inputConfig: inputConfig.optional(),
	/** As the seed has them, which no SDK ever sent. */
	requests: z.array(z.unknown()).optional(),
};
const createRequest = z.object({
	...fields,
	batch: z
		.object({
			...fields,
			/** Google's queue has them; here a batch waits for what is more urgent anyway. */
			priority: z.unknown().optional(),
		})
		.optional(),
});

export function batchMethods(
	context: DialectContext,
): Readonly<Record<string, ModelMethod>> {
	return {
		batchGenerateContent: (call) => createBatch(context, call),
	};
}

async function createBatch(
	context: DialectContext,
	{ name, request, reply }: ModelCall,
): Promise<FastifyReply> {
	const { message, ignored } = readMessage(createRequest, request.body);
	const asked = message.batch ?? message;
	const { fileName, requests: announced } = asked.inputConfig ?? {};
	const requests = announced?.requests ?? asked.requests;
	tellIgnored(reply, ignored);
	const principal = principalOf(request);
	const data = { model: name, displayName: asked.displayName || undefined };
	if (fileName !== undefined && requests !== undefined)
		throw invalid(
			"batch.inputConfig",
			"The batch names a file, and has requests of its own: it can have one of them.",
			"fileName, or requests.requests",
		);
	if (fileName !== undefined) {
		const made = await create(context, principal, plainFileName(fileName), {
			...data,
			source: "file",
		});
		return await sendJson(reply, operationBody(made, null));
	}
	if (requests === undefined || requests.length === 0)
		throw invalid(
			"batch.inputConfig",
			"The batch has no requests: name a file of them, or send some along.",
			"fileName, or requests.requests",
		);
	const made = await fromRequests(context, principal, requests, {
		...data,
		source: "inline",
		requestCount: requests.length,
	});
	return await sendJson(reply, operationBody(made, null));
}

async function create(
	{ engine }: DialectContext,
	principal: Principal,
	inputFileId: string,
	dialectData: BatchData,
): Promise<Batch> {
	return await engine.batches.create(principal, {
		dialect: DIALECT,
		endpoint: ENDPOINT,
		inputFileId,
		field: "batch.inputConfig.fileName",
		windowMs: WINDOW_MS,
		dialectData,
	});
}

/** Requests that come along are put into a file, which is the batch's alone: nobody finds it among the team's. */
async function fromRequests(
	context: DialectContext,
	principal: Principal,
	requests: readonly unknown[],
	data: BatchData,
): Promise<Batch> {
	const { files } = context.engine;
	const staged = await files.stage(principal, linesOf(requests));
	try {
		const file = await files.create(principal, staged, {
			purpose: "batch",
			fileName: "requests.jsonl",
			mediaType: "application/jsonl",
			// Should this process die before it is deleted.
			keptMs: KEPT_MS,
		});
		const made = await create(context, principal, file.id, data);
		await files.delete(principal, file.id);
		return made;
	} finally {
		await files.discard(staged);
	}
}

async function* linesOf(
	requests: readonly unknown[],
): AsyncGenerator<Uint8Array> {
	for (const request of requests)
		yield Buffer.from(`${JSON.stringify(request) ?? "null"}\n`);
}
