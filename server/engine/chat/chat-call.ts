/** Puts a conversation into the words in which a provider is asked to go on with it. */
import type { ChatCall, Turn, TurnPart } from "../../providers/provider.ts";
import type { Principal } from "../generations/request.ts";
import type { TalkRoute } from "../models/talkers.ts";
import type { Answerer } from "./choose-answerer.ts";
import { picturesOf, type Spoken, textOf } from "./history.ts";
import type { Remembering } from "./remember.ts";
import type { ReplyRequest } from "./reply-request.ts";
import type { ReplyTerms } from "./reply-terms.ts";

/** Pictures of the conversation so far that are shown again. */
const MOST_EARLIER_PICTURES = 4;

/** An answer in words, as it is asked for. */
export interface Talk {
	readonly principal: Principal;
	readonly request: ReplyRequest;
	readonly answerer: Extract<Answerer, { kind: "talk" }>;
	/** What the conversation had before. */
	readonly history: readonly Spoken[];
	/** Whether the conversation had still more. */
	readonly isTrimmed: boolean;
	readonly turns: readonly Spoken[];
	readonly remembering: Remembering | undefined;
	readonly terms: ReplyTerms | undefined;
}

/** @param showsEarlier whether the pictures of the conversation so far are shown again; those of the request itself are. */
export async function chatCallOf(
	{ request, history, turns }: Talk,
	{ offer }: TalkRoute,
	showsEarlier: boolean,
): Promise<ChatCall> {
	const all = [...history, ...turns];
	const instructions = [
		request.instructions,
		...all
			.filter(({ role }) => role === "system" || role === "developer")
			.map(textOf),
	].filter((text) => text !== undefined && text !== "");
	const earlier = history.flatMap(picturesOf);
	const shown = new Set(
		showsEarlier ? earlier.slice(-MOST_EARLIER_PICTURES) : [],
	);
	for (const turn of turns)
		for (const picture of picturesOf(turn)) shown.add(picture);
	const spoken: Turn[] = [];
	for (const { role, parts } of all) {
		if (role === "system" || role === "developer") continue;
		const turnParts: TurnPart[] = [];
		for (const part of parts) {
			if (part.kind === "text") turnParts.push(part);
			else if (shown.has(part.picture))
				turnParts.push({ kind: "image", image: await part.picture.asInput() });
			else turnParts.push({ kind: "text", text: wordsFor(part.picture) });
		}
		const last = spoken.at(-1);
		if (last?.role === role)
			spoken[spoken.length - 1] = {
				role,
				parts: [...last.parts, { kind: "text", text: "\n\n" }, ...turnParts],
			};
		else spoken.push({ role, parts: turnParts });
	}
	return {
		model: offer.providerModel,
		instructions:
			instructions.length > 0 ? instructions.join("\n\n") : undefined,
		turns: spoken,
		modalities: ["text"],
		frame: undefined,
		seed: request.seed,
		temperature: request.temperature,
		maxOutputTokens: request.maxOutputTokens,
	};
}

/** What stands in the place of a picture that is not shown again. */
function wordsFor({ prompt }: { readonly prompt: string | undefined }): string {
	return prompt === undefined ? "[a picture]" : `[a picture: ${prompt}]`;
}
