/** Answers conversations: who answers is found, what was said before is read, and then it is talked or drawn. */
import { requireConversation } from "../conversations/conversations.ts";
import {
	type KeptMessage,
	keepPictures,
} from "../conversations/keep-pictures.ts";
import { requireCredits } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { batchMicrocredits } from "../generations/price.ts";
import type { Principal } from "../generations/request.ts";
import { getGeneration } from "../generations/rows.ts";
import { StoppingSignal } from "../jobs/signals.ts";
import { lastTurn, saidIn, turnsNeeded } from "./asked-turns.ts";
import { chooseTalker, inWords } from "./batch-talk.ts";
import type { Talk } from "./chat-call.ts";
import { chooseAnswerer } from "./choose-answerer.ts";
import { type Drawer, draw, tellDrawn } from "./draw.ts";
import { foreseeAnswer } from "./foreseen-answer.ts";
import {
	type History,
	readHistory,
	type Spoken,
	spokenMessage,
} from "./history.ts";
import {
	type FirstAnswer,
	findFirstAnswer,
	tellAgain,
} from "./kept-answers.ts";
import { readToEnd } from "./read-to-end.ts";
import type { Remembering } from "./remember.ts";
import type { ChatRoom, ReplyEvent, ReplyRequest } from "./reply-request.ts";
import type { ReplyTerms } from "./reply-terms.ts";
import { talk } from "./talk.ts";
import { UnderWay } from "./under-way.ts";

/** How long a stopping process waits for callers to hear that it stops. */
const UNREAD_MS = 1_000;
const NO_HISTORY: History = { spoken: [], isTrimmed: false };

/** The room as the engine sees it. */
export interface AnsweringRoom extends ChatRoom {
	/** As `reply`, in words only, on terms that somebody within the engine laid down. */
	replyOnTerms(
		principal: Principal,
		request: ReplyRequest,
		terms: ReplyTerms,
		signal: AbortSignal,
	): AsyncGenerator<ReplyEvent, void>;
	/** As `replyOnTerms`, in words or with a picture. */
	readonly replyEitherWay: AnsweringRoom["replyOnTerms"];
}

/** What an answer in words costs as a line of a batch, without doing anything. @throws {EngineError} as `reply` would. */
export function quoteReplyInBatch(
	dependencies: EngineDependencies,
	request: ReplyRequest,
): { readonly microcreditsPerReply: number } {
	const { model } = chooseTalker(dependencies, request);
	return {
		microcreditsPerReply: batchMicrocredits(model, model.creditsPerReply),
	};
}

export function createChatRoom(
	dependencies: EngineDependencies,
	drawer: Drawer,
): AnsweringRoom {
	const stopping = new AbortController();
	const underWay = new UnderWay();
	const reply = (asked: Asked, signal: AbortSignal) =>
		underWay.noting(
			answerOnce(
				{ dependencies, drawer, underWay, stopping: stopping.signal },
				asked,
				signal,
			),
		);
	return {
		reply: (principal, request, signal) =>
			reply({ principal, request, terms: undefined }, signal),
		replyOnTerms: (principal, request, terms, signal) =>
			reply({ principal, request: inWords(request), terms }, signal),
		replyEitherWay: (principal, request, terms, signal) =>
			reply({ principal, request, terms }, signal),
		foresee: (principal, request, occasion) =>
			foreseeAnswer(dependencies, principal, request, occasion),
		stop: async (graceMs) => {
			await underWay.settledWithin(graceMs);
			stopping.abort(new StoppingSignal());
			// Whoever does not read on is not waited for: what it has not heard is refunded when its lease runs out.
			await underWay.settledWithin(UNREAD_MS);
		},
	};
}

/** What answers are made with. */
interface House {
	readonly dependencies: EngineDependencies;
	readonly drawer: Drawer;
	readonly underWay: UnderWay;
	/** Aborts when this process stops. */
	readonly stopping: AbortSignal;
}

interface Asked {
	readonly principal: Principal;
	readonly request: ReplyRequest;
	readonly terms: ReplyTerms | undefined;
}

/** Under an idempotencyKey, whoever asks again is given the first answer. */
async function* answerOnce(
	house: House,
	asked: Asked,
	signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const { dependencies, stopping } = house;
	const { teamId } = asked.principal;
	const { idempotency } = asked.request;
	for (;;) {
		const first = await findFirstAnswer(dependencies, teamId, idempotency);
		if (first?.kind === "text") {
			const { id } = first;
			if (yield* tellAgain(dependencies, teamId, id, signal, stopping)) return;
			continue;
		}
		let hasBegun = false;
		try {
			for await (const event of answer(house, asked, first, signal)) {
				hasBegun = true;
				yield event;
			}
			return;
		} catch (error) {
			if (hasBegun || first !== null || idempotency === undefined) throw error;
			// Perhaps the very same request came first, or took the credits, sent twice at the same time.
			const twin = await findFirstAnswer(dependencies, teamId, idempotency);
			if (twin === null) throw error;
		}
	}
}

/** @param first what was drawn for the same request before. */
async function* answer(
	house: House,
	{ principal, request, terms }: Asked,
	first: FirstAnswer | null,
	signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const { dependencies, drawer, stopping } = house;
	const { teamId } = principal;
	const last = lastTurn(request.turns);
	const history = await historyOf(dependencies, teamId, request);
	const answerer = chooseAnswerer(
		dependencies,
		request,
		saidIn(history, request.turns),
	);
	const { spoken, isTrimmed } = history;
	if (answerer.kind === "talk" && first !== null) {
		const { queries } = dependencies.database;
		const generation = await getGeneration(queries, teamId, first.id);
		const drawn = { principal, request, generation, warnings: [], isTrimmed };
		yield* tellDrawn(dependencies, drawer, drawn, signal, stopping);
		return;
	}
	if (answerer.kind === "talk")
		await requireCredits(
			dependencies.database.queries,
			teamId,
			terms?.credits ?? answerer.model.creditsPerReply,
		);
	const needed = turnsNeeded(request.turns, answerer);
	const kept = await keepPictures(dependencies, teamId, needed);
	const turns = kept.map((message) => spokenMessage(dependencies, message));
	if (answerer.kind === "talk") {
		const remembering = rememberingOf(request, kept);
		const talked = {
			principal,
			request,
			answerer,
			history: spoken,
			isTrimmed,
			turns,
			remembering,
			terms,
		};
		yield* request.idempotency === undefined
			? talk(dependencies, talked, signal, stopping)
			: talkToEnd(house, talked, signal);
		return;
	}
	const earlier: Spoken[] = [...spoken, ...turns.slice(0, -1)];
	const lastSpoken = turns.at(-1) ?? { role: last.role, parts: [] };
	yield* draw(
		dependencies,
		drawer,
		{
			principal,
			request,
			answerer,
			earlier,
			last: lastSpoken,
			isTrimmed,
			terms,
		},
		signal,
		stopping,
	);
}

/** Whoever asks again is given all of it, though this caller leaves. */
function talkToEnd(
	{ dependencies, underWay, stopping }: House,
	talked: Talk,
	signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const nobodyLeaves = new AbortController().signal;
	const said = talk(dependencies, talked, nobodyLeaves, stopping);
	return readToEnd(underWay.noting(said), signal, (fault) =>
		dependencies.log.warn(
			{ fault: String(fault) },
			"An answer failed when its caller had left",
		),
	);
}

async function historyOf(
	dependencies: EngineDependencies,
	teamId: string,
	{ conversationId }: ReplyRequest,
): Promise<History> {
	if (conversationId === undefined) return NO_HISTORY;
	const { queries } = dependencies.database;
	await requireConversation(queries, teamId, conversationId);
	return await readHistory(dependencies, teamId, conversationId);
}

function rememberingOf(
	{ conversationId, store }: ReplyRequest,
	kept: readonly KeptMessage[],
): Remembering | undefined {
	if (conversationId === undefined || store === "nothing") return undefined;
	return {
		conversationId,
		messages: store === "all_turns" ? kept : kept.slice(-1),
	};
}
