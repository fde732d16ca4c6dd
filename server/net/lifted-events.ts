/** Reads a vendor's server-sent events as they come and has the pictures in them kept, so that nobody ever holds a whole one in memory. */
import { ByteReader } from "./lifting/byte-reader.ts";
import { liftEvents } from "./lifting/lift-events.ts";
import { Lifter, type LiftingOptions } from "./lifting/lifter.ts";

export interface LiftedEvent {
	/** The event's name; `undefined` when it has none. */
	readonly name: string | undefined;
	/** Its data as text, with tokens where strings were lifted. */
	readonly data: string;
	/** Its data as `JSON.parse` would have it, with a `Lifted` for every string that was lifted; `undefined` when it is no JSON. */
	readonly value: unknown;
}

const LINE_END = /\r\n|\n|\r/;
const BARE_JSON = /^[{[]/;

/**
 * Comments and events without data are passed over; an event that the end of the stream cuts off is told, since some
 * vendors end so. JSON that stands bare among the events is told as one without a name: so some vendors say in
 * mid-stream what went wrong.
 * @throws {LiftingError} and what the body or `keep` throws.
 */
export async function* readLiftedEvents<Kept>(
	body: AsyncIterable<Uint8Array>,
	options: LiftingOptions<Kept>,
): AsyncGenerator<LiftedEvent, void> {
	const lifter = new Lifter(options);
	let name: string | undefined;
	let data: string[] = [];
	let bare: string[] = [];
	const takeEvents = (): LiftedEvent[] => {
		const events: LiftedEvent[] = [];
		if (data.length > 0) events.push(eventOf(name, data.join("\n"), lifter));
		if (bare.length > 0)
			events.push(eventOf(undefined, bare.join("\n"), lifter));
		name = undefined;
		data = [];
		bare = [];
		return events;
	};
	for await (const line of linesOf(liftEvents(new ByteReader(body), lifter))) {
		if (line === "") {
			yield* takeEvents();
			continue;
		}
		const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
		if (field === "data") data.push(value);
		else if (field === "event") name = value;
		else if (bare.length > 0 || BARE_JSON.test(line)) bare.push(line);
	}
	yield* takeEvents();
}

function eventOf<Kept>(
	name: string | undefined,
	data: string,
	lifter: Lifter<Kept>,
): LiftedEvent {
	try {
		const value: unknown = JSON.parse(data, (_key, inner: unknown) =>
			typeof inner === "string" ? (lifter.find(inner) ?? inner) : inner,
		);
		return { name, data, value };
	} catch {
		return { name, data, value: undefined };
	}
}

/** Lines without their ends, each as soon as its end is there. */
async function* linesOf(
	pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void> {
	const decoder = new TextDecoder();
	let rest = "";
	let isAfterReturn = false;
	for await (const piece of pieces) {
		const text = decoder.decode(piece, { stream: true });
		if (text === "") continue;
		const isSecondHalf = isAfterReturn && text.startsWith("\n");
		isAfterReturn = text.endsWith("\r");
		// Only what is new is searched: a line may be long, and come in many pieces.
		const lines = (isSecondHalf ? text.slice(1) : text).split(LINE_END);
		const last = lines.pop() ?? "";
		for (const line of lines) {
			yield rest + line;
			rest = "";
		}
		rest += last;
	}
	if (rest !== "") yield rest;
}
