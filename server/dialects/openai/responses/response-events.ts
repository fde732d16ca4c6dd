/** An answer as the events of a response; the last one has the whole response, so that whoever does not stream takes only that. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import {
	callId,
	drawnItems,
	type Frame,
	messageItem,
	responseBody,
} from "./response.ts";

type Begin = Extract<ReplyEvent, { kind: "begin" }>;
type End = Extract<ReplyEvent, { kind: "end" }>;

export interface ResponseEvent {
	readonly type: string;
	readonly [field: string]: unknown;
}

/** Nothing comes before the answer's first word or picture, so that a status can still tell of what failed. @throws {EngineError} */
export async function* responseEvents(
	frame: Frame,
	events: AsyncIterable<ReplyEvent>,
): AsyncGenerator<ResponseEvent> {
	let begin: Begin | undefined;
	let output: object[] = [];
	let answered = "";
	for await (const event of events) {
		if (event.kind === "begin") {
			begin = event;
			continue;
		}
		if (begin === undefined) continue;
		if (event.kind === "picture") {
			yield* opening(frame, begin);
			const { calls, text } = await drawnItems(frame, begin, event.generation);
			for (const [index, call] of calls.entries())
				yield* drawn(begin, call, index);
			output = calls;
			answered = text;
			yield* messageBegun(begin, output.length);
			yield textDelta(begin, output.length, text);
		} else if (event.kind === "text") {
			if (answered === "") {
				yield* opening(frame, begin);
				yield* messageBegun(begin, 0);
			}
			answered += event.text;
			yield textDelta(begin, 0, event.text);
		} else {
			if (answered === "") {
				yield* opening(frame, begin);
				yield* messageBegun(begin, 0);
			}
			yield* ended(frame, begin, event, { output, answered });
		}
	}
}

function* opening(frame: Frame, begin: Begin): Generator<ResponseEvent> {
	const progress = { output: [], answered: "", end: undefined };
	const response = responseBody(frame, begin, progress);
	yield { type: "response.created", response };
	yield { type: "response.in_progress", response };
}

function* drawn(
	begin: Begin,
	call: object,
	index: number,
): Generator<ResponseEvent> {
	const place = { item_id: callId(begin, index), output_index: index };
	yield {
		type: "response.output_item.added",
		output_index: index,
		item: {
			type: "image_generation_call",
			id: place.item_id,
			status: "in_progress",
			result: null,
		},
	};
	for (const step of ["in_progress", "generating", "completed"])
		yield { type: `response.image_generation_call.${step}`, ...place };
	yield {
		type: "response.output_item.done",
		output_index: index,
		item: call,
	};
}

function placeOf(begin: Begin, outputIndex: number) {
	return {
		item_id: messageItem(begin, "").id,
		output_index: outputIndex,
		content_index: 0,
	};
}

function* messageBegun(
	begin: Begin,
	outputIndex: number,
): Generator<ResponseEvent> {
	yield {
		type: "response.output_item.added",
		output_index: outputIndex,
		item: messageItem(begin, "", "in_progress"),
	};
	yield {
		type: "response.content_part.added",
		...placeOf(begin, outputIndex),
		part: { type: "output_text", text: "", annotations: [] },
	};
}

function textDelta(
	begin: Begin,
	outputIndex: number,
	delta: string,
): ResponseEvent {
	return {
		type: "response.output_text.delta",
		...placeOf(begin, outputIndex),
		delta,
		logprobs: [],
	};
}

function* ended(
	frame: Frame,
	begin: Begin,
	end: End,
	{ output, answered }: { output: readonly object[]; answered: string },
): Generator<ResponseEvent> {
	const place = placeOf(begin, output.length);
	const isCut = end.reason === "length";
	const item = messageItem(begin, answered, isCut ? "incomplete" : "completed");
	yield {
		type: "response.output_text.done",
		...place,
		text: answered,
		logprobs: [],
	};
	yield {
		type: "response.content_part.done",
		...place,
		part: { type: "output_text", text: answered, annotations: [] },
	};
	yield {
		type: "response.output_item.done",
		output_index: place.output_index,
		item,
	};
	yield {
		type: isCut ? "response.incomplete" : "response.completed",
		response: responseBody(frame, begin, {
			output: [...output, item],
			answered,
			end,
		}),
	};
}
