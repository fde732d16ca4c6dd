/** Answers conversations: who answers is found, what was said before is read, and then it is talked or drawn. */
import { setTimeout as sleep } from "node:timers/promises";
import { checkMessage } from "../conversations/check-conversation.ts";
import type { NewMessage } from "../conversations/conversation.ts";
import { requireConversation } from "../conversations/conversations.ts";
import {
	type KeptMessage,
	keepPictures,
} from "../conversations/keep-pictures.ts";
import { requireCredits } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { invalid } from "../errors.ts";
import { batchMicrocredits } from "../generations/price.ts";
import type { Principal } from "../generations/request.ts";
import { StoppingSignal } from "../jobs/signals.ts";
import { type Answerer, chooseAnswerer } from "./choose-answerer.ts";
import { type Drawer, draw } from "./draw.ts";
import {
	type History,
	picturesOf,
	readHistory,
	type Spoken,
	spokenMessage,
	textOf,
} from "./history.ts";
import type { Remembering } from "./remember.ts";
import type { ChatRoom, ReplyEvent, ReplyRequest } from "./reply-request.ts";
import type { ReplyTerms } from "./reply-terms.ts";
import { talk } from "./talk.ts";

/** Turns that one request may bring; older ones belong into a conversation. */
const MOST_TURNS = 1_000;
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
}

/** What an answer in words costs as a line of a batch, without doing anything. @throws {EngineError} as `reply` would. */
export function quoteReplyInBatch(
	dependencies: EngineDependencies,
	request: ReplyRequest,
): { readonly microcreditsPerReply: number } {
	lastTurn(request.turns);
	const answerer = chooseAnswerer(
		dependencies,
		inWords(request),
		saidIn(NO_HISTORY, request.turns),
	);
	if (answerer.kind !== "talk") throw new Error("Words were asked for");
	const { model } = answerer;
	return {
		microcreditsPerReply: batchMicrocredits(model, model.creditsPerReply),
	};
}

function inWords(request: ReplyRequest): ReplyRequest {
	return { ...request, modalities: ["text"], drawing: undefined };
}

export function createChatRoom(
	dependencies: EngineDependencies,
	drawer: Drawer,
): AnsweringRoom {
	const stopping = new AbortController();
	const underWay = new Set<Promise<void>>();

	async function* reply(
		asked: Asked,
		signal: AbortSignal,
	): AsyncGenerator<ReplyEvent, void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		underWay.add(promise);
		try {
			yield* answer(dependencies, drawer, asked, signal, stopping.signal);
		} finally {
			underWay.delete(promise);
			resolve();
		}
	}

	return {
		reply: (principal, request, signal) =>
			reply({ principal, request, terms: undefined }, signal),
		replyOnTerms: (principal, request, terms, signal) =>
			reply({ principal, request: inWords(request), terms }, signal),
		stop: async (graceMs) => {
			await settledWithin(graceMs);
			stopping.abort(new StoppingSignal());
			// Whoever does not read on is not waited for: what it has not heard is refunded when its lease runs out.
			await settledWithin(UNREAD_MS);
		},
	};

	async function settledWithin(durationMs: number): Promise<void> {
		const isSettled = new AbortController();
		await Promise.race([
			Promise.all(underWay),
			sleep(durationMs, undefined, { signal: isSettled.signal }).catch(
				() => {},
			),
		]);
		isSettled.abort();
	}
}

interface Asked {
	readonly principal: Principal;
	readonly request: ReplyRequest;
	readonly terms: ReplyTerms | undefined;
}

async function* answer(
	dependencies: EngineDependencies,
	drawer: Drawer,
	{ principal, request, terms }: Asked,
	signal: AbortSignal,
	stopping: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const { teamId } = principal;
	const last = lastTurn(request.turns);
	const history = await historyOf(dependencies, teamId, request);
	const answerer = chooseAnswerer(
		dependencies,
		request,
		saidIn(history, request.turns),
	);
	if (answerer.kind === "talk")
		await requireCredits(
			dependencies.database.queries,
			teamId,
			terms?.credits ?? answerer.model.creditsPerReply,
		);
	const needed = turnsNeeded(request.turns, answerer);
	const kept = await keepPictures(dependencies, teamId, needed);
	const turns = kept.map((message) => spokenMessage(dependencies, message));
	const { spoken, isTrimmed } = history;
	if (answerer.kind === "talk") {
		const remembering = rememberingOf(request, kept);
		yield* talk(
			dependencies,
			{
				principal,
				request,
				answerer,
				history: spoken,
				isTrimmed,
				turns,
				remembering,
				terms,
			},
			signal,
			stopping,
		);
		return;
	}
	const earlier: Spoken[] = [...spoken, ...turns.slice(0, -1)];
	const lastSpoken = turns.at(-1) ?? { role: last.role, parts: [] };
	yield* draw(
		dependencies,
		drawer,
		{ principal, request, answerer, earlier, last: lastSpoken, isTrimmed },
		signal,
		stopping,
	);
}

/** @throws {EngineError} `invalid_request` unless there is something to answer. */
function lastTurn(turns: readonly NewMessage[]): NewMessage {
	if (turns.length > MOST_TURNS)
		throw invalid(
			"messages",
			`There are ${turns.length} messages.`,
			`at most ${MOST_TURNS}`,
		);
	for (const turn of turns) checkMessage(turn);
	const last = turns.at(-1);
	if (last?.role !== "user")
		throw invalid(
			"messages",
			"The last message must be the user's: it is the one that is answered.",
		);
	const isSilent = last.parts.every(
		(part) => part.kind === "text" && part.text.trim() === "",
	);
	if (isSilent)
		throw invalid(
			"messages",
			"The last message must not be empty.",
			"any text",
		);
	return last;
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

function saidIn({ spoken }: History, turns: readonly NewMessage[]) {
	const isUsers = ({ role }: { readonly role: string }) => role === "user";
	const texts = (message: NewMessage) =>
		message.parts
			.flatMap((part) => (part.kind === "text" ? [part.text] : []))
			.join("\n");
	return {
		messages: [
			...spoken.filter(isUsers).map(textOf),
			...turns.filter(isUsers).map(texts),
		],
		hasPicture:
			spoken.some((turn) => picturesOf(turn).length > 0) ||
			turns.some(({ parts }) => parts.some(({ kind }) => kind === "image")),
	};
}

/** A picture is drawn from one turn's pictures: those of the others are not even fetched. */
function turnsNeeded(
	turns: readonly NewMessage[],
	{ kind }: Answerer,
): readonly NewMessage[] {
	if (kind === "talk") return turns;
	const hasPicture = ({ parts }: NewMessage) =>
		parts.some((part) => part.kind === "image");
	const source = turns.findLast(hasPicture);
	return turns.map((turn) =>
		turn === source
			? turn
			: { ...turn, parts: turn.parts.filter((part) => part.kind === "text") },
	);
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
