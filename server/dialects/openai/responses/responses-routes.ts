/** The routes of /v1/responses: answered, read, gone on from, and deleted. */
import { z } from "zod";
import type { Engine, Interaction } from "../../../engine/engine.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { Principal } from "../../../engine/generations/request.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { pageQuery } from "../conversations/schema.ts";
import { sendBody } from "../send-body.ts";
import { createResponse } from "./create-response.ts";
import { inputItemsBody } from "./input-items.ts";
import { pastBody, pastEvents } from "./past-response.ts";
import type { ResponseEvent } from "./response-events.ts";
import { interactionIdOf } from "./response-ids.ts";
import { responsesBody } from "./schema.ts";
import { sendResponseEvents } from "./send-response.ts";

const docs = { tags: ["OpenAI responses"], security: [{ apiKey: [] }] };
const parameters = z.object({ id: z.string() });
const readQuery = z.looseObject({
	stream: z.enum(["true", "false"]).optional(),
	starting_after: z.coerce
		.number()
		.int()
		.min(0)
		.optional()
		.describe("The sequence_number of the last event that is there already"),
});

export function registerResponses(
	server: HttpServer,
	context: DialectContext,
): void {
	server.post(
		"/responses",
		{
			schema: {
				...docs,
				summary: "Answer a message",
				description:
					"The response is kept unless `store` is false: the next one goes on from it by `previous_response_id`, or from its items by their ids.",
				body: responsesBody,
			},
		},
		async (request, reply) =>
			await createResponse(context, request, reply, request.body),
	);
	registerKept(server, context);
}

function registerKept(server: HttpServer, context: DialectContext): void {
	const { interactions } = context.engine;

	server.get(
		"/responses/:id",
		{
			schema: {
				...docs,
				summary: "Read a response, or hear its events again",
				params: parameters,
				querystring: readQuery,
			},
		},
		async (request, reply) => {
			const principal = principalOf(request);
			const found = await find(interactions, principal, request.params.id);
			const { stream, starting_after } = request.query;
			if (stream !== "true")
				return await sendBody(
					context,
					reply,
					pastBody(context, request, found),
				);
			async function* events(): AsyncGenerator<ResponseEvent> {
				const signal = closingSignal(reply);
				const { id } = found;
				const ended = await interactions.waitForEnd(principal, id, signal);
				yield* pastEvents(context, request, ended);
			}
			return await sendResponseEvents(context, reply, events(), starting_after);
		},
	);

	server.get(
		"/responses/:id/input_items",
		{
			schema: {
				...docs,
				summary: "List what a response was asked",
				params: parameters,
				querystring: pageQuery,
			},
		},
		async (request) => {
			const { id } = request.params;
			await find(interactions, principalOf(request), id);
			return await inputItemsBody(context, request, id, request.query);
		},
	);

	server.delete(
		"/responses/:id",
		{
			schema: {
				...docs,
				summary: "Delete a response",
				description:
					"Its pictures stay in the library. Responses that went on from it stay, and begin where it was.",
				params: parameters,
			},
		},
		async (request) => {
			const { id } = request.params;
			const principal = principalOf(request);
			const found = await find(interactions, principal, id);
			await interactions.delete(principal, found.id);
			return { id, object: "response", deleted: true };
		},
	);
}

/** @throws {EngineError} `not_found` */
async function find(
	interactions: Engine["interactions"],
	principal: Principal,
	responseId: string,
): Promise<Interaction> {
	try {
		return await interactions.get(principal, interactionIdOf(responseId));
	} catch (error) {
		if (!(error instanceof EngineError) || error.code !== "not_found")
			throw error;
		throw new EngineError(
			"not_found",
			`There is no response ${responseId.slice(0, 100)} in this team.`,
		);
	}
}
