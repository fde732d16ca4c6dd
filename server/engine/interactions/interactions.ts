/** Interactions: turns that are kept, so that the next one need only name the last. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ChatRoom, ReplyEvent } from "../chat/reply-request.ts";
import type { NewMessage } from "../conversations/conversation.ts";
import { keepPictures } from "../conversations/keep-pictures.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Generation, Principal } from "../generations/request.ts";
import { readInteractionHistory } from "./history.ts";
import type {
	Interaction,
	Interactions,
	NewInteraction,
	Opened,
} from "./interaction.ts";
import {
	endInteraction,
	enterInteraction,
	findInteractionRow,
	findRepeatedInteraction,
	forgetInteraction,
	interactionOf,
	type KeptTurn,
	noteGeneration,
} from "./interaction-rows.ts";

const LOOK_EVERY_MS = 250;
/** Whoever draws may need a moment to hear of it. */
const CANCEL_WAIT_MS = 2_000;

/** What of the engine answers. */
export interface Answering {
	readonly chat: Pick<ChatRoom, "reply">;
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
	const background = new Set<Promise<void>>();

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
		const id = await enterInteraction(dependencies, teamId, interaction, kept);
		if (id === null) {
			const first = await findTwin();
			if (first !== null) return { kind: "repeated", interaction: first };
			throw new EngineError("conflict", "The request came twice. Ask again.");
		}
		const controller = new AbortController();
		controllers.set(id, controller);
		const events = answering.chat.reply(
			principal,
			{ ...request, turns: [...earlier, ...kept.messages] },
			AbortSignal.any([signal, controller.signal]),
		);
		return {
			kind: "new",
			id,
			events: noting(dependencies, id, events, () => controllers.delete(id)),
		};
	}

	async function openInBackground(
		principal: Principal,
		interaction: NewInteraction,
	): Promise<Interaction> {
		const opened = await open(
			principal,
			interaction,
			new AbortController().signal,
		);
		if (opened.kind === "repeated") return opened.interaction;
		// Refusals come before the first event.
		await opened.events.next();
		const done = readToEnd(dependencies, opened.id, opened.events).finally(() =>
			background.delete(done),
		);
		background.add(done);
		return await get(principal, opened.id);
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
		history: ({ teamId }, id) =>
			readInteractionHistory(dependencies, teamId, id),
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
			await Promise.all(background);
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

/** Puts pictures into storage; what is left of the turns are texts and references. */
async function keepTurns(
	dependencies: EngineDependencies,
	teamId: string,
	turns: readonly NewMessage[],
) {
	const storageKeys: string[] = [];
	const kept: KeptTurn[] = [];
	const messages: NewMessage[] = [];
	for (const { role, parts } of await keepPictures(
		dependencies,
		teamId,
		turns,
	)) {
		kept.push({
			role,
			parts: parts.map((part) => {
				if (part.kind === "text") return part;
				if (part.kind === "image")
					return { kind: "image", imageId: part.image.id };
				const position = storageKeys.push(part.input.storageKey) - 1;
				return { kind: "input", position };
			}),
		});
		messages.push({
			role,
			parts: parts.map((part): NewMessage["parts"][number] => {
				if (part.kind === "text") return part;
				const field = "input";
				if (part.kind === "image") {
					const { id: imageId } = part.image;
					return { kind: "image", image: { kind: "library", field, imageId } };
				}
				const { storageKey } = part.input;
				const open = async () => {
					const object = await dependencies.storage.open(storageKey);
					if (object === null)
						throw new Error(`${storageKey} is not in storage`);
					return object.stream;
				};
				return { kind: "image", image: { kind: "stored", field, open } };
			}),
		});
	}
	return { turns: kept, storageKeys, messages };
}

/** The events as they come, and in the row what came of them. */
async function* noting(
	dependencies: EngineDependencies,
	id: string,
	events: AsyncIterable<ReplyEvent>,
	release: () => void,
): AsyncGenerator<ReplyEvent, void> {
	let hasBegun = false;
	let hasEnded = false;
	let text = "";
	try {
		for await (const event of events) {
			if (event.kind === "begin") {
				if (event.answer === "picture")
					await noteGeneration(dependencies, id, event.id);
				hasBegun = true;
			} else if (event.kind === "text") text += event.text;
			else if (event.kind === "end") {
				const status = event.reason === "stop" ? "completed" : "incomplete";
				const { usage } = event;
				await endInteraction(dependencies, id, { status, text, usage });
				hasEnded = true;
			}
			yield event;
		}
	} catch (error) {
		hasEnded = true;
		if (hasBegun) await noteFailure(dependencies, id, text, error);
		else await forgetInteraction(dependencies, id);
		throw error;
	} finally {
		release();
		// Nobody listens any more.
		if (!hasEnded && hasBegun)
			await endInteraction(dependencies, id, { status: "incomplete", text });
		else if (!hasEnded) await forgetInteraction(dependencies, id);
	}
}

/** What became of a picture is told by its generation. */
async function noteFailure(
	dependencies: EngineDependencies,
	id: string,
	text: string,
	fault: unknown,
): Promise<void> {
	const { code, message } =
		fault instanceof EngineError
			? fault
			: ({
					code: "internal",
					message: "Something unexpected went wrong on the server.",
				} as const);
	await endInteraction(dependencies, id, {
		status: "failed",
		text,
		error: { code, message },
	});
}

async function readToEnd(
	{ log }: EngineDependencies,
	id: string,
	events: AsyncIterable<ReplyEvent>,
): Promise<void> {
	try {
		for await (const _event of events);
	} catch (fault) {
		log.warn(
			{ interactionId: id, fault: String(fault) },
			"An interaction failed in the background",
		);
	}
}
