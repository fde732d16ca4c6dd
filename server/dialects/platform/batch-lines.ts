/** A batch as JSON lines: those that ask for its rows, and those that tell what came of them, in our words or in those of a vendor's batches. */
import type {
	Catalogue,
	CatalogueRow,
} from "../../engine/catalogues/catalogue.ts";
import type { Image } from "../../engine/generations/request.ts";
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import { jsonPieces } from "../../net/json-stream.ts";
import type { DialectContext } from "../dialect.ts";
import { inPieces, saved } from "./batch-download.ts";
import { batchParams, requestsQuery, resultsQuery } from "./batch-schema.ts";
import { rowBody } from "./batch-translate.ts";
import { imageUrls } from "./image-urls.ts";
import type { ImageUrls } from "./translate.ts";

const docs = { tags: ["Batches"], security: [{ apiKey: [] }] };
const JSON_LINES = "application/x-ndjson";

export function registerBatchLines(
	server: HttpServer,
	context: DialectContext,
): void {
	const { catalogues } = context.engine;
	server.get(
		"/batches/:batchId/requests.jsonl",
		{
			schema: {
				...docs,
				summary: "Download the rows as requests, one a line",
				description:
					"As batches of Gemini or OpenAI take them, to be run there or sent as a new batch here: descriptions of a batch that describes first, else pictures. Photos are fetched as it is sent; a row that is to fail without its photo is left out when that is missing, any other is sent without.",
				params: batchParams,
				querystring: requestsQuery,
			},
		},
		async (request, reply) => {
			const principal = principalOf(request);
			const { batchId } = request.params;
			const { form, photos, modalities } = request.query;
			const catalogue = await catalogues.get(principal, batchId);
			const lines = await catalogues.requestLines(principal, batchId, form, {
				withPhotos: photos === "inline",
				saysModalities: modalities,
			});
			return await saved(reply, catalogue, "requests.jsonl", JSON_LINES).send(
				inPieces(streamed(lines)),
			);
		},
	);

	server.get(
		"/batches/:batchId/results.jsonl",
		{
			schema: {
				...docs,
				summary: "Download what came of each row, one a line",
				description:
					"Each row as `/rows/{key}` tells it; or with `form`, as batches of Gemini or OpenAI hand it back, with its pictures in base64, as they were drawn where they have the size that was asked for.",
				params: batchParams,
				querystring: resultsQuery,
			},
		},
		async (request, reply) => {
			const principal = principalOf(request);
			const { batchId } = request.params;
			const { form } = request.query;
			const catalogue = await catalogues.get(principal, batchId);
			const lines =
				form === undefined
					? ownLines(
							catalogue,
							catalogues.allRows(principal, batchId),
							(image) => imageUrls(context, request, image),
						)
					: streamed(await catalogues.resultLines(principal, batchId, form));
			return await saved(reply, catalogue, "results.jsonl", JSON_LINES).send(
				inPieces(lines),
			);
		},
	);
}

async function* ownLines(
	{ columns }: Catalogue,
	rows: AsyncIterable<CatalogueRow>,
	urlsFor: (image: Image) => ImageUrls,
): AsyncGenerator<string, void> {
	for await (const row of rows)
		yield `${JSON.stringify(rowBody(columns, row, urlsFor))}\n`;
}

/** Pictures are encoded as they are read: no line is ever whole in memory. */
async function* streamed(
	lines: AsyncIterable<unknown>,
): AsyncGenerator<string | Buffer, void> {
	for await (const line of lines) {
		yield* jsonPieces(line).open();
		yield "\n";
	}
}
