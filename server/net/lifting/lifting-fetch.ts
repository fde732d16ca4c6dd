/** A `fetch` for vendors' SDKs that lifts the pictures out of the answers before the SDK can hold them in memory. */
import { ReadableStream } from "node:stream/web";
import { ByteReader } from "./byte-reader.ts";
import { liftBody } from "./lift-body.ts";
import { liftEvents } from "./lift-events.ts";
import { liftText } from "./lift-text.ts";
import { type Lifted, Lifter, type LiftingOptions } from "./lifter.ts";

export interface LiftingFetch<Kept> {
	readonly fetch: typeof fetch;
	readonly lifted: {
		/**
		 * What was lifted where the SDK found this: a short base64 string, or a data URL of one, or the bytes it stands for,
		 * which begin as the lifted ones do. `undefined` for anything else.
		 */
		find(token: string | Uint8Array): Lifted<Kept> | undefined;
		/** All so far, in the order in which they came. */
		all(): readonly Lifted<Kept>[];
	};
}

/** What pictures come as. Hosts of plain files may say no more than that it is bytes, or nothing. */
const PICTURE_TYPE =
	/^(image\/[^;]+|(application|binary)\/octet-stream)?\s*(;|$)/i;
const EVENT_STREAM_TYPE = /^text\/event-stream\s*(;|$)/i;
/** They tell of the body as it came. */
const HEADERS_OF_THE_BODY = ["content-length", "content-encoding"];

/**
 * For one call to a vendor: it remembers what it lifted for as long as it lives. Answers in JSON and streams of events are
 * lifted as the SDK reads them, so a picture is kept before the SDK sees its token; an answer of success that is a picture
 * as a whole is kept likewise, and its token is all that the SDK reads. What is broken in an answer outside of pictures is
 * passed on, for the SDK to complain of, and so is text that is no JSON; what is broken in a picture, or too large, ends
 * the answer's body with a `LiftingError`.
 */
export function createLiftingFetch<Kept>(
	fetchAnswer: typeof fetch,
	options: LiftingOptions<Kept>,
): LiftingFetch<Kept> {
	const lifter = new Lifter(options);
	return {
		fetch: async (input, init) =>
			liftAnswer(await fetchAnswer(input, init), lifter),
		lifted: {
			find: (token) => lifter.find(token),
			all: () => lifter.lifted,
		},
	};
}

function liftAnswer<Kept>(answer: Response, lifter: Lifter<Kept>): Response {
	if (answer.body === null) return answer;
	const contentType = answer.headers.get("content-type") ?? "";
	const isPicture = answer.ok && PICTURE_TYPE.test(contentType);
	const reader = new ByteReader(answer.body, isPicture ? "bytes" : "text");
	const pieces = isPicture
		? liftBody(reader, lifter)
		: EVENT_STREAM_TYPE.test(contentType)
			? liftEvents(reader, lifter)
			: liftText(reader, lifter, "pass");
	const headers = new Headers(answer.headers);
	for (const name of HEADERS_OF_THE_BODY) headers.delete(name);
	const { status, statusText } = answer;
	return new Response(streamOf(pieces, reader), {
		status,
		statusText,
		headers,
	});
}

/** Nothing is read before it is asked for; an SDK that leaves lets the vendor's answer go at once. */
function streamOf(
	pieces: AsyncGenerator<Buffer, void>,
	reader: ByteReader,
): ReadableStream<Uint8Array> {
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				const step = await pieces.next();
				if (step.done) controller.close();
				else controller.enqueue(step.value);
			},
			cancel: () => reader.stop(),
		},
		{ highWaterMark: 0 },
	);
}
