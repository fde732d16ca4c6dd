/** Batches under /v1/batches: many requests in one file, at half the price, within a day. */
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { listBody } from "../conversations/bodies.ts";
import { fileIdOf } from "../files/file-body.ts";
import { batchBody } from "./batch-body.ts";
import { lineTranslator } from "./line-translator.ts";
import {
	BATCH_ENDPOINTS,
	type BatchData,
	batchParams,
	batchQuery,
	batchBody as batchSchema,
	docs,
} from "./schema.ts";

const DIALECT = "openai";
/** The one that callers can ask for: 24h. */
const WINDOW_MS = 24 * 60 * 60 * 1000;

export function registerBatches(
	server: HttpServer,
	context: DialectContext,
): void {
	const { engine } = context;
	const { batches } = engine;
	for (const endpoint of BATCH_ENDPOINTS)
		batches.enterTranslator(lineTranslator(context, DIALECT, endpoint));

	server.post(
		"/batches",
		{
			schema: {
				...docs,
				summary: "Have the requests of a file worked on",
				description:
					"Each line is `{custom_id, method: POST, url, body}`. The file is checked after this has answered; with a fault in it, the batch fails and nothing is charged.",
				body: batchSchema,
			},
		},
		async (request) => {
			engine.requireEnabled();
			const { input_file_id, endpoint, metadata } = request.body;
			const { protocol, host } = request;
			const dialectData: BatchData = {
				metadata: metadata ?? null,
				arrival: { protocol, host },
			};
			return batchBody(
				await batches.create(principalOf(request), {
					dialect: DIALECT,
					endpoint,
					inputFileId: fileIdOf(input_file_id),
					field: "input_file_id",
					windowMs: WINDOW_MS,
					dialectData,
				}),
			);
		},
	);

	server.get(
		"/batches",
		{ schema: { ...docs, summary: "List batches", querystring: batchQuery } },
		async (request) => {
			const { limit, after } = request.query;
			const page = await batches.list(principalOf(request), {
				dialect: DIALECT,
				limit,
				after,
			});
			return listBody(page.batches.map(batchBody), page.hasMore);
		},
	);

	server.get(
		"/batches/:id",
		{ schema: { ...docs, summary: "Read a batch", params: batchParams } },
		async (request) =>
			batchBody(
				await batches.get(principalOf(request), DIALECT, request.params.id),
			),
	);

	server.post(
		"/batches/:id/cancel",
		{
			schema: {
				...docs,
				summary: "Begin no more of a batch's requests",
				description:
					"What is drawn is kept, and written into the file of results.",
				params: batchParams,
			},
		},
		async (request) =>
			batchBody(
				await batches.cancel(principalOf(request), DIALECT, request.params.id),
			),
	);
}
