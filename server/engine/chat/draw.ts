/** An answer that is a picture: drawn, charged and kept as every picture is, from the last message and the picture it is about. */
import type { Warning } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { requireEnabled } from "../generations/generate.ts";
import type {
	Generation,
	GenerationRequest,
	InputImageSource,
	Principal,
} from "../generations/request.ts";
import { type Route, resolveModel } from "../models/resolve-model.ts";
import type { Answerer } from "./choose-answerer.ts";
import {
	picturesOf,
	type Spoken,
	type SpokenPicture,
	textOf,
} from "./history.ts";
import type { ReplyEvent, ReplyRequest } from "./reply-request.ts";

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
}

/** What of the engine draws. */
export interface Drawer {
	generate(
		principal: Principal,
		request: GenerationRequest,
	): Promise<{ readonly generation: Generation }>;
	waitForEnd(
		principal: Principal,
		id: string,
		signal?: AbortSignal,
	): Promise<Generation>;
}

/** @param stopping aborts when this process stops. */
export async function* draw(
	dependencies: EngineDependencies,
	drawer: Drawer,
	drawing: Drawing,
	signal: AbortSignal,
	stopping: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const { principal, request } = drawing;
	const { asked, warnings } = generationRequestOf(dependencies, drawing);
	const { generation } = await drawer.generate(principal, asked);
	yield {
		kind: "begin",
		id: generation.id,
		model: generation.model,
		answer: "picture",
		createdAt: generation.createdAt,
		isTrimmed: drawing.isTrimmed,
	};
	const ended = await drawer.waitForEnd(
		principal,
		generation.id,
		AbortSignal.any([signal, stopping]),
	);
	if (ended.status !== "completed") {
		// Nobody listens any more; it is drawn to its end all the same.
		if (signal.aborted) return;
		throw failureOf(ended, dependencies.settings.syncWaitSeconds);
	}
	yield { kind: "picture", generation: ended };
	yield {
		kind: "end",
		reason: "stop",
		usage: ended.usage,
		credits: ended.credits,
		warnings: [...warnings, ...ended.warnings, ...unheeded(request)],
	};
}

function generationRequestOf(
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
		warnings: subject.warnings,
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
	const asked = (
		["instructions", "temperature", "maxOutputTokens"] as const
	).filter((parameter) => request[parameter] !== undefined);
	return asked.map((parameter) => ({
		kind: "unsupported",
		parameter,
		message: `The answer is a picture: ${parameter} is of no effect on it.`,
	}));
}

function failureOf(
	{ id, error }: Generation,
	waitedSeconds: number,
): EngineError {
	const details = { generationId: id };
	if (error !== null)
		return new EngineError(error.code, error.message, { details });
	return new EngineError(
		"wait_timed_out",
		`The picture was not finished within ${waitedSeconds} seconds. It goes on being drawn, and will be in the library.`,
		{ details },
	);
}
