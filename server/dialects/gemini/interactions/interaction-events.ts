/** An interaction as a stream of events, as it is answered or, later, once more. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { Interaction } from "../../../engine/engine.ts";
import type { EngineError } from "../../../engine/errors.ts";
import type { EventPieces } from "../../../http/event-stream.ts";
import { jsonPieces } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { interactionErrorBody } from "./errors.ts";
import { contentOf, headBody, usageBody } from "./interaction-body.ts";

type Body = Readonly<Record<string, unknown>>;
type Shown = Omit<Interaction, "id"> & { readonly id?: string };

interface Event {
	readonly type: string;
	readonly fields: Body;
}

/** Of the only step that is streamed. */
const INDEX = 0;

/**
 * @param events the engine's, of an answer that begins now.
 * @param show reads the interaction as it is.
 */
export async function* liveEvents(
	context: DialectContext,
	events: AsyncIterable<ReplyEvent>,
	show: () => Promise<Shown>,
): AsyncGenerator<Event, void> {
	let isShownBySteps = false;
	for await (const event of events) {
		if (event.kind === "begin") {
			yield created(await show());
			yield START;
		} else if (event.kind === "text") {
			isShownBySteps = true;
			yield delta({ type: "text", text: event.text });
		} else if (event.kind === "end") {
			const shown = await show();
			if (!isShownBySteps) yield* deltasOf(context, shown);
			yield STOP;
			yield completed(shown);
			yield DONE;
		}
	}
}

/** All of an interaction that has ended, or as much as there is. */
export async function* pastEvents(
	context: DialectContext,
	shown: Shown,
): AsyncGenerator<Event, void> {
	yield created(shown);
	if (shown.status === "failed" || shown.status === "in_progress") {
		yield statusUpdate(shown);
		return;
	}
	yield START;
	yield* deltasOf(context, shown);
	yield STOP;
	yield completed(shown);
	yield DONE;
}

async function* deltasOf(
	context: DialectContext,
	shown: Shown,
): AsyncGenerator<Event> {
	for (const part of await contentOf(context, shown)) yield delta(part);
}

const START: Event = {
	type: "step.start",
	fields: { index: INDEX, step: { type: "model_output" } },
};
const STOP: Event = { type: "step.stop", fields: { index: INDEX } };
const DONE: Event = { type: "done", fields: {} };

function created(shown: Shown): Event {
	const { id, model } = shown;
	return {
		type: "interaction.created",
		fields: {
			interaction: {
				...(id !== undefined && { id }),
				object: "interaction",
				model,
				status: "in_progress",
			},
		},
	};
}

function delta(part: Body): Event {
	return { type: "step.delta", fields: { index: INDEX, delta: part } };
}

function completed(shown: Shown): Event {
	const usage = usageBody(shown);
	return {
		type: "interaction.completed",
		fields: {
			interaction: { ...headBody(shown), ...(usage !== null && { usage }) },
		},
	};
}

function statusUpdate(shown: Shown): Event {
	const { id, status, error } = headBody(shown);
	return {
		type: "interaction.status_update",
		fields: { interaction_id: id, status, ...(error ? { error } : {}) },
	};
}

/**
 * As server-sent events.
 * @param afterId the last one that a client has, when it comes back.
 */
export async function* framed(
	events: AsyncIterable<Event>,
	afterId = "",
): AsyncGenerator<EventPieces, void> {
	const skipped = /^e(\d{1,9})$/.exec(afterId)?.[1] ?? "0";
	let number = 0;
	for await (const { type, fields } of events) {
		number++;
		if (number <= Number(skipped)) continue;
		yield type === "done"
			? textOf("event: done\ndata: [DONE]\n\n")
			: frame(type, { event_type: type, ...fields, event_id: `e${number}` });
	}
}

export function lastWords(error: EngineError): EventPieces {
	return frame("error", {
		event_type: "error",
		error: interactionErrorBody(error),
	});
}

async function* frame(
	type: string,
	value: Body,
): AsyncGenerator<string | Buffer> {
	yield `event: ${type}\ndata: `;
	yield* jsonPieces(value).open();
	yield "\n\n";
}

async function* textOf(text: string): AsyncGenerator<string> {
	yield text;
}
