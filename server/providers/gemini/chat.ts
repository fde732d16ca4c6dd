/** Goes on with a conversation, and tells the answer as it comes. */

import type { CallContext, ChatEvent } from "../provider.ts";
import { type ChatCall, ProviderError } from "../provider.ts";
import { jsonBody } from "../wire/bodies.ts";
import { type GeminiAccount, modelUrl } from "./account.ts";
import {
	type Answer,
	drawnImageOf,
	isPictureData,
	readAnswer,
} from "./answer.ts";
import { errorIn, providerErrorOf } from "./faults.ts";
import {
	imageConfig,
	picturesOf,
	placePictures,
	responseModalities,
	systemInstruction,
	turnContents,
} from "./request.ts";
import { readUsage } from "./usage.ts";
import { mayBePaid, refusalIn, withoutAnything } from "./verdict.ts";

/** @throws {ProviderError} and the signal's own reason. */
export async function* chat(
	account: GeminiAccount,
	call: ChatCall,
	context: CallContext,
): AsyncGenerator<ChatEvent, void> {
	const body = await chatBody(account, call, context.signal);
	const url = `${modelUrl(account, call.model, "streamGenerateContent")}?alt=sse`;
	let last: Answer = readAnswer(undefined);
	let hasParts = false;
	let hasPicture = false;
	for await (const value of account.vendor.events(
		{ method: "POST", url, body: jsonBody(body) },
		context,
		isPictureData,
	)) {
		const error = errorIn(value);
		if (error !== undefined)
			throw providerErrorOf(
				error,
				`${account.name} gave up in the middle of an answer`,
				hasParts || hasCounted(last),
			);
		const piece = readAnswer(value);
		last = laterOf(last, piece);
		for (const part of piece.parts) {
			hasParts = true;
			const { signature } = part;
			if (part.kind === "text")
				yield { kind: "text", text: part.text, signature };
			else {
				hasPicture = true;
				const image = drawnImageOf(part.file, call.seed);
				yield { kind: "image", image, signature };
			}
		}
	}
	yield endOf(account.name, last, hasParts, hasPicture);
}

async function chatBody(
	account: GeminiAccount,
	call: ChatCall,
	signal: AbortSignal,
): Promise<unknown> {
	const place = await placePictures(account, picturesOf(call.turns), signal);
	return {
		contents: turnContents(call.turns, account.name, place),
		systemInstruction: systemInstruction(call),
		generationConfig: {
			temperature: call.temperature,
			maxOutputTokens: call.maxOutputTokens,
			seed: call.seed,
			responseModalities: responseModalities(call.modalities),
			imageConfig: call.modalities.includes("image")
				? imageConfig(call.frame)
				: undefined,
		},
	};
}

/** What was said of the answer as a whole; the vendor counts anew in every piece, and the last count holds. */
function laterOf(earlier: Answer, piece: Answer): Answer {
	return {
		parts: [],
		blockReason: piece.blockReason ?? earlier.blockReason,
		finishReason: piece.finishReason ?? earlier.finishReason,
		finishMessage: piece.finishMessage ?? earlier.finishMessage,
		usageMetadata: piece.usageMetadata ?? earlier.usageMetadata,
	};
}

/** Thoughts cost too, although nobody sees them. */
function hasCounted({ usageMetadata }: Answer): boolean {
	const usage = readUsage(usageMetadata, false);
	return usage !== undefined && mayBePaid(usage);
}

function endOf(
	name: string,
	answer: Answer,
	hasParts: boolean,
	hasPicture: boolean,
): ChatEvent {
	const usage = readUsage(answer.usageMetadata, hasPicture);
	const refusal = refusalIn(name, answer, usage);
	if (refusal !== undefined) throw refusal;
	if (answer.finishReason === undefined)
		throw new ProviderError(
			"unavailable",
			`${name}'s answer ended before it was finished.`,
			{ mayBePaid: true },
		);
	if (!hasParts) throw withoutAnything(name, answer, usage);
	return {
		kind: "end",
		reason: endReasonOf(name, answer, mayBePaid(usage)),
		warnings: [],
		usage,
		costDollars: undefined,
	};
}

function endReasonOf(
	name: string,
	{ finishReason }: Answer,
	isPaid: boolean,
): "stop" | "length" {
	switch (finishReason) {
		case "STOP":
		// Words were said instead, and they are an answer too.
		case "NO_IMAGE":
			return "stop";
		case "MAX_TOKENS":
			return "length";
		default:
			throw new ProviderError(
				"unavailable",
				`${name} stopped in the middle of an answer: ${finishReason}`,
				{ mayBePaid: isPaid },
			);
	}
}
