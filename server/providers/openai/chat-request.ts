/** Puts a conversation into the words of chat completions. */
import type { ChatCall, TurnPart } from "../provider.ts";
import { dataUrlOf } from "../wire/bodies.ts";
import { isOpenAi, type OpenAiOptions } from "./options.ts";
import type { Fields } from "./software.ts";

/** @param isStreamed lines of a batch are not. */
export function chatFields(
	call: ChatCall,
	options: OpenAiOptions,
	isStreamed: boolean,
): Fields {
	// OpenAI's newer models refuse the older name, which is the only one that other servers surely know.
	const maxTokens = isOpenAi(options) ? "max_completion_tokens" : "max_tokens";
	return {
		model: call.model === "" ? undefined : call.model,
		messages: messagesOf(call),
		...(call.modalities.includes("image") && {
			modalities: call.modalities,
			image_config: call.frame && {
				aspect_ratio: call.frame.aspectRatio,
				image_size: call.frame.tier,
			},
		}),
		seed: call.seed,
		temperature: call.temperature,
		[maxTokens]: call.maxOutputTokens,
		...(isStreamed && {
			stream: true,
			stream_options: { include_usage: true },
		}),
	};
}

interface Message {
	readonly role: "system" | "user" | "assistant";
	readonly content: unknown;
}

/**
 * An assistant's message may hold no pictures in this API, so that they go to the head of what the user says next, who
 * is talking about them.
 */
function messagesOf({ instructions, turns }: ChatCall): readonly Message[] {
	const messages: Message[] = [];
	if (instructions !== undefined)
		messages.push({ role: "system", content: instructions });
	let carried: readonly TurnPart[] = [];
	const add = (role: Message["role"], parts: readonly TurnPart[]) => {
		if (parts.length > 0) messages.push({ role, content: contentOf(parts) });
	};
	for (const { role, parts } of turns) {
		if (role === "user") {
			add(role, [...carried, ...parts]);
			carried = [];
		} else {
			const isPicture = ({ kind }: TurnPart) => kind === "image";
			add(
				role,
				parts.filter((part) => !isPicture(part)),
			);
			carried = [...carried, ...parts.filter(isPicture)];
		}
	}
	add("user", carried);
	return messages;
}

/** Plain text where it will do: not every server knows content in parts. */
function contentOf(parts: readonly TurnPart[]): unknown {
	const texts = parts.flatMap((part) =>
		part.kind === "text" ? [part.text] : [],
	);
	if (texts.length === parts.length) return texts.join("");
	return parts.map((part) =>
		part.kind === "text"
			? { type: "text", text: part.text }
			: { type: "image_url", image_url: { url: dataUrlOf(part.image) } },
	);
}
