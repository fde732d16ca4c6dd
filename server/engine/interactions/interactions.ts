/** Interactions: turns that are kept, so that the next one need only name the last. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AnsweringRoom } from "../chat/chat-room.ts";
import { readToEnd } from "../chat/read-to-end.ts";
import type { ReplyEvent } from "../chat/reply-request.ts";
import { UnderWay } from "../chat/under-way.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Generation, Principal } from "../generations/request.ts";
import {
	findInteractionRow,
	findRepeatedInteraction,
	interactionOf,
} from "./find-interactions.ts";
import {
	findInputPicture,
	readAsked,
	readInteractionHistory,
	readSaid,
} from "./history.ts";
import type {
	Interaction,
	Interactions,
	NewInteraction,
	Opened,
} from "./interaction.ts";
import {
	endInteraction,
	enterInteraction,
	forgetInteraction,
} from "./interaction-rows.ts";
import { keepTurns } from "./keep-turns.ts";
import { noting, termsOf } from "./note-answer.ts";

const LOOK_EVERY_MS = 250;
/** Whoever draws may need a moment to hear of it. */
const CANCEL_WAIT_MS = 2_000;

/** What of the engine answers. */
export interface Answering {
	readonly chat: Pick<AnsweringRoom, "replyEitherWay">;
	cancelGeneration(principal: Principal, id: string): Promise<Generation>;
	waitForEnd(
		principal: Principal,
		id: string,
		signal?: AbortSignal,
	): Promise<Generation>;
}

/** The room as the engine sees it. */
export interface InteractionRoom extends Interactions {
	/** Resolves when nothing is answered in the background any more; to be called when the chat has stopped. */
	stop(): Promise<void>;
}

export function createInteractions(
	dependencies: EngineDependencies,
	answering: Answering,
): InteractionRoom {
	/** Answers in words under way in this process, by interaction. */
	const controllers = new Map<string, AbortController>();
	/** What is answered to its end though nobody may listen. */
	const background = new UnderWay();

	const get = async ({ teamId }: Principal, id: string) =>
		await interactionOf(
			dependencies,
			await findInteractionRow(dependencies, teamId, id),
		);

	async function open(
		principal: Principal,
		interaction: NewInteraction,
		signal: AbortSignal,
	): Promise<Opened> {
		const { teamId } = principal;
		const { idempotency, request, earlier } = interaction;
		const findTwin = async () =>
			idempotency === undefined
				? null
				: await findRepeatedInteraction(dependencies, teamId, idempotency);
		const twin = await findTwin();
		if (twin !== null) return { kind: "repeated", interaction: twin };
		const kept = await keepTurns(dependencies, teamId, request.turns);
		const entered = await enterInteraction(
			dependencies,
			teamId,
			interaction,
			kept,
		);
		if (entered === null) {
			const first = await findTwin();
			if (first !== null) return { kind: "repeated", interaction: first };
			throw new EngineError("conflict", "The request came twice. Ask again.");
		}
		const { id } = entered;
		const controller = new AbortController();
		controllers.set(id, controller);
		const isToEnd = idempotency !== undefined;
		const events = noting(
			dependencies,
			{ ...entered, teamId },
			answering.chat.replyEitherWay(
				principal,
				{ ...request, turns: [...earlier, ...kept.messages] },
				termsOf(dependencies, id, isToEnd),
				isToEnd
					? controller.signal
					: AbortSignal.any([signal, controller.signal]),
			),
			() => controllers.delete(id),
		);
		return {
			kind: "new",
			id,
			events: isToEnd ? unattended(id, events, signal) : events,
		};
	}

	/** Whoever leaves meanwhile, it goes on. */
	function unattended(
		interactionId: string,
		events: AsyncGenerator<ReplyEvent, void>,
		signal: AbortSignal,
	): AsyncGenerator<ReplyEvent, void> {
		return readToEnd(background.noting(events), signal, (fault) =>
			dependencies.log.warn(
				{ interactionId, fault: String(fault) },
				"An interaction failed in the background",
			),
		);
	}

	async function openInBackground(
		principal: Principal,
		interaction: NewInteraction,
	): Promise<Interaction> {
		const { signal } = new AbortController();
		const opened = await open(principal, interaction, signal);
		if (opened.kind === "repeated") return opened.interaction;
		const { id } = opened;
		const events = unattended(id, opened.events, signal);
		// Refusals come before the first event.
		await events.next();
		await events.return();
		return await get(principal, id);
	}

	async function cancel(
		principal: Principal,
		id: string,
	): Promise<Interaction> {
		const { generation, status } = await get(principal, id);
		if (status === "in_progress" && generation !== null)
			await cancelDrawing(answering, principal, generation.id);
		if (status === "in_progress" && generation === null) {
			await endInteraction(dependencies, id, { status: "canceled" });
			controllers.get(id)?.abort();
		}
		return await get(principal, id);
	}

	return {
		history: ({ teamId }, id, field) =>
			readInteractionHistory(dependencies, teamId, id, field),
		said: async ({ teamId }, id, field) => {
			const row = await findInteractionRow(dependencies, teamId, id);
			return await readSaid(dependencies, row, field);
		},
		asked: async ({ teamId }, id) => {
			const row = await findInteractionRow(dependencies, teamId, id);
			return await readAsked(dependencies, row);
		},
		findPicture: (id, index) => findInputPicture(dependencies, id, index),
		open,
		openInBackground,
		get,
		waitForEnd: async (principal, id, signal) => {
			const { clock, settings } = dependencies;
			const until = clock() + settings.syncWaitSeconds * 1000;
			for (;;) {
				const interaction = await get(principal, id);
				const { status, generation } = interaction;
				if (status !== "in_progress" || signal.aborted || clock() >= until)
					return interaction;
				if (generation !== null)
					await answering.waitForEnd(principal, generation.id, signal);
				else await pause(signal);
			}
		},
		cancel,
		delete: async (principal, id) => {
			const { id: found } = await cancel(principal, id);
			await forgetInteraction(dependencies, found);
		},
		stop: async () => {
			await background.settled();
		},
	};
}

async function pause(signal: AbortSignal): Promise<void> {
	await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
}

/** What ends meanwhile needs no canceling. */
async function cancelDrawing(
	{ cancelGeneration, waitForEnd }: Answering,
	principal: Principal,
	generationId: string,
): Promise<void> {
	try {
		await cancelGeneration(principal, generationId);
		const patience = AbortSignal.timeout(CANCEL_WAIT_MS);
		await waitForEnd(principal, generationId, patience);
	} catch (error) {
		if (!(error instanceof EngineError) || error.code !== "conflict")
			throw error;
	}
}
