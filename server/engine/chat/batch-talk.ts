/** Answers in words that a vendor gives in a batch of its own: who would give one, and what it is asked. */
import type { ChatCall, Warning } from "../../providers/provider.ts";
import { keepPictures } from "../conversations/keep-pictures.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Principal } from "../generations/request.ts";
import type { Model } from "../models/model.ts";
import type { TalkRoute } from "../models/talkers.ts";
import { lastTurn, saidIn } from "./asked-turns.ts";
import { chatCallOf } from "./chat-call.ts";
import {
	type Answerer,
	type ChatHouse,
	chooseAnswerer,
} from "./choose-answerer.ts";
import { type History, spokenMessage } from "./history.ts";
import type { ReplyRequest } from "./reply-request.ts";

const NO_HISTORY: History = { spoken: [], isTrimmed: false };

/** The same request, to be answered in words only. */
export function inWords(request: ReplyRequest): ReplyRequest {
	return { ...request, modalities: ["text"], drawing: undefined };
}

/** Who answers a request in words that brings all that was said. @throws {EngineError} as `reply` would. */
export function chooseTalker(
	dependencies: ChatHouse,
	request: ReplyRequest,
): Extract<Answerer, { kind: "talk" }> {
	lastTurn(request.turns);
	const answerer = chooseAnswerer(
		dependencies,
		inWords(request),
		saidIn(NO_HISTORY, request.turns),
	);
	if (answerer.kind !== "talk") throw new Error("Words were asked for");
	return answerer;
}

/** Who answers in a batch of its own. */
export interface BatchTalker {
	/** As the caller named it. */
	readonly name: string;
	readonly model: Model;
	readonly route: TalkRoute;
	readonly warnings: readonly Warning[];
}

/**
 * @returns `null` when whoever would answer has no batches, or when what was said before lies with us.
 * @throws {EngineError} as `reply` would.
 */
export function batchTalkerOf(
	dependencies: ChatHouse,
	request: ReplyRequest,
): BatchTalker | null {
	if (request.conversationId !== undefined) return null;
	const { name, model, routes, warnings } = chooseTalker(dependencies, request);
	const [route] = routes;
	return route.provider.batches === undefined
		? null
		: { name, model, route, warnings };
}

/** What the vendor is asked; its pictures are taken into storage. @throws {EngineError} for pictures that cannot be had. */
export async function batchChatCall(
	dependencies: EngineDependencies,
	principal: Principal,
	request: ReplyRequest,
): Promise<ChatCall> {
	const answerer = chooseTalker(dependencies, request);
	const kept = await keepPictures(
		dependencies,
		principal.teamId,
		request.turns,
	);
	return await chatCallOf(
		{
			principal,
			request: inWords(request),
			answerer,
			history: [],
			isTrimmed: false,
			turns: kept.map((message) => spokenMessage(dependencies, message)),
			remembering: undefined,
			terms: undefined,
		},
		answerer.routes[0],
		false,
	);
}
