/** An answer that is a picture: drawn, charged and kept as every picture is, from the last message and the picture it is about. */
import type { TransactionQueries } from "../../db/database.ts";
import type { Warning } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError, failureOf } from "../errors.ts";
import { requireEnabled } from "../generations/generate.ts";
import type {
	Generation,
	GenerationRequest,
	InputImageSource,
	Principal,
} from "../generations/request.ts";
import type { GenerationEvent } from "../generations/watch-generation.ts";
import { type Route, resolveModel } from "../models/resolve-model.ts";
import type { Answerer } from "./choose-answerer.ts";
import {
	picturesOf,
	type Spoken,
	type SpokenPicture,
	textOf,
} from "./history.ts";
import type { ReplyEvent, ReplyRequest } from "./reply-request.ts";
import type { ReplyTerms } from "./reply-terms.ts";

/** The field by which a dialect's caller knows the pictures of a message. */
const FIELD = "messages";

export interface Drawing {
	readonly principal: Principal;
	readonly request: ReplyRequest;
	readonly answerer: Extract<Answerer, { kind: "draw" }>;
	/** What the conversation had before, and all turns of the request but the last. */
	readonly earlier: readonly Spoken[];
	readonly last: Spoken;
	readonly isTrimmed: boolean;
	readonly terms: ReplyTerms | undefined;
}

/** What of the engine draws. */
export interface Drawer {
	/** @param alongside runs in the transaction that charges. */
	generate(
		principal: Principal,
		request: GenerationRequest,
		alongside?: (
			transaction: TransactionQueries,
			generationId: string,
		) => Promise<void>,
	): Promise<{ readonly generation: Generation }>;
	waitForEnd(
		principal: Principal,
		id: string,
		signal?: AbortSignal,
	): Promise<Generation>;
	watchGeneration(
		principal: Principal,
		id: string,
		signal: AbortSignal,
	): AsyncIterable<GenerationEvent>;
}

/** @param stopping aborts when this process stops. */
export async function* draw(
	dependencies: EngineDependencies,
	drawer: Drawer,
	drawing: Drawing,
	signal: AbortSignal,
	stopping: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const { principal, request, terms, isTrimmed } = drawing;
	const { asked, warnings } = generationRequestOf(dependencies, drawing);
	const { generation } = await drawer.generate(
		principal,
		asked,
		terms &&
			((transaction, id) =>
				terms.begin(transaction, { kind: "picture", id, warnings })),
	);
	yield* tellDrawn(
		dependencies,
		drawer,
		{ principal, generation, request, warnings, isTrimmed },
		signal,
		stopping,
	);
}

/** A picture that somebody draws, or drew already. */
export interface Drawn
	extends Pick<Drawing, "principal" | "request" | "isTrimmed"> {
	readonly generation: Generation;
	/** Beside its own. */
	readonly warnings: readonly Warning[];
}

/** @param stopping aborts when this process stops. */
export async function* tellDrawn(
	{ settings }: Pick<EngineDependencies, "settings">,
	drawer: Pick<Drawer, "waitForEnd" | "watchGeneration">,
	drawn: Drawn,
	signal: AbortSignal,
	stopping: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const { id, model, createdAt } = drawn.generation;
	const { isTrimmed } = drawn;
	yield { kind: "begin", id, model, answer: "picture", createdAt, isTrimmed };
	const either = AbortSignal.any([signal, stopping]);
	const ended = yield* untilEnded(drawer, drawn, either);
	if (ended.status !== "completed") {
		// Nobody listens any more; it is drawn to its end all the same.
		if (signal.aborted) return;
		throw faultOf(ended, settings.syncWaitSeconds);
	}
	yield { kind: "picture", generation: ended };
	yield {
		kind: "end",
		reason: "stop",
		usage: ended.usage,
		credits: ended.credits,
		warnings: [...drawn.warnings, ...ended.warnings],
	};
}

/** @returns the picture as it is when it ended, or when the signal aborts. */
async function* untilEnded(
	drawer: Pick<Drawer, "waitForEnd" | "watchGeneration">,
	{ principal, request, generation }: Drawn,
	signal: AbortSignal,
): AsyncGenerator<ReplyEvent, Generation> {
	const { id } = generation;
	if ((request.partialImages ?? 0) > 0)
		for await (const event of drawer.watchGeneration(principal, id, signal)) {
			if (event.kind === "ended") return event.generation;
			yield event;
		}
	return await drawer.waitForEnd(principal, id, signal);
}

/** @throws {EngineError} for what cannot be drawn. @returns also what is to be told beside the picture's own warnings. */
export function generationRequestOf(
	dependencies: EngineDependencies,
	drawing: Drawing,
): { asked: GenerationRequest; warnings: readonly Warning[] } {
	const { request, answerer, last } = drawing;
	requireEnabled(dependencies);
	const text = textOf(last).trim();
	const [route] = resolveModel(dependencies, { model: answerer.model }).routes;
	const subject = subjectOf(route, drawing);
	const prompt =
		answerer.prompt ??
		readBy(route, drawing) ??
		[...(subject.retold === undefined ? [] : [subject.retold]), text].join(
			"\n\n",
		);
	return {
		warnings: [...subject.warnings, ...unheeded(request)],
		asked: {
			dialect: request.dialect,
			prompt,
			model: answerer.model,
			count: 1,
			aspectRatio: request.aspectRatio,
			resolution: request.resolution,
			size: request.size,
			quality: request.quality,
			background: request.background,
			partialImages: request.partialImages,
			seeds: request.seed === undefined ? undefined : [request.seed],
			inputImages: subject.pictures.map(
				({ open }): InputImageSource => ({
					kind: "stored",
					field: FIELD,
					open,
				}),
			),
			idempotency: request.idempotency,
			...(request.store !== "nothing" &&
				request.conversationId !== undefined && {
					conversation: {
						conversationId: request.conversationId,
						text,
						shownInputs: picturesOf(last).map((_, index) => index),
					},
				}),
		},
	};
}

/** What whoever draws reads from all that was said: also a model that stands in for another may be able to. */
function readBy(
	{ provider }: Route,
	{ earlier, last }: Drawing,
): string | undefined {
	const spoken = [...earlier, last];
	return provider.pictureAskedIn?.(
		spoken.filter(({ role }) => role === "user").map(textOf),
		spoken.some((turn) => picturesOf(turn).length > 0),
	);
}

/** What the picture is drawn from. */
interface Subject {
	readonly pictures: readonly SpokenPicture[];
	/** The prompt of a picture that cannot be handed in, so that it is at least told. */
	readonly retold?: string | undefined;
	readonly warnings: readonly Warning[];
}

/** The pictures of the last message, or else the last picture there was, whoever drew it. */
function subjectOf(route: Route, { request, earlier, last }: Drawing): Subject {
	const own = picturesOf(last);
	if (own.length > 0) return { pictures: own, warnings: [] };
	const picture = earlier.flatMap(picturesOf).at(-1);
	if (picture === undefined || request.earlierPicture === "never")
		return { pictures: [], warnings: [] };
	if (route.image.maxInputImages > 0)
		return { pictures: [picture], warnings: [] };
	return {
		pictures: [],
		retold: picture.prompt,
		warnings: [
			{
				kind: "unsupported",
				parameter: "inputImages",
				message: `${route.model.id} takes no input images: the earlier picture was not changed, another one was drawn${picture.prompt === undefined ? "" : " from what both messages say"}.`,
			},
		],
	};
}

/** What is asked of words, of an answer that has none. */
function unheeded(request: ReplyRequest): Warning[] {
	const isTold = request.turns.some(
		({ role }) => role === "system" || role === "developer",
	);
	const asked = (
		["instructions", "temperature", "maxOutputTokens"] as const
	).filter(
		(parameter) =>
			request[parameter] !== undefined ||
			(parameter === "instructions" && isTold),
	);
	return asked.map((parameter) => ({
		kind: "unsupported",
		parameter,
		message: `The answer is a picture: ${parameter} is of no effect on it.`,
	}));
}

function faultOf(
	{ id, error }: Generation,
	waitedSeconds: number,
): EngineError {
	if (error !== null) return failureOf(id, error);
	return new EngineError(
		"wait_timed_out",
		`The picture was not finished within ${waitedSeconds} seconds. It goes on being drawn, and will be in the library.`,
		{ details: { generationId: id } },
	);
}
