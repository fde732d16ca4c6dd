/** What is taken home from a batch: its table with the results, the pictures, a page to look at; all sent as they are read. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type {
	Catalogue,
	CatalogueRow,
} from "../../engine/catalogues/catalogue.ts";
import { EngineError } from "../../engine/errors.ts";
import type { Image } from "../../engine/generations/request.ts";
import { principalOf } from "../../http/authenticate.ts";
import { closingSignal } from "../../http/closing-signal.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { CONTACT_SHEET_POLICY, contactSheet } from "./batch-contact-sheet.ts";
import { inPieces, saved } from "./batch-download.ts";
import { batchPictures } from "./batch-pictures.ts";
import { batchParams } from "./batch-schema.ts";
import { batchTable, tableMediaType } from "./batch-table.ts";
import { imageUrls } from "./image-urls.ts";

const docs = { tags: ["Batches"], security: [{ apiKey: [] }] };

/** Everything that a batch is sent as is made of these. */
interface Export {
	readonly catalogue: Catalogue;
	readonly rows: AsyncIterable<CatalogueRow>;
	readonly urlsOf: (image: Image) => ReturnType<typeof imageUrls>;
}

interface ExportRoute {
	readonly path: string;
	readonly summary: string;
	readonly description: string;
	send(found: Export, reply: FastifyReply): Promise<FastifyReply>;
}

function routesOf({ engine }: DialectContext): readonly ExportRoute[] {
	return [
		{
			path: "results.csv",
			summary: "Download the table with what came of each row",
			description:
				"The table's own columns as they came, with its delimiter and encoding (UTF-8 for Windows-1252), and behind them gesso_key, gesso_status, gesso_image_url, gesso_description, gesso_prompt, gesso_error and gesso_credits. It can be sent as a new batch.",
			send: async ({ catalogue, rows, urlsOf }, reply) =>
				await saved(
					reply,
					catalogue,
					"results.csv",
					tableMediaType(catalogue.format),
				).send(
					inPieces(batchTable(catalogue, rows, (image) => urlsOf(image).url)),
				),
		},
		{
			path: "pictures.zip",
			summary: "Download the pictures of a batch",
			description:
				"The originals, exactly as they were drawn, named after `fileName`; where a row has several, `-1`, `-2` and so on.",
			send: async ({ catalogue, rows }, reply) => {
				if (catalogue.counts.drawn === 0)
					throw new EngineError(
						"conflict",
						"No row of this batch is drawn yet.",
					);
				return await saved(
					reply,
					catalogue,
					"pictures.zip",
					"application/zip",
				).send(await batchPictures(engine, rows, closingSignal(reply)));
			},
		},
		{
			path: "contact-sheet",
			summary: "See a batch as a page with thumbnails",
			description: "One HTML page without scripts, to be kept or printed.",
			send: async ({ catalogue, rows, urlsOf }, reply) =>
				await reply
					.type("text/html; charset=utf-8")
					.header("content-security-policy", CONTACT_SHEET_POLICY)
					.header("x-content-type-options", "nosniff")
					.header("cache-control", "private, no-cache")
					.send(inPieces(contactSheet(catalogue, rows, urlsOf))),
		},
	];
}

export function registerBatchExports(
	server: HttpServer,
	context: DialectContext,
): void {
	const { catalogues } = context.engine;
	for (const { path, summary, description, send } of routesOf(context))
		server.get(
			`/batches/:batchId/${path}`,
			{ schema: { ...docs, summary, description, params: batchParams } },
			async (request, reply) => {
				const principal = principalOf(request);
				const { batchId } = request.params;
				const catalogue = await catalogues.get(principal, batchId);
				const rows = catalogues.allRows(principal, batchId);
				return await send(
					{ catalogue, rows, urlsOf: urlsFor(context, request) },
					reply,
				);
			},
		);
}

function urlsFor(context: DialectContext, request: FastifyRequest) {
	return (image: Image) => imageUrls(context, request, image);
}
