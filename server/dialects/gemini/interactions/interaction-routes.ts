/** Interactions: asked, read, canceled and deleted. */
import { z } from "zod";
import { principalOf } from "../../../http/authenticate.ts";
import type { HttpServer } from "../../../http/http-server.ts";
import type { DialectContext } from "../../dialect.ts";
import { flag } from "../field-types.ts";
import { readMessage } from "../read-message.ts";
import { sendJson } from "../send-json.ts";
import { createInteraction } from "./create-interaction.ts";
import { renderInteractionError } from "./errors.ts";
import { interactionBody } from "./interaction-body.ts";
import { replay } from "./send-interaction.ts";

const docs = { tags: ["Gemini interactions"], security: [{ apiKey: [] }] };

const createParameters = z.object({ version: z.string() });
const parameters = z.object({ version: z.string(), id: z.string() });
const readQuery = z.object({
	stream: flag.optional(),
	lastEventId: z.string().optional(),
});

export async function registerInteractions(
	server: HttpServer,
	context: DialectContext,
): Promise<void> {
	const { interactions } = context.engine;
	server.setErrorHandler(renderInteractionError);
	server.post(
		"/interactions",
		{
			schema: {
				...docs,
				summary: "Ask for a picture or an answer, after an earlier one or anew",
				description:
					"input is a text, a list of parts, or a list of steps. With stream it is answered in events, with background it is read later.",
				params: createParameters,
			},
		},
		async (request, reply) =>
			await createInteraction(context, request, reply, request.params.version),
	);
	server.get(
		"/interactions/:id",
		{
			schema: { ...docs, summary: "Read an interaction", params: parameters },
		},
		async (request, reply) => {
			const { stream, lastEventId } = readMessage(
				readQuery,
				request.query,
			).message;
			const principal = principalOf(request);
			const { id } = request.params;
			if (stream === true)
				return await replay(context, request, reply, id, lastEventId);
			const found = await interactions.get(principal, id);
			return await sendJson(reply, await interactionBody(context, found));
		},
	);
	server.post(
		"/interactions/:id/cancel",
		{
			schema: {
				...docs,
				summary: "Cancel an interaction; one that has ended stays as it is",
				params: parameters,
			},
		},
		async (request, reply) => {
			const { id } = request.params;
			const canceled = await interactions.cancel(principalOf(request), id);
			return await sendJson(reply, await interactionBody(context, canceled));
		},
	);
	server.delete(
		"/interactions/:id",
		{
			schema: {
				...docs,
				summary: "Delete an interaction; its pictures stay in the library",
				params: parameters,
			},
		},
		async (request, reply) => {
			await interactions.delete(principalOf(request), request.params.id);
			return await sendJson(reply, {});
		},
	);
}
