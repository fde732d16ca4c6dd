/** Batches under /v0/batches: tables that are taken in, priced, and drawn row by row. */
import { EngineError } from "../../engine/errors.ts";
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import { registerMultipart } from "../../http/read-multipart.ts";
import type { DialectContext } from "../dialect.ts";
import { registerBatchActions } from "./batch-actions.ts";
import { registerBatchExports } from "./batch-exports.ts";
import { registerBatchIntake } from "./batch-intake.ts";
import { registerBatchLines } from "./batch-lines.ts";
import {
	batchesResponse,
	batchResponse,
	estimatedBatchResponse,
	estimateResponse,
	vendorBatchesResponse,
} from "./batch-responses.ts";
import { registerBatchRows } from "./batch-row-routes.ts";
import { batchChange, batchesQuery, batchParams } from "./batch-schema.ts";
import { batchBody, estimateBody, vendorBatchBody } from "./batch-translate.ts";
import { deletedResponse, errorResponse } from "./responses.ts";

const docs = { tags: ["Batches"], security: [{ apiKey: [] }] };

export async function registerBatches(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	await server.register(async (part: HttpServer) => {
		await registerMultipart(part);
		registerBatchIntake(part, context);
	});
	registerReading(server, context);
	registerChanges(server, context);
	registerBatchActions(server, context);
	registerBatchRows(server, context);
	registerBatchExports(server, context);
	registerBatchLines(server, context);
}

function registerReading(
	server: HttpServer,
	{ engine: { catalogues } }: DialectContext,
): void {
	server.get(
		"/batches",
		{
			schema: {
				...docs,
				summary: "List batches, newest first",
				querystring: batchesQuery,
				response: { 200: batchesResponse, default: errorResponse },
			},
		},
		async (request) => {
			const page = await catalogues.list(principalOf(request), request.query);
			const { hasMore } = page;
			return { data: { batches: page.catalogues.map(batchBody), hasMore } };
		},
	);

	server.get(
		"/batches/:batchId",
		{
			schema: {
				...docs,
				summary: "Read a batch: counts, speed, time left, price of the rest",
				params: batchParams,
				response: { 200: estimatedBatchResponse, default: errorResponse },
			},
		},
		async (request) => {
			const principal = principalOf(request);
			const { batchId } = request.params;
			const catalogue = await catalogues.get(principal, batchId);
			const estimate = await catalogues
				.estimate(principal, batchId)
				.then(estimateBody, nullUnlessUnexpected);
			return { data: { ...batchBody(catalogue), estimate } };
		},
	);

	server.get(
		"/batches/:batchId/estimate",
		{
			schema: {
				...docs,
				summary: "Price what is left of a batch, by each strategy",
				params: batchParams,
				response: { 200: estimateResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { batchId } = request.params;
			const found = await catalogues.estimate(principalOf(request), batchId);
			return { data: estimateBody(found) };
		},
	);

	server.get(
		"/batches/:batchId/vendor-batches",
		{
			schema: {
				...docs,
				summary: "List the providers' own batches in which rows are or were",
				params: batchParams,
				response: { 200: vendorBatchesResponse, default: errorResponse },
			},
		},
		async (request) => {
			const found = await catalogues.listVendorBatches(
				principalOf(request),
				request.params.batchId,
			);
			return { data: { vendorBatches: found.map(vendorBatchBody) } };
		},
	);
}

function nullUnlessUnexpected(error: unknown): null {
	if (error instanceof EngineError) return null;
	throw error;
}

function registerChanges(
	server: HttpServer,
	{ engine: { catalogues } }: DialectContext,
): void {
	server.patch(
		"/batches/:batchId",
		{
			schema: {
				...docs,
				summary: "Change how many rows of a batch are worked on at once",
				params: batchParams,
				body: batchChange,
				response: { 200: batchResponse, default: errorResponse },
			},
		},
		async (request) => {
			const changed = await catalogues.setRowsAtOnce(
				principalOf(request),
				request.params.batchId,
				request.body.rowsAtOnce,
			);
			return { data: batchBody(changed) };
		},
	);

	server.delete(
		"/batches/:batchId",
		{
			schema: {
				...docs,
				summary: "Delete a batch",
				description:
					"What is under way is canceled. Images stay in the library.",
				params: batchParams,
				response: { 200: deletedResponse, default: errorResponse },
			},
		},
		async (request) => {
			const { batchId } = request.params;
			await catalogues.delete(principalOf(request), batchId);
			return { data: { id: batchId, deleted: true as const } };
		},
	);
}
