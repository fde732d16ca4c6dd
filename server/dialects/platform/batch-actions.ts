/** What can be done with a batch: begun, sampled, drawn, tried again, paused, resumed, canceled. */
import type { Catalogue } from "../../engine/catalogues/catalogue.ts";
import { EngineError } from "../../engine/errors.ts";
import type { Principal } from "../../engine/generations/request.ts";
import { principalOf } from "../../http/authenticate.ts";
import type { HttpServer } from "../../http/http-server.ts";
import type { DialectContext } from "../dialect.ts";
import { batchResponse } from "./batch-responses.ts";
import { batchParams, batchRetry, batchSample } from "./batch-schema.ts";
import { batchBody } from "./batch-translate.ts";
import { errorResponse } from "./responses.ts";

const docs = { tags: ["Batches"], security: [{ apiKey: [] }] };
const answers = { 200: batchResponse, default: errorResponse };

type Catalogues = DialectContext["engine"]["catalogues"];

const SIMPLE_ACTIONS = [
	{
		name: "start",
		summary: "Begin every row that waits",
		description:
			"Refused while the balance is less than the estimate. With `describe-then-draw`, rows are described first.",
	},
	{
		name: "draw",
		summary: "Draw every row that is described",
		description: "Each from its description and its photo.",
	},
	{
		name: "pause",
		summary: "Begin no more rows until it is resumed",
		description: "Rows that are being drawn are drawn to their end.",
	},
	{
		name: "resume",
		summary: "Go on with a paused batch",
		description: "From where it was.",
	},
	{
		name: "recover",
		summary: "Bring in what vendors' batches that were given up have become",
		description:
			"For rows that failed because a provider lost their batch, or its results could not be had. They are charged again as their pictures come; refused when no provider has such a batch.",
	},
	{
		name: "cancel",
		summary: "Begin no more rows",
		description:
			"Those that were about to be begun fail as canceled; `retry` takes them up again.",
	},
] as const;

export function registerBatchActions(
	server: HttpServer,
	{ engine: { catalogues } }: DialectContext,
): void {
	for (const { name, summary, description } of SIMPLE_ACTIONS)
		server.post(
			`/batches/:batchId/${name}`,
			{
				schema: {
					...docs,
					summary,
					description,
					params: batchParams,
					response: answers,
				},
			},
			async (request) => {
				const { batchId } = request.params;
				const done = await catalogues[name](principalOf(request), batchId);
				return { data: batchBody(done) };
			},
		);
	registerChosen(server, catalogues);
}

function registerChosen(server: HttpServer, catalogues: Catalogues): void {
	server.post(
		"/batches/:batchId/sample",
		{
			schema: {
				...docs,
				summary: "Draw 1 to 5 rows before all the others",
				params: batchParams,
				body: batchSample,
				response: answers,
			},
		},
		async (request) => {
			const { batchId } = request.params;
			const principal = principalOf(request);
			const keys =
				request.body?.keys ?? (await firstKeys(catalogues, principal, batchId));
			const begun = await catalogues.sample(principal, batchId, keys);
			return { data: batchBody(begun) };
		},
	);

	server.post(
		"/batches/:batchId/retry",
		{
			schema: {
				...docs,
				summary: "Do rows again: those that failed, or those named",
				description: "Each from the step at which it failed.",
				params: batchParams,
				body: batchRetry,
				response: answers,
			},
		},
		async (request): Promise<{ data: ReturnType<typeof batchBody> }> => {
			const { batchId } = request.params;
			const keys = request.body?.keys;
			const begun: Catalogue = await catalogues.retry(
				principalOf(request),
				batchId,
				keys === undefined ? { kind: "failed" } : { kind: "rows", keys },
			);
			return { data: batchBody(begun) };
		},
	);
}

async function firstKeys(
	catalogues: Catalogues,
	principal: Principal,
	batchId: string,
): Promise<string[]> {
	const { rows } = await catalogues.listRows(principal, batchId, {
		statuses: ["waiting"],
		limit: 1,
	});
	if (rows.length === 0)
		throw new EngineError(
			"conflict",
			"No row of this batch waits; name those that are to be drawn in keys.",
		);
	return rows.map(({ key }) => key);
}
