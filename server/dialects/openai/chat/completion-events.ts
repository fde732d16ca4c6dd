/** An answer as server-sent events of chat completions, ended by `[DONE]`. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { EventPieces } from "../../../http/event-stream.ts";
import { jsonPieces } from "../../../net/json-stream.ts";
import {
	drawnDelta,
	type Frame,
	headOf,
	tailOf,
	usageBody,
} from "./completion.ts";

/** @throws {EngineError} when the answer failed; nothing is sent before its first word, so that a status can tell of it. */
export async function* completionEvents(
	frame: Frame,
	events: AsyncIterable<ReplyEvent>,
	options: { readonly includesUsage: boolean },
): AsyncGenerator<EventPieces> {
	let begin: Extract<ReplyEvent, { kind: "begin" }> | undefined;
	let answered = "";
	const chunk = (
		delta: object,
		rest: object = {},
		finish: string | null = null,
	) =>
		begin &&
		dataOf({
			...headOf(begin, "chat.completion.chunk"),
			choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
			...(options.includesUsage && { usage: null }),
			...rest,
		});
	for await (const event of events) {
		if (event.kind === "begin") {
			begin = event;
			continue;
		}
		// No chat asks for unfinished pictures.
		if (begin === undefined || event.kind === "partial") continue;
		const opening =
			event.kind !== "end" && answered === ""
				? chunk({ role: "assistant", content: "" })
				: undefined;
		if (opening) yield opening;
		if (event.kind === "end") {
			const last = chunk({}, tailOf(frame, begin, event), event.reason);
			if (last) yield last;
			if (options.includesUsage)
				yield dataOf({
					...headOf(begin, "chat.completion.chunk"),
					choices: [],
					usage: usageBody(frame, event, answered),
				});
			yield textOf("data: [DONE]\n\n");
			return;
		}
		const delta =
			event.kind === "text"
				? { content: event.text }
				: await drawnDelta(frame, event.generation);
		answered += delta.content;
		const said = chunk(delta);
		if (said) yield said;
	}
}

export async function* dataOf(value: object): AsyncGenerator<string | Buffer> {
	yield "data: ";
	yield* jsonPieces(value).open();
	yield "\n\n";
}

async function* textOf(text: string): AsyncGenerator<string> {
	yield text;
}
