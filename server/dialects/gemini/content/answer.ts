/** An answer of generateContent: its parts as they come, and the bodies that carry them, whole or chunk by chunk. */
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { Generation, Image } from "../../../engine/generations/request.ts";
import { Base64Of } from "../../../net/json-stream.ts";
import type { DialectContext } from "../../dialect.ts";
import { signatureOf } from "../picture-signature.ts";
import {
	estimatedUsage,
	inputUsage,
	promptUsageBody,
	textTokens,
	usageBody,
} from "./tokens.ts";
import type { ContentAsk, Delivery } from "./translate.ts";

export type AnswerContext = Pick<DialectContext, "engine" | "signedNotes">;
type Variant = Parameters<AnswerContext["engine"]["openVariant"]>[1];
type End = Extract<ReplyEvent, { kind: "end" }>;
type Usage = NonNullable<Generation["usage"]>;

/** A JSON value; pictures in it are `Base64Of`. */
export type Body = Readonly<Record<string, unknown>>;

/** What of a request its answer depends on. */
export type AnsweredAsk = Pick<
	ContentAsk,
	"name" | "delivery" | "asked" | "warnings"
>;

/** What is told beside the parts. */
interface Tail {
	readonly finishReason: "STOP" | "MAX_TOKENS";
	readonly usage: Usage;
	readonly warnings: Generation["warnings"];
}

/** A piece of an answer; the last one has a tail. */
interface Piece {
	readonly responseId: string;
	readonly parts: readonly Body[];
	readonly tail?: Tail;
}

/** What stands before a picture, when words are wanted: an engine that draws says nothing itself. */
const WORDS = "Here is your picture.";

/**
 * The chunks of a stream: each has a part, and the last one the reason why it is the last, since chats forget a turn
 * that ends otherwise.
 * @returns nothing when the reply ends without an end, because nobody waits for it any more.
 * @throws {EngineError} when the answer failed, unless its content was refused: that is an answer too.
 */
export async function* answerChunks(
	context: AnswerContext,
	ask: ContentAsk,
	events: AsyncIterable<ReplyEvent>,
): AsyncGenerator<Body, void> {
	let last: Piece | undefined;
	try {
		for await (const piece of piecesOf(context, ask, events)) {
			last = piece;
			yield bodyOf(ask, piece);
		}
	} catch (error) {
		if (!isBlocked(error)) throw error;
		yield last === undefined
			? blockedBody(ask, error)
			: { candidates: [candidate([{ text: "" }], "SAFETY")] };
	}
}

/** All of it in one body. @returns and throws as `answerChunks`; `undefined` where that ends early. */
export async function wholeAnswer(
	context: AnswerContext,
	ask: AnsweredAsk,
	events: AsyncIterable<ReplyEvent>,
): Promise<Body | undefined> {
	const parts: Body[] = [];
	try {
		for await (const piece of piecesOf(context, ask, events)) {
			for (const part of piece.parts) addPart(parts, part);
			if (piece.tail !== undefined) return bodyOf(ask, { ...piece, parts });
		}
		return undefined;
	} catch (error) {
		if (isBlocked(error)) return blockedBody(ask, error);
		throw error;
	}
}

/** Of a picture that nobody waited for. @param generation a completed one. */
export async function drawnAnswer(
	context: AnswerContext,
	ask: AnsweredAsk,
	generation: Generation,
): Promise<Body> {
	return bodyOf(ask, {
		responseId: bareId(generation.id),
		parts: [
			...(ask.delivery.hasText ? [{ text: WORDS }] : []),
			...(await pictureParts(context, ask.delivery, generation)),
		],
		tail: {
			finishReason: "STOP",
			usage:
				generation.usage ?? estimatedUsage(ask.name, ask.asked, generation),
			warnings: generation.warnings,
		},
	});
}

async function* piecesOf(
	context: AnswerContext,
	ask: AnsweredAsk,
	events: AsyncIterable<ReplyEvent>,
): AsyncGenerator<Piece, void> {
	let responseId = "";
	let said = "";
	let drawn: Generation | undefined;
	for await (const event of events) {
		switch (event.kind) {
			case "begin":
				responseId = bareId(event.id);
				break;
			case "text":
				said += event.text;
				yield { responseId, parts: [{ text: event.text }] };
				break;
			case "picture":
				drawn = event.generation;
				if (ask.delivery.hasText)
					yield { responseId, parts: [{ text: WORDS }] };
				break;
			case "end":
				yield {
					responseId,
					parts:
						drawn === undefined
							? [{ text: "" }]
							: await pictureParts(context, ask.delivery, drawn),
					tail: tailOf(ask, event, said, drawn),
				};
		}
	}
}

function tailOf(
	{ name, asked }: AnsweredAsk,
	{ reason, usage, warnings }: End,
	said: string,
	drawn: Generation | undefined,
): Tail {
	const estimated =
		drawn === undefined
			? {
					...inputUsage(name, asked),
					outputTextTokens: textTokens(said),
					outputImageTokens: 0,
				}
			: estimatedUsage(name, asked, drawn);
	return {
		finishReason: reason === "length" ? "MAX_TOKENS" : "STOP",
		usage: usage ?? estimated,
		warnings,
	};
}

async function pictureParts(
	context: AnswerContext,
	delivery: Delivery,
	{ images }: Generation,
): Promise<Body[]> {
	return await Promise.all(
		images.map(async (image) => ({
			inlineData: await inlineData(context, image, variantOf(delivery)),
			thoughtSignature: signatureOf(context, image),
		})),
	);
}

/** A picture's bytes, encoded as they are sent. */
async function inlineData(
	{ engine }: AnswerContext,
	image: Image,
	variant: Variant,
): Promise<Body> {
	const { mediaType } = engine.variantFacts(image, variant);
	const sizeBytes = await engine.variantSize(image, variant);
	return {
		mimeType: mediaType,
		data: new Base64Of(
			sizeBytes,
			async () => (await engine.openVariant(image, variant)).stream,
		),
	};
}

/** In the size that was promised, and as it was drawn unless the request says otherwise. */
export function variantOf({ format, compressionQuality }: Delivery): Variant {
	if (format === undefined) return "fitted";
	return format === "png" || compressionQuality === undefined
		? format
		: `${format}-${compressionQuality}`;
}

function addPart(parts: Body[], part: Body): void {
	const last = parts.at(-1);
	if (typeof part.text !== "string" || typeof last?.text !== "string")
		parts.push(part);
	else parts[parts.length - 1] = { text: last.text + part.text };
}

function bodyOf(
	{ name, warnings }: Pick<ContentAsk, "name" | "warnings">,
	{ responseId, parts, tail }: Piece,
): Body {
	const all = [...warnings, ...(tail?.warnings ?? [])];
	return {
		candidates: [candidate(parts, tail?.finishReason)],
		...(tail && { usageMetadata: usageBody(tail.usage) }),
		modelVersion: name,
		responseId,
		...(tail &&
			all.length > 0 && {
				warnings: all.map(({ kind, parameter, message }) => ({
					kind,
					parameter,
					message,
				})),
			}),
	};
}

function candidate(parts: readonly Body[], finishReason: string | undefined) {
	return {
		content: { parts, role: "model" },
		...(finishReason !== undefined && { finishReason }),
		index: 0,
	};
}

function isBlocked(error: unknown): error is EngineError {
	return error instanceof EngineError && error.code === "content_blocked";
}

/** A refusal is a success without candidates, so that chats drop the turn. */
export function blockedBody(
	{ name, asked }: Pick<ContentAsk, "name" | "asked">,
	error: EngineError,
): Body {
	return {
		promptFeedback: {
			blockReason: "SAFETY",
			blockReasonMessage: error.message,
		},
		usageMetadata: promptUsageBody(name, asked),
		modelVersion: name,
		...(error.details.generationId !== undefined && {
			responseId: bareId(error.details.generationId),
		}),
	};
}

function bareId(id: string): string {
	return id.replace(/^[a-z]+_/, "");
}
