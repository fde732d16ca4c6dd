/** Draws the lines of a batch as their results are read: several at a time, and none that nobody wants. */
import {
	type BatchResult,
	type CallContext,
	type DrawnImage,
	type Provider,
	ProviderError,
	type ResultsContext,
} from "../../provider.ts";
import { type ReadLine, readLines } from "./batch-files.ts";
import { severalAtOnce } from "./several-at-once.ts";

/** Who draws and talks. */
export type Hand = Required<Pick<Provider, "generateImages" | "chat">>;

/**
 * @param atOnce how many lines are drawn at a time.
 * @param closing aborts when the painter is closed: then a line is not failed, but left.
 * @throws the signals' own reasons, and what the disk throws.
 */
export async function* drawLines(
	folder: string,
	hand: Hand,
	context: ResultsContext,
	{ atOnce, closing }: { atOnce: number; closing: AbortSignal },
): AsyncGenerator<BatchResult, void> {
	const leaving = new AbortController();
	const signal = AbortSignal.any([context.signal, closing, leaving.signal]);
	const lineContext: CallContext = {
		signal,
		keepFile: (bytes) => context.keepFile(bytes),
	};
	yield* severalAtOnce(
		wantedLines(folder, context, signal),
		atOnce,
		leaving,
		(line) => resultOf(line, hand, lineContext),
	);
}

async function* wantedLines(
	folder: string,
	{ isWanted = () => true }: ResultsContext,
	signal: AbortSignal,
): AsyncGenerator<ReadLine, void> {
	for await (const line of readLines(folder)) {
		signal.throwIfAborted();
		if (isWanted(line.key)) yield line;
	}
}

async function resultOf(
	{ key, request }: ReadLine,
	hand: Hand,
	context: CallContext,
): Promise<BatchResult> {
	try {
		if (request.kind === "chat")
			return await answered(key, hand.chat(request.call, context));
		const { images, usage, costDollars } = await hand.generateImages(
			request.call,
			context,
		);
		return { key, kind: "done", images, text: "", usage, costDollars };
	} catch (error) {
		context.signal.throwIfAborted();
		if (!(error instanceof ProviderError)) throw error;
		return { key, kind: "failed", error };
	}
}

async function answered(
	key: string,
	events: ReturnType<Hand["chat"]>,
): Promise<BatchResult> {
	const images: DrawnImage[] = [];
	let text = "";
	for await (const event of events) {
		if (event.kind === "text") text += event.text;
		else if (event.kind === "image") images.push(event.image);
		else {
			const { usage, costDollars } = event;
			return { key, kind: "done", images, text, usage, costDollars };
		}
	}
	throw new ProviderError("unavailable", "An answer came to no end.");
}
