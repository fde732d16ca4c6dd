/** An answer as the events of a response; the last one has the whole response, so that whoever does not stream takes only that. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import type { PartialImage } from "../../../engine/engine.ts";
import { Base64Of } from "../../../net/json-stream.ts";
import {
	drawnItems,
	type Frame,
	messageItem,
	type Progress,
	responseBody,
} from "./response.ts";
import { callIdOf } from "./response-ids.ts";

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
	let writer: Writer | undefined;
	for await (const event of events) {
		if (event.kind === "begin") writer = new Writer(frame, event);
		else if (writer === undefined) continue;
		else if (event.kind === "partial") yield* writer.partial(event.image);
		else if (event.kind === "picture") {
			const drawn = await drawnItems(frame, writer.begin, event.generation);
			yield* writer.picture(drawn);
		} else if (event.kind === "text") yield* writer.text(event.text);
		else yield* writer.end(event);
	}
}

/** The last one. @returns the whole response, or `undefined` when the caller has left before it was there. */
export async function lastResponse(
	events: AsyncIterable<ResponseEvent>,
): Promise<object | undefined> {
	let response: object | undefined;
	for await (const event of events) {
		const { type } = event;
		if (type === "response.completed" || type === "response.incomplete")
			response = event.response as object;
	}
	return response;
}

/** Knows what was told already. */
class Writer {
	readonly begin: Begin;
	readonly #frame: Frame;
	#hasOpened = false;
	#hasCalled = false;
	/** Calls that are done. */
	#output: readonly object[] = [];
	#answered = "";

	constructor(frame: Frame, begin: Begin) {
		this.#frame = frame;
		this.begin = begin;
	}

	*partial(image: PartialImage): Generator<ResponseEvent> {
		yield* this.#open();
		yield* this.#call();
		yield {
			type: "response.image_generation_call.partial_image",
			...this.#callPlace(0),
			partial_image_index: image.index,
			partial_image_b64: new Base64Of(image.sizeBytes, image.open),
			size: `${image.width}x${image.height}`,
			output_format: image.mediaType.replace("image/", ""),
		};
	}

	*picture({
		calls,
		text,
	}: Awaited<ReturnType<typeof drawnItems>>): Generator<ResponseEvent> {
		yield* this.#open();
		for (const [index, item] of calls.entries()) {
			if (index > 0) this.#hasCalled = false;
			yield* this.#call(index);
			yield {
				type: "response.image_generation_call.completed",
				...this.#callPlace(index),
			};
			yield {
				type: "response.output_item.done",
				output_index: index,
				item,
			};
		}
		this.#output = calls;
		yield* this.text(text);
	}

	*text(delta: string): Generator<ResponseEvent> {
		if (this.#answered === "") yield* this.#beginMessage();
		this.#answered += delta;
		yield {
			type: "response.output_text.delta",
			...this.#messagePlace(),
			delta,
			logprobs: [],
		};
	}

	*end(end: End): Generator<ResponseEvent> {
		if (this.#answered === "") yield* this.#beginMessage();
		const text = this.#answered;
		const place = this.#messagePlace();
		const status = end.reason === "length" ? "incomplete" : "completed";
		const item = messageItem(this.begin, text, status);
		yield {
			type: "response.output_text.done",
			...place,
			text,
			logprobs: [],
		};
		yield {
			type: "response.content_part.done",
			...place,
			part: { type: "output_text", text, annotations: [] },
		};
		yield {
			type: "response.output_item.done",
			output_index: place.output_index,
			item,
		};
		const output = [...this.#output, item];
		yield {
			type: `response.${status}`,
			response: this.#body({ output, status, end }),
		};
	}

	*#open(): Generator<ResponseEvent> {
		if (this.#hasOpened) return;
		this.#hasOpened = true;
		const response = this.#body({ output: [], status: "in_progress" });
		yield { type: "response.created", response };
		yield { type: "response.in_progress", response };
	}

	*#call(index = 0): Generator<ResponseEvent> {
		if (this.#hasCalled) return;
		this.#hasCalled = true;
		const place = this.#callPlace(index);
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
		for (const step of ["in_progress", "generating"])
			yield { type: `response.image_generation_call.${step}`, ...place };
	}

	*#beginMessage(): Generator<ResponseEvent> {
		yield* this.#open();
		const place = this.#messagePlace();
		yield {
			type: "response.output_item.added",
			output_index: place.output_index,
			item: messageItem(this.begin, "", "in_progress"),
		};
		yield {
			type: "response.content_part.added",
			...place,
			part: { type: "output_text", text: "", annotations: [] },
		};
	}

	#callPlace(index: number) {
		return { item_id: callIdOf(this.begin, index), output_index: index };
	}

	#messagePlace() {
		return {
			item_id: messageItem(this.begin, "").id,
			output_index: this.#output.length,
			content_index: 0,
		};
	}

	#body(progress: Omit<Progress, "answered">) {
		const answered = this.#answered;
		return responseBody(this.#frame, this.begin, { ...progress, answered });
	}
}
