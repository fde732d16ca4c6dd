/** Has a ComfyUI server work through a filled workflow and waits for the end: told by its socket, and looked up where that is silent. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type CallContext, ProviderError } from "../provider.ts";
import { jsonBody } from "../wire/bodies.ts";
import type { Connection } from "./connection.ts";
import { checkSuccess } from "./faults.ts";
import { entryOf, type HistoryEntry, placeInQueue } from "./history.ts";
import { Listener } from "./listener.ts";
import type { Graph } from "./workflow.ts";

/** While the socket would tell. */
const LOOK_EVERY_MS = 15_000;
/** While it is broken. */
const LOOK_WITHOUT_SOCKET_MS = 1_000;
/** The end is told a moment before it can be looked up. */
const LOOK_AFTER_END_MS = 100;
/** Whoever left is not kept waiting for longer. */
const CANCEL_TIMEOUT_MS = 2_000;

const acceptedSchema = z.looseObject({ prompt_id: z.string() });

export async function runGraph(
	connection: Connection,
	graph: Graph,
	partialImages: number,
	context: CallContext,
): Promise<HistoryEntry> {
	const { name, url, openSocket } = connection;
	const { signal } = context;
	const clientId = randomUUID();
	const listener = new Listener(randomUUID(), graph, partialImages, context);
	// Before it begins, so that nothing is missed; without it, it can be drawn all the same.
	const socket = await openSocket(
		`${url}/ws?clientId=${clientId}`,
		listener,
		signal,
	).catch(() => listener.onClose());
	let isAsked = false;
	try {
		signal.throwIfAborted();
		isAsked = true;
		listener.promptId = await begin(
			connection,
			{
				prompt: graph,
				client_id: clientId,
				prompt_id: listener.promptId,
				...(partialImages > 0 && { extra_data: { preview_method: "auto" } }),
			},
			signal,
		);
		const entry = await theEnd(connection, listener, signal);
		checkSuccess(name, entry);
		return entry;
	} catch (error) {
		if (isAsked && signal.aborted) await cancel(connection, listener.promptId);
		throw error;
	} finally {
		socket?.close();
		await listener.settle();
	}
}

/** @returns the prompt's id, which servers before 2025 choose themselves. */
async function begin(
	{ name, url, vendor }: Connection,
	prompt: unknown,
	signal: AbortSignal,
): Promise<string> {
	const { value } = await vendor.json(
		{ url: `${url}/prompt`, body: jsonBody(prompt) },
		{ signal },
	);
	const read = acceptedSchema.safeParse(value);
	if (!read.success)
		throw new ProviderError("unavailable", `${name} did not name the prompt`, {
			mayBePaid: true,
		});
	return read.data.prompt_id;
}

async function theEnd(
	connection: Connection,
	listener: Listener,
	signal: AbortSignal,
): Promise<HistoryEntry> {
	for (;;) {
		const entry = await lookUp(connection, listener.promptId, signal);
		if (entry !== undefined) return entry;
		const whileItWorks = listener.isConnected
			? LOOK_EVERY_MS
			: LOOK_WITHOUT_SOCKET_MS;
		await listener.somethingHappens(
			listener.isOver ? LOOK_AFTER_END_MS : whileItWorks,
			signal,
		);
	}
}

/** @returns `undefined` as long as it waits or works. @throws when the server knows nothing of it any more. */
async function lookUp(
	connection: Connection,
	promptId: string,
	signal: AbortSignal,
): Promise<HistoryEntry | undefined> {
	const { name, url, vendor } = connection;
	const ask = async (path: string) =>
		(await vendor.json({ url: `${url}${path}` }, { signal })).value;
	const remembered = async () =>
		entryOf(await ask(`/history/${encodeURIComponent(promptId)}`), promptId);
	try {
		const entry = await remembered();
		if (entry !== undefined) return entry;
		if (placeInQueue(await ask("/queue"), promptId) !== "none")
			return undefined;
		// It may have ended between the two questions.
		const late = await remembered();
		if (late !== undefined) return late;
	} catch (error) {
		if (!(error instanceof ProviderError)) throw error;
		throw new ProviderError("unavailable", error.message, {
			mayBePaid: true,
			cause: error,
		});
	}
	throw new ProviderError(
		"unavailable",
		`${name} lost the prompt: it was started anew, or somebody took it out of the queue`,
		{ mayBePaid: true },
	);
}

/** Takes it out of the queue, or stops it when it is what the server works on: never another's. */
async function cancel(
	{ url, vendor }: Connection,
	promptId: string,
): Promise<void> {
	const signal = AbortSignal.timeout(CANCEL_TIMEOUT_MS);
	const tell = async (path: string, body: unknown) => {
		const call = { url: `${url}${path}`, body: jsonBody(body) };
		(await vendor.answer(call, signal)).discard();
	};
	try {
		await tell("/queue", { delete: [promptId] });
		const { value } = await vendor.json(
			{ url: `${url}/queue`, isPaid: true },
			{ signal },
		);
		if (placeInQueue(value, promptId) === "running")
			await tell("/interrupt", { prompt_id: promptId });
	} catch {
		// Then it draws on, for nobody.
	}
}
