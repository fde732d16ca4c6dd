/** A conversation gone on with, over chat completions: text as it comes, pictures the way OpenRouter and vLLM send them. */
import {
	type CallContext,
	type ChatCall,
	type ChatEvent,
	type Consumption,
	ProviderError,
} from "../provider.ts";
import { jsonBody } from "../wire/bodies.ts";
import { chatFields } from "./chat-request.ts";
import { pictureOfUrl } from "./drawn-images.ts";
import { answeredError, isFault } from "./faults.ts";
import { isPicture, listAt, textAt, valueAt } from "./read-json.ts";
import type { OpenAiServer } from "./server.ts";
import { consumptionOf } from "./usage.ts";

type Said = Exclude<ChatEvent, { kind: "end" }>;

/** @throws {ProviderError}, or the signal's own reason; also between events. */
export async function* chat(
	call: ChatCall,
	context: CallContext,
	server: OpenAiServer,
): AsyncGenerator<ChatEvent, void> {
	const request = {
		method: "POST",
		url: server.urlOf("chat/completions"),
		body: jsonBody(chatFields(call, server.options, true)),
	} as const;
	let consumption: Consumption | undefined;
	let finish: string | undefined;
	let isBegun = false;
	let isOver = false;
	for await (const event of server.vendor.events(request, context, isPicture)) {
		if (isFault(event))
			throw answeredError(server.name, event, { mayBePaid: isBegun });
		const choice = valueAt(event, "choices", 0);
		finish = finishOf(choice, server.name) ?? finish;
		for await (const piece of saidIn(choice, server, context)) {
			isBegun = true;
			yield piece;
		}
		// Some servers count along the way; the event that has nothing else is the last one.
		const isCount = Boolean(valueAt(event, "usage"));
		if (isCount) consumption = consumptionOf(event, "text");
		isOver ||= finish !== undefined || (isCount && choice === undefined);
	}
	if (!isOver)
		throw new ProviderError(
			"unavailable",
			`${server.name} stopped in the middle of its answer`,
			{ mayBePaid: true },
		);
	yield {
		kind: "end",
		reason: finish === "length" ? "length" : "stop",
		warnings: [],
		...(consumption ?? { usage: undefined, costDollars: undefined }),
	};
}

/** @throws {ProviderError} when the server's policy ended the answer. */
export function finishOf(choice: unknown, name: string): string | undefined {
	const finish = textAt(choice, "finish_reason");
	if (finish === "content_filter")
		throw new ProviderError(
			"content_blocked",
			`${name} ended its answer: content_filter`,
		);
	return finish;
}

/** What one event has of the answer; a server that does not stream has all of it in one. */
export async function* saidIn(
	choice: unknown,
	server: OpenAiServer,
	context: Pick<CallContext, "signal" | "keepFile">,
): AsyncGenerator<Said, void> {
	const message = valueAt(choice, "delta") ?? valueAt(choice, "message");
	const text = textAt(message, "content") ?? textAt(message, "refusal");
	if (text !== undefined) yield { kind: "text", text };
	for (const part of [
		...listAt(message, "content"),
		...listAt(message, "images"),
	]) {
		const partText = textAt(part, "text");
		if (partText !== undefined) yield { kind: "text", text: partText };
		const file = await pictureOfUrl(
			part,
			["image_url", "url"],
			server,
			context,
		);
		if (file !== undefined)
			yield {
				kind: "image",
				image: { file, seed: undefined, revisedPrompt: undefined },
			};
	}
}
