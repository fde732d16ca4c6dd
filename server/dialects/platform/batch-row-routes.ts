/** The rows of a batch, one page or one row at a time, and how the whole goes on, as events. */
import type { FastifyRequest } from "fastify";
import type {
	Catalogue,
	CatalogueRow,
} from "../../engine/catalogues/catalogue.ts";
import { principalOf } from "../../http/authenticate.ts";
import { closingSignal } from "../../http/closing-signal.ts";
import { sendEvents } from "../../http/event-stream.ts";
import type { HttpServer } from "../../http/http-server.ts";
import { noteError } from "../../http/note-error.ts";
import type { DialectContext } from "../dialect.ts";
import { rowResponse, rowsResponse } from "./batch-responses.ts";
import {
	batchParams,
	rowChange,
	rowParams,
	rowsQuery,
} from "./batch-schema.ts";
import { batchBody, rowBody } from "./batch-translate.ts";
import { errorBody } from "./errors.ts";
import { imageUrls } from "./image-urls.ts";
import { errorResponse } from "./responses.ts";

const docs = { tags: ["Batches"], security: [{ apiKey: [] }] };

export function registerBatchRows(
	server: HttpServer,
	context: DialectContext,
): void {
	const { catalogues } = context.engine;
	const bodyOf = (
		request: FastifyRequest,
		{ columns }: Pick<Catalogue, "columns">,
		row: CatalogueRow,
	) => rowBody(columns, row, (image) => imageUrls(context, request, image));

	server.get(
		"/batches/:batchId/rows",
		{
			schema: {
				...docs,
				summary: "List a batch's rows in the order of the table",
				params: batchParams,
				querystring: rowsQuery,
				response: { 200: rowsResponse, default: errorResponse },
			},
		},
		async (request) => {
			const principal = principalOf(request);
			const { batchId } = request.params;
			const { status: statuses, limit, after } = request.query;
			const catalogue = await catalogues.get(principal, batchId);
			const { rows, next } = await catalogues.listRows(principal, batchId, {
				statuses,
				limit,
				after,
			});
			return {
				data: {
					rows: rows.map((row) => bodyOf(request, catalogue, row)),
					next,
				},
			};
		},
	);

	server.get(
		"/batches/:batchId/rows/:key",
		{
			schema: {
				...docs,
				summary: "Read a row",
				params: rowParams,
				response: { 200: rowResponse, default: errorResponse },
			},
		},
		async (request) => {
			const principal = principalOf(request);
			const { batchId, key } = request.params;
			const catalogue = await catalogues.get(principal, batchId);
			const row = await catalogues.getRow(principal, batchId, key);
			return { data: bodyOf(request, catalogue, row) };
		},
	);

	server.patch(
		"/batches/:batchId/rows/:key",
		{
			schema: {
				...docs,
				summary: "Change what is asked for a row, from its next drawing on",
				params: rowParams,
				body: rowChange,
				response: { 200: rowResponse, default: errorResponse },
			},
		},
		async (request) => {
			const principal = principalOf(request);
			const { batchId, key } = request.params;
			const catalogue = await catalogues.get(principal, batchId);
			const row = await catalogues.editRow(
				principal,
				batchId,
				key,
				request.body,
			);
			return { data: bodyOf(request, catalogue, row) };
		},
	);
	registerEvents(server, context);
}

function registerEvents(
	server: HttpServer,
	{ engine: { catalogues }, keepAliveMs }: DialectContext,
): void {
	server.get(
		"/batches/:batchId/events",
		{
			schema: {
				...docs,
				summary: "Follow a batch as server-sent events",
				description:
					"`progress` with the batch whenever it has changed; `done` with it when nothing is under way, and then the stream ends.",
				params: batchParams,
			},
		},
		async (request, reply) => {
			const watched = catalogues.watch(
				principalOf(request),
				request.params.batchId,
				closingSignal(reply),
			);
			return await sendEvents(reply, framed(watched), {
				keepAliveMs,
				lastWords: (thrown) => {
					const error = noteError(thrown, request.log);
					return pieces("error", errorBody(error, request.id));
				},
			});
		},
	);
}

const UNDER_WAY: readonly Catalogue["status"][] = [
	"working",
	"paused",
	"canceling",
];

async function* framed(catalogues: AsyncIterable<Catalogue>) {
	for await (const catalogue of catalogues) {
		const isUnderWay = UNDER_WAY.includes(catalogue.status);
		yield pieces(isUnderWay ? "progress" : "done", batchBody(catalogue));
	}
}

async function* pieces(event: string, data: object) {
	yield `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
