/** An answer in words: charged before, said as it comes, and kept or refunded in one transaction when it is over. */
import {
	type ChatEvent,
	ProviderError,
	type Warning,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { CODE_OF } from "../generations/settle.ts";
import { LostSignal, StoppingSignal } from "../jobs/signals.ts";
import { askTalker } from "./ask-talker.ts";
import {
	type Attempt,
	attemptAfter,
	attemptsOf,
	openWhenFree,
} from "./attempts.ts";
import { chatCallOf, type Talk } from "./chat-call.ts";
import { endTalk, type Reply } from "./end-talk.ts";
import type { ReplyEvent, ReplyRequest } from "./reply-request.ts";
import { LostReplyError, renewReply } from "./reply-states.ts";

/** Of one answer, in UTF-16 units; what comes after is not waited for. */
const MOST_CHARACTERS = 200_000;

/** @param stopping aborts when this process stops. */
export async function* talk(
	dependencies: EngineDependencies,
	talk: Talk,
	callerSignal: AbortSignal,
	stopping: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const reply: Reply = {
		id: undefined,
		createdAt: 0,
		text: "",
		reason: undefined,
		consumption: undefined,
		warnings: [...talk.answerer.warnings, ...unheeded(talk.request)],
	};
	const lease = keepLease(dependencies, reply, stopping);
	const signal = AbortSignal.any([callerSignal, stopping, lease.lost]);
	let isEnded = false;
	const end = async () => {
		isEnded = true;
		lease.release();
		return await endTalk(dependencies, talk, reply);
	};
	try {
		yield* answer(dependencies, talk, reply, signal);
		const credits = await end();
		yield {
			kind: "end",
			reason: reply.reason ?? "stop",
			usage: reply.consumption?.usage ?? null,
			credits,
			warnings: reply.warnings,
		};
	} catch (error) {
		if (callerSignal.aborted) return;
		throw signal.aborted ? brokenOff(signal.reason) : engineErrorOf(error);
	} finally {
		lease.release();
		// Whoever reads no further, or finds that it failed, comes here first.
		if (!isEnded)
			await end().catch((fault: unknown) => logLost(dependencies, fault));
	}
}

/** Says regularly that this process lives and answers; not when it is stopping, though nobody may read the answer to its end. */
function keepLease(
	dependencies: EngineDependencies,
	reply: Reply,
	stopping: AbortSignal,
): { readonly lost: AbortSignal; release(): void } {
	const lost = new AbortController();
	const timer = setInterval(() => {
		if (reply.id === undefined) return;
		renewReply(dependencies, reply.id).catch((fault: unknown) => {
			if (fault instanceof LostReplyError) lost.abort(new LostSignal());
			else dependencies.log.error({ err: fault }, "Could not renew a reply");
		});
	}, dependencies.settings.leaseMs / 3);
	const release = () => {
		clearInterval(timer);
		stopping.removeEventListener("abort", release);
	};
	stopping.addEventListener("abort", release);
	return { lost: lost.signal, release };
}

/** Asks one provider after the other, until one says something. */
async function* answer(
	dependencies: EngineDependencies,
	talk: Talk,
	reply: Reply,
	signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const attempts = attemptsOf(talk);
	for (let attempt = attempts[0]; attempt !== undefined; ) {
		try {
			const isFirst = reply.id === undefined;
			reply.id = await openWhenFree(
				dependencies,
				talk,
				reply.id,
				attempt,
				signal,
			);
			if (isFirst) {
				reply.createdAt = dependencies.clock();
				yield {
					kind: "begin",
					id: reply.id,
					model: talk.answerer.name,
					answer: "text",
					createdAt: reply.createdAt,
					isTrimmed: talk.isTrimmed,
				};
			}
			yield* say(dependencies, talk, reply, attempt, signal);
			return;
		} catch (error) {
			if (!(error instanceof ProviderError)) throw error;
			logFault(dependencies, reply, attempt, error);
			const isOver = reply.text !== "" || error.mayBePaid;
			const next = isOver ? undefined : attemptAfter(attempts, attempt, error);
			if (next === undefined) throw error;
			attempt = next;
		}
	}
}

async function* say(
	dependencies: EngineDependencies,
	talk: Talk,
	reply: Reply,
	attempt: Attempt,
	signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void> {
	const { provider } = attempt.route;
	const call = await chatCallOf(talk, attempt.route, attempt.showsEarlier);
	for await (const event of askTalker(dependencies, provider, call, signal)) {
		const text = hear(reply, event);
		if (text !== "") yield { kind: "text", text };
		if (reply.reason === "length" && event.kind !== "end") return;
	}
	if (reply.text === "" && reply.reason !== "length")
		throw new ProviderError(
			"unavailable",
			`${provider.name} answered nothing`,
			{ publicMessage: "The provider answered nothing.", mayBePaid: true },
		);
	reply.reason ??= "stop";
}

/** @returns what is new of the text. */
function hear(reply: Reply, event: ChatEvent): string {
	if (event.kind === "end") {
		const { reason, usage, costDollars } = event;
		reply.reason ??= reason;
		reply.consumption = { usage, costDollars };
		reply.warnings.push(...event.warnings);
		return "";
	}
	if (event.kind === "image") {
		const message =
			"The model drew a picture into its answer, which was asked for in words: it is left out.";
		if (!reply.warnings.some((warning) => warning.message === message))
			reply.warnings.push({
				kind: "unsupported",
				parameter: "modalities",
				message,
			});
		return "";
	}
	const room = MOST_CHARACTERS - reply.text.length;
	const text = event.text.slice(0, room);
	reply.text += text;
	if (text.length < event.text.length) reply.reason = "length";
	return text;
}

/** What is asked of a picture, of an answer that is none. */
function unheeded(request: ReplyRequest): Warning[] {
	const asked = (
		["aspectRatio", "resolution", "size", "quality", "background"] as const
	).filter((parameter) => request[parameter] !== undefined);
	return asked.map((parameter) => ({
		kind: "unsupported",
		parameter,
		message: `The answer is in words: ${parameter} is of no effect on it.`,
	}));
}

function logLost({ log }: EngineDependencies, fault: unknown): void {
	// Refunded already by whoever took this process for dead, or soon.
	if (!(fault instanceof LostReplyError))
		log.error({ err: fault }, "A reply could not be ended");
}

function logFault(
	{ log }: EngineDependencies,
	{ id }: Reply,
	{ route }: Attempt,
	{ kind, message }: ProviderError,
): void {
	log.warn(
		{ replyId: id, provider: route.provider.name, kind, fault: message },
		"An answer failed",
	);
}

function brokenOff(reason: unknown): EngineError {
	return new EngineError(
		"internal",
		reason instanceof StoppingSignal
			? "The server is stopping in the middle of the answer. Ask again."
			: "The answer was lost. Ask again.",
		{ cause: reason },
	);
}

/** What is none of a provider's is left as it is. */
function engineErrorOf(fault: unknown): unknown {
	if (!(fault instanceof ProviderError)) return fault;
	return new EngineError(CODE_OF[fault.kind], fault.publicMessage, {
		cause: fault,
		...(fault.retryAfterMs !== undefined && {
			details: { retryAfterMs: fault.retryAfterMs },
		}),
	});
}
