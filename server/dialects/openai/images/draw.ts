/** Has the engine draw what was asked, and answers when it is there: as one body, or as events on the way. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type {
	Generation,
	StagedSource,
} from "../../../engine/generations/request.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { closingSignal } from "../../../http/closing-signal.ts";
import { setDeprecation } from "../../../http/deprecation.ts";
import { sendEvents } from "../../../http/event-stream.ts";
import { noteError } from "../../../http/note-error.ts";
import type { DialectContext } from "../../dialect.ts";
import { errorBody } from "../errors.ts";
import { sendBody } from "../send-body.ts";
import type { Asked } from "./asked.ts";
import { completed } from "./completed.ts";
import { imagesBody, type Presenter } from "./images-body.ts";
import { type EventFamily, errorEvent, imageEvents } from "./images-events.ts";
import type { ImagesHouse } from "./pictures.ts";

export interface DrawOptions {
	readonly events: EventFamily;
	readonly usageWords: Presenter["usageWords"];
	/** Reads what is asked. */
	read(house: ImagesHouse): Promise<Asked>;
}

/** @throws {EngineError}, also when the pictures are not there after the longest wait. */
export async function draw(
	context: DialectContext,
	request: FastifyRequest,
	reply: FastifyReply,
	options: DrawOptions,
): Promise<FastifyReply> {
	const { engine, keepAliveMs } = context;
	const principal = principalOf(request);
	const { generation, isStreaming } = await begin(context, request, options);
	setDeprecation(reply, generation.warnings);
	const presenter: Presenter = {
		engine,
		urlOf: (image, extension, quality) =>
			context.signedImageUrl(request, image, extension, quality),
		usageWords: options.usageWords,
	};
	// Ends the waiting, not the work, which is paid for.
	const signal = closingSignal(reply);
	if (isStreaming) {
		const watched = engine.watchGeneration(principal, generation.id, signal);
		const events = imageEvents(presenter, options.events, generation, watched);
		return await sendEvents(reply, events, {
			keepAliveMs,
			lastWords: (thrown) => {
				const error = noteError(thrown, request.log);
				return errorEvent(errorBody(error, request.id).error);
			},
		});
	}
	const answer = engine
		.waitForEnd(principal, generation.id, signal)
		.then((ended) => imagesBody(presenter, completed(ended)));
	return await sendBody(context, reply, answer);
}

async function begin(
	{ engine }: DialectContext,
	request: FastifyRequest,
	{ read }: DrawOptions,
): Promise<{ generation: Generation; isStreaming: boolean }> {
	const principal = principalOf(request);
	const staged: StagedSource[] = [];
	try {
		const asked = await read({ engine, principal, staged });
		const { generation } = await engine.generate(principal, asked.request);
		return { generation, isStreaming: asked.isStreaming };
	} finally {
		for (const source of staged) await engine.inputs.discard(source);
	}
}
