/** POST /v0/batches: a table is taken in, or only looked at, be it rows in JSON or a file that is still arriving. */
import type { FastifyRequest } from "fastify";
import type { Catalogue } from "../../engine/catalogues/catalogue.ts";
import type {
	NewCatalogue,
	TableSource,
} from "../../engine/catalogues/new-catalogue.ts";
import { invalid } from "../../engine/errors.ts";
import type { Principal } from "../../engine/generations/request.ts";
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { readBatchForm, type UploadedTable } from "./batch-form.ts";
import { batchResponse, previewResponse } from "./batch-responses.ts";
import { type BatchFields, newBatch, newBatchQuery } from "./batch-schema.ts";
import {
	batchBody,
	choiceOf,
	previewBody,
	settingsOf,
} from "./batch-translate.ts";
import { errorResponse } from "./responses.ts";

const docs = { tags: ["Batches"], security: [{ apiKey: [] }] };

export function registerBatchIntake(
	server: HttpServer,
	context: DialectContext,
): void {
	const { engine } = context;
	server.post(
		"/batches",
		{
			schema: {
				...docs,
				summary:
					"Take in a table, or a file of requests, to be drawn row by row",
				description:
					"A form with the same fields and, as its last part, a `file`: CSV, TSV, or JSON lines when its name ends so; or requests, a JSON object a line, as batches of Gemini or OpenAI take them. Or JSON with `rows`. Nothing is drawn and nothing charged before `start`. `?dry_run=true` tells what is in the table, the first prompts and the price of drawing, and keeps nothing.",
				consumes: ["application/json", "multipart/form-data"],
				querystring: newBatchQuery,
				body: newBatch,
				response: {
					200: previewResponse,
					201: batchResponse,
					default: errorResponse,
				},
			},
		},
		async (request, reply) => {
			const principal = principalOf(request);
			if (request.query.dry_run) {
				const data = await withTable(
					engine.files.maxBytes,
					request,
					request.body,
					{
						take: (fields, source) =>
							preview(context, principal, fields, source),
						undo: async () => {},
					},
				);
				return { data };
			}
			const catalogue = await withTable(
				engine.files.maxBytes,
				request,
				request.body,
				{
					take: (fields, source, name) =>
						engine.catalogues.takeIn(
							principal,
							newCatalogue(fields, source, name),
						),
					undo: ({ id }: Catalogue) => engine.catalogues.delete(principal, id),
				},
			);
			return await reply.status(201).send({ data: batchBody(catalogue) });
		},
	);
}

type AskedBatch = (BatchFields & { readonly rows: readonly unknown[] }) | null;

/** Gives the table to what is to be done with it, be it rows in JSON or a file that is still arriving. */
async function withTable<T>(
	maxFileBytes: number,
	request: FastifyRequest,
	body: AskedBatch | undefined,
	work: {
		take(fields: BatchFields, source: TableSource, name: string): Promise<T>;
		undo(done: T): Promise<void>;
	},
): Promise<T> {
	if (request.isMultipart())
		return await readBatchForm(request, maxFileBytes, {
			take: (fields, table) =>
				work.take(fields, sourceOf(table, fields.form), nameOf(table.fileName)),
			undo: work.undo,
		});
	if (body === null || body === undefined)
		throw invalid("body", "The body must be an object with rows.", "an object");
	const { rows, ...fields } = body;
	return await work.take(
		fields,
		{ kind: "rows", rows, field: "rows" },
		"Batch",
	);
}

function sourceOf(
	{ fileName = "", bytes }: UploadedTable,
	form: string | undefined,
): TableSource {
	const kind = /\.(jsonl|ndjson)$/i.test(fileName) ? "jsonLines" : "file";
	return { kind, bytes, field: "file", form };
}

const MAX_NAME_CHARACTERS = 200;

function nameOf(fileName = ""): string {
	const stem = fileName.replace(/\.[a-z]{1,6}$/i, "").trim();
	return stem.slice(0, MAX_NAME_CHARACTERS).toWellFormed() || "Batch";
}

function newCatalogue(
	fields: BatchFields,
	source: TableSource,
	name: string,
): NewCatalogue {
	return {
		name: fields.name ?? name,
		source,
		choice: choiceOf(fields),
		strategy: fields.strategy,
		settings: settingsOf(fields),
	};
}

async function preview(
	{ engine }: DialectContext,
	principal: Principal,
	fields: BatchFields,
	source: TableSource,
) {
	const found = await engine.catalogues.preview(principal, {
		source,
		choice: choiceOf(fields),
		strategy: fields.strategy,
		settings: settingsOf(fields),
	});
	return previewBody(found, fields.strategy);
}
