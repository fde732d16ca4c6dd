/** A provider that talks as a test tells it, and keeps count of what it was asked. */
import type { Model } from "../engine/models/model.ts";
import type {
	CallContext,
	ChatCall,
	ChatEvent,
} from "../providers/provider.ts";
import {
	createScriptedProvider,
	type ScriptedOptions,
	type ScriptedProvider,
	scriptedModel,
} from "./scripted-provider.ts";

export interface ScriptedTalker extends ScriptedProvider {
	/** Every conversation it was asked to go on with, in order. */
	readonly talks: ChatCall[];
	/** What it does with one; says "Hello." when left alone. */
	say: (call: ChatCall, context: CallContext) => AsyncIterable<ChatEvent>;
	readonly chat: (
		call: ChatCall,
		context: CallContext,
	) => AsyncIterable<ChatEvent>;
}

export function createScriptedTalker(
	options: ScriptedOptions = {},
): ScriptedTalker {
	const talks: ChatCall[] = [];
	const talker: ScriptedTalker = {
		...createScriptedProvider({ name: "talker", ...options }),
		talks,
		say: () => saying("Hel", "lo."),
		chat: (call, context) => {
			talks.push(call);
			return talker.say(call, context);
		},
	};
	return talker;
}

/** Says these pieces, and that it is done. */
export async function* saying(...texts: string[]): AsyncGenerator<ChatEvent> {
	for (const text of texts) yield { kind: "text", text };
	yield {
		kind: "end",
		reason: "stop",
		warnings: [],
		usage: {
			inputTextTokens: 7,
			inputImageTokens: 0,
			outputTextTokens: 2,
			outputImageTokens: 0,
		},
		costDollars: 0.002,
	};
}

/** A model that the scripted talker has. */
export function talkingModel(changes: Partial<Model> = {}): Model {
	return {
		...scriptedModel({ provider: "talker" }),
		id: "talker",
		image: null,
		talks: true,
		creditPrices: {},
		...changes,
	};
}
