/** A generation as server-sent events: its unfinished pictures as they come, and one `completed` for each picture at the end. */
import type { GenerationEvent, PartialImage } from "../../../engine/engine.ts";
import type { Generation } from "../../../engine/generations/request.ts";
import type { EventPieces } from "../../../http/event-stream.ts";
import { Base64Of, jsonPieces } from "../../../net/json-stream.ts";
import { completed } from "./completed.ts";
import { deliveryOf } from "./delivery.ts";
import {
	endOf,
	lookOf,
	type Presenter,
	pictureBody,
	secondsOf,
} from "./images-body.ts";

export type EventFamily = "image_generation" | "image_edit";

/** @throws {EngineError} when the generation failed. */
export async function* imageEvents(
	presenter: Presenter,
	family: EventFamily,
	accepted: Generation,
	watched: AsyncIterable<GenerationEvent>,
): AsyncGenerator<EventPieces> {
	for await (const event of watched) {
		if (event.kind === "partial")
			yield partialEvent(family, accepted, event.image);
		else yield* completedEvents(presenter, family, completed(event.generation));
	}
}

function partialEvent(
	family: EventFamily,
	accepted: Generation,
	{ index, position, mediaType, width, height, sizeBytes, open }: PartialImage,
): EventPieces {
	return pieces(`${family}.partial_image`, {
		b64_json: new Base64Of(sizeBytes, open),
		created_at: secondsOf(accepted),
		...lookOf(accepted, deliveryOf(accepted)),
		// Its own, and not those of the picture that it will be.
		size: `${width}x${height}`,
		output_format: mediaType.replace("image/", ""),
		partial_image_index: index,
		image_index: position,
	});
}

async function* completedEvents(
	presenter: Presenter,
	family: EventFamily,
	generation: Generation,
): AsyncGenerator<EventPieces> {
	const delivery = deliveryOf(generation);
	const last = generation.images.length - 1;
	for (const [index, image] of generation.images.entries())
		yield pieces(`${family}.completed`, {
			...(await pictureBody(presenter, generation, image, delivery)),
			created_at: secondsOf(generation),
			...lookOf(generation, delivery),
			image_index: index,
			...(index === last && endOf(presenter, generation, delivery)),
		});
}

/** For a stream that has begun: no status can tell of it any more. @param error as its body has it. */
export function errorEvent(error: object): EventPieces {
	return pieces("error", { error });
}

async function* pieces(
	type: string,
	data: Readonly<Record<string, unknown>>,
): AsyncGenerator<string | Buffer> {
	yield `event: ${type}\ndata: `;
	yield* jsonPieces({ type, ...data }).open();
	yield "\n\n";
}
