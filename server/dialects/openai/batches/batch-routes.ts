/** Batches under /v1/batches: many requests in one file, at half the price, within a day. */
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { listBody } from "../conversations/bodies.ts";
import { fileIdOf } from "../files/file-body.ts";
import { batchBody } from "./batch-body.ts";
import { chatLines } from "./chat-lines.ts";
import { imageLines } from "./image-lines.ts";
import {
	type BatchData,
	batchParams,
	batchQuery,
	batchBody as batchSchema,
	CHAT_ENDPOINT,
	DIALECT,
	docs,
	IMAGE_ENDPOINTS,
} from "./schema.ts";

/** The one that callers can ask for: 24h. */
const WINDOW_MS = 24 * 60 * 60 * 1000;

export function registerBatches(
	server: HttpServer,
	context: DialectContext,
): void {
	const { engine } = context;
	const { batches } = engine;
	for (const endpoint of IMAGE_ENDPOINTS)
		batches.enterTranslator(imageLines(context, endpoint));
	batches.enterTranslator(chatLines(context));

	server.post(
		"/batches",
		{
			schema: {
				...docs,
				summary: "Have the requests of a file worked on",
				description:
					"Each line is `{custom_id, method: POST, url, body}`. The file is checked after this has answered. With a line in it that is none, or is sent to another url, the batch fails and nothing is charged; a body that cannot be worked on is its own line's error.",
				body: batchSchema,
			},
		},
		async (request) => {
			const { input_file_id, endpoint, metadata, output_expires_after } =
				request.body;
			// Chats may be answered in words.
			if (endpoint !== CHAT_ENDPOINT) engine.requireEnabled();
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
					resultsKeptMs:
						output_expires_after && output_expires_after.seconds * 1000,
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
