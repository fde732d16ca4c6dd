/** Begins lines of a batch: pictures are charged and enqueued, answers in words are given at once. */
import type { BatchLinesTable } from "../../db/tables/files-and-batches.ts";
import { holdReplyForVendor } from "../chat/enter-reply.ts";
import { accept } from "../generations/generate.ts";
import type { GenerationRequest } from "../generations/request.ts";
import {
	type HeldLine,
	holdGeneration,
	holdWords,
	vendorTalkerOf,
} from "../vendor-batches/hold-lines.ts";
import { answerLine, PostponedError } from "./answer-line.ts";
import { LostBatchError } from "./batch-claims.ts";
import { lineErrorOf, readStoredLine, type Step } from "./line-context.ts";
import { endLines, type LineEnd, noteEnqueued } from "./line-states.ts";

/** Lines that are being answered in words at once; providers that take fewer have the others wait. */
const ANSWERED_AT_ONCE = 16;
/** Lines read at once; each is in memory meanwhile, and those with URLs wait for others' servers. */
const READ_AT_ONCE = 4;
/** Until a batch that paused because credits ran out is looked at; it is told when it goes on. */
const CREDITS_PAUSE_MS = 5_000;

type WaitingLine = Pick<
	BatchLinesTable,
	| "position"
	| "custom_id"
	| "byte_offset"
	| "byte_length"
	| "price_per_image_credits"
	| "dearer_images"
>;

async function waitingLines(
	{ dependencies, claim }: Step,
	limit: number,
): Promise<WaitingLine[]> {
	return await dependencies.database.queries
		.selectFrom("batch_lines")
		.select([
			"position",
			"custom_id",
			"byte_offset",
			"byte_length",
			"price_per_image_credits",
			"dearer_images",
		])
		.where("batch_id", "=", claim.id)
		.where("status", "=", "waiting")
		.orderBy("position")
		.limit(limit)
		.execute();
}

/** What came of lines that were begun. */
interface Beginning {
	/** Those whose generations are in our queue; the others have ended, are with a vendor, or wait still. */
	enqueued: number;
	/** How long to wait before those are tried again; `null` when there are none. */
	pauseMs: number | null;
	readonly failed: LineEnd[];
}

/** Begins the next lines that wait. @returns `null` when there are none. */
export async function beginLines(
	step: Step,
	atMost: number,
): Promise<
	(Pick<Beginning, "enqueued" | "pauseMs"> & { readonly begun: number }) | null
> {
	const lines = await waitingLines(step, atMost);
	if (lines.length === 0) return null;
	const { enqueued, pauseMs } = await beginAll(step, lines);
	return { begun: lines.length, enqueued, pauseMs };
}

async function beginAll(
	step: Step,
	lines: readonly WaitingLine[],
): Promise<Beginning> {
	const waiting = [...lines];
	const beginning: Beginning = { enqueued: 0, pauseMs: null, failed: [] };
	const answering = new Set<Promise<void>>();
	async function beginOneByOne(): Promise<void> {
		for (let line = waiting.shift(); line; line = waiting.shift()) {
			if (step.signal.aborted || beginning.pauseMs !== null) return;
			while (answering.size >= ANSWERED_AT_ONCE) await Promise.race(answering);
			await beginOne(step, line, beginning, answering);
		}
	}
	const outcomes = await Promise.allSettled(
		Array.from({ length: READ_AT_ONCE }, beginOneByOne),
	);
	outcomes.push(...(await Promise.allSettled(answering)));
	await endLines(step.dependencies, step.claim, "waiting", beginning.failed);
	for (const outcome of outcomes) {
		if (outcome.status === "rejected") throw outcome.reason;
	}
	return beginning;
}

/** @param answering takes note of an answer in words, which is not waited for. */
async function beginOne(
	step: Step,
	line: WaitingLine,
	beginning: Beginning,
	answering: Set<Promise<void>>,
): Promise<void> {
	let letGo = async () => {};
	try {
		if (await holdForWords(step, line)) return;
		const { ask, ...read } = await readStoredLine(step, line);
		letGo = read.letGo;
		if (ask.kind === "generation") {
			const isHeld = await enqueue(step, line, ask.request);
			if (!isHeld) beginning.enqueued++;
			return;
		}
		const answer = noteFailure(step, line, beginning, async () => {
			await answerLine(step, line, ask);
		}).finally(async () => {
			answering.delete(answer);
			await read.letGo();
		});
		letGo = async () => {};
		answering.add(answer);
		// It is waited for with all the others.
		answer.catch(() => {});
	} catch (thrown) {
		await noteFailure(step, line, beginning, () => {
			throw thrown;
		});
	} finally {
		await letGo();
	}
}

/** Runs a part of the work on a line. @throws what is no fault of the line's, and not to be given up. */
async function noteFailure(
	step: Step,
	{ position }: WaitingLine,
	beginning: Beginning,
	work: () => Promise<void>,
): Promise<void> {
	try {
		await work();
	} catch (thrown) {
		if (thrown instanceof PostponedError) {
			beginning.pauseMs = Math.max(beginning.pauseMs ?? 0, thrown.pauseMs);
			return;
		}
		const error = lineErrorOf(thrown);
		const { pauseForCredits } = step.translator;
		if (error?.code === "insufficient_credits" && pauseForCredits) {
			await pauseForCredits(step.context);
			beginning.pauseMs = Math.max(beginning.pauseMs ?? 0, CREDITS_PAUSE_MS);
			return;
		}
		if (error !== null) {
			beginning.failed.push({ position, error });
			return;
		}
		if (thrown instanceof LostBatchError || !step.mayGiveUp()) throw thrown;
		step.dependencies.log.error(
			{ err: thrown, batchId: step.claim.id, position },
			"A line of a batch was given up",
		);
		beginning.failed.push({
			position,
			error: { code: "internal", message: "The line could not be worked on." },
		});
	}
}

/** @returns whether a vendor was given it in a batch of its own; else it is in our queue. */
async function enqueue(
	step: Step,
	line: WaitingLine,
	request: GenerationRequest,
): Promise<boolean> {
	const { dependencies, claim, context } = step;
	let isHeld = false;
	await accept(
		dependencies,
		context.principal,
		{ ...request, priority: "batch" },
		{
			price: {
				creditsPerImage: line.price_per_image_credits,
				dearerImages: line.dearer_images,
			},
			alongside: async (transaction, generationId) => {
				await noteEnqueued(transaction, dependencies, claim, {
					position: line.position,
					generationId,
				});
				isHeld = await holdGeneration(
					transaction,
					dependencies,
					heldLine(step, line),
					generationId,
				);
				// Before it is committed: it might end before we are told of its beginning.
				if (!isHeld) step.awaitEnd(generationId);
			},
		},
	);
	return isHeld;
}

function heldLine({ batch }: Step, line: WaitingLine): HeldLine {
	return { batch, position: line.position, customId: line.custom_id };
}

/** Charges a line that a vendor answers in words in a batch of its own. @returns whether it is such a line. */
async function holdForWords(step: Step, line: WaitingLine): Promise<boolean> {
	const { dependencies, claim, context, batch } = step;
	if (batch.delivery === "queue") return false;
	const { ask, letGo } = await readStoredLine(step, line, "check");
	await letGo();
	if (ask.kind !== "reply") return false;
	const { request } = ask;
	const talker = vendorTalkerOf(dependencies, batch, request);
	if (talker === null) return false;
	await dependencies.database.transaction(async (transaction) => {
		const replyId = await holdReplyForVendor(transaction, dependencies, {
			principal: context.principal,
			dialect: request.dialect,
			model: talker.name,
			credits: line.price_per_image_credits + line.dearer_images,
			route: talker.route,
		});
		await noteEnqueued(transaction, dependencies, claim, {
			position: line.position,
			replyId,
		});
		await holdWords(
			transaction,
			dependencies,
			heldLine(step, line),
			talker,
			request,
		);
	});
	return true;
}
