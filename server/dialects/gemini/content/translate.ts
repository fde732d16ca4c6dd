/** Translates a generateContent request into the engine's words: who answers, with what, and what the answer is to be. */
import type { ReplyRequest } from "../../../engine/chat/reply-request.ts";
import type {
	NewMessage,
	NewPart,
} from "../../../engine/conversations/conversation.ts";
import { invalid } from "../../../engine/errors.ts";
import type {
	Generation,
	GenerationRequest,
	InputImageSource,
} from "../../../engine/generations/request.ts";
import type { NamedModel } from "../model-names.ts";
import { readMessage } from "../read-message.ts";
import {
	type ImageWishes,
	type OutputFormat,
	readImageWishes,
} from "./image-wishes.ts";
import { likeFirstPicture, type MeasuringHouse } from "./like-picture.ts";
import { allMessages, toDrawFrom, withInstructions } from "./messages.ts";
import { type Answer, answerOf } from "./modalities.ts";
import { type ContentRequest, contentRequest } from "./schema.ts";
import { seedOf } from "./seed.ts";
import { sentRequest } from "./sent-request.ts";
import type { Asked } from "./tokens.ts";
import { type Turn, textIn, turnsOf } from "./turns.ts";

type Warning = Generation["warnings"][number];

/** What the answer is to be. */
export interface Delivery {
	/** Whether a picture comes with words. */
	readonly hasText: boolean;
	/** As it was drawn when missing. */
	readonly format?: OutputFormat | undefined;
	readonly compressionQuality?: number | undefined;
}

/** A request, translated. */
export interface ContentAsk {
	/** As the caller named it, without `models/`. */
	readonly name: string;
	readonly answer: Answer["kind"];
	/** Whether the request says itself what the answer is to be. */
	readonly saysModalities: boolean;
	readonly reply: ReplyRequest;
	readonly delivery: Delivery;
	readonly asked: Asked;
	/** What of the request has no effect. */
	readonly ignored: readonly string[];
	readonly warnings: readonly Warning[];
}

/**
 * @param body JSON, as it came.
 * @throws {EngineError} naming the field; nothing is charged yet.
 */
export async function readContentRequest(
	house: MeasuringHouse,
	named: NamedModel,
	body: unknown,
): Promise<ContentAsk> {
	const { message, ignored } = readMessage(contentRequest, sentRequest(body));
	checkRequest(message);
	const wishes = readImageWishes(house.context, named, message);
	const answer = answerOf(named, message);
	const { turns, left } = answerableTurns(message);
	const instructions = instructionsIn(message);
	const isPicture = answer.kind === "picture";
	const messages = isPicture
		? await toDrawFrom(house, named, withInstructions(turns, instructions))
		: await allMessages(house, turns);
	const aspectRatio =
		wishes.aspectRatio ??
		(isPicture ? await likeFirstPicture(house, named, messages) : undefined);
	return {
		name: named.name,
		answer: answer.kind,
		saysModalities:
			(message.generationConfig?.responseModalities ?? []).length > 0,
		delivery: deliveryOf(answer.modalities, wishes),
		asked: askedIn(messages, isPicture ? "" : instructions),
		ignored: [...ignored, ...left],
		warnings: isPicture && instructions !== "" ? [INSTRUCTIONS_SAID] : [],
		reply: {
			dialect: "gemini",
			model: named.name,
			instructions: isPicture || instructions === "" ? undefined : instructions,
			turns: messages,
			store: "nothing",
			modalities: answer.modalities,
			drawing: isPicture ? { when: "always" } : undefined,
			aspectRatio,
			resolution: wishes.resolution,
			seed: seedOf(message.generationConfig?.seed),
			temperature: message.generationConfig?.temperature,
			maxOutputTokens: message.generationConfig?.maxOutputTokens || undefined,
		},
	};
}

/** Its role says nothing. */
function instructionsIn({ systemInstruction }: ContentRequest): string {
	const turns = systemInstruction
		? turnsOf([{ ...systemInstruction, role: "user" }])
		: [];
	return textIn(turns.flatMap(({ parts }) => parts));
}

const INSTRUCTIONS_SAID: Warning = {
	kind: "adjusted",
	parameter: "systemInstruction",
	message:
		"A picture is drawn from one prompt: the system instruction was said at its beginning.",
};

/** A picture as a request of its own, for whoever does not wait for an answer. */
export async function generationRequestOf(
	{ context, principal }: MeasuringHouse,
	{ reply, delivery }: ContentAsk,
): Promise<GenerationRequest> {
	const pictures = (parts: readonly NewPart[]) =>
		parts.flatMap((part) => (part.kind === "image" ? [part.image] : []));
	const last = reply.turns.at(-1)?.parts ?? [];
	const own = pictures(last);
	const earlier = reply.turns.flatMap(({ parts }) => pictures(parts)).at(-1);
	const sources = own.length > 0 || earlier === undefined ? own : [earlier];
	const inputImages: InputImageSource[] = [];
	for (const source of sources)
		inputImages.push(
			source.kind === "library"
				? await context.engine.inputs.fromLibrary(
						principal,
						source.imageId,
						source.field,
					)
				: source,
		);
	return {
		dialect: reply.dialect,
		prompt: last
			.flatMap((part) => (part.kind === "text" ? [part.text] : []))
			.join("\n")
			.trim(),
		model: reply.model,
		count: 1,
		aspectRatio: reply.aspectRatio,
		resolution: reply.resolution,
		seeds: reply.seed === undefined ? undefined : [reply.seed],
		inputImages,
		dialectData: { ...delivery },
	};
}

function checkRequest({
	generationConfig,
	cachedContent,
}: ContentRequest): void {
	const { candidateCount = 1 } = generationConfig ?? {};
	if (candidateCount !== 1 && candidateCount !== 0)
		throw invalid(
			"generationConfig.candidateCount",
			"Only one candidate can be specified: send the request several times for several answers.",
			"1",
		);
	if (cachedContent !== undefined)
		throw invalid(
			"cachedContent",
			"Cached contents are not kept here: send the contents themselves.",
			"none",
		);
}

/** Up to the last turn of the user's, which is the one to be answered. */
function answerableTurns({ contents }: ContentRequest): {
	readonly turns: readonly Turn[];
	readonly left: readonly string[];
} {
	const turns = turnsOf(contents);
	const end = turns.findLastIndex(({ role }) => role === "user") + 1;
	if (end === 0)
		throw invalid(
			"contents",
			"contents must have something that the user says.",
			"a content of the role user with a text or a picture",
		);
	return {
		turns: turns.slice(0, end),
		left: end < turns.length ? ["contents(after-the-last-of-the-user)"] : [],
	};
}

function deliveryOf(
	modalities: readonly string[],
	{ format, compressionQuality }: ImageWishes,
): Delivery {
	return {
		hasText: modalities.includes("text"),
		...(format !== undefined && { format }),
		...(compressionQuality !== undefined && { compressionQuality }),
	};
}

function askedIn(messages: readonly NewMessage[], instructions: string): Asked {
	const parts = messages.flatMap((message) => message.parts);
	const texts = parts.flatMap((part) =>
		part.kind === "text" ? [part.text] : [],
	);
	return {
		text: [instructions, ...texts].join("\n").trim(),
		pictures: parts.filter(({ kind }) => kind === "image").length,
	};
}
