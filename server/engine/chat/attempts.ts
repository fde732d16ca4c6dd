/** The ways in which an answer may be had, one after the other, and the wait for one's turn with a provider. */
import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { MAY_GO_ANOTHER_WAY } from "../generations/settle.ts";
import type { TalkRoute } from "../models/talkers.ts";
import type { Talk } from "./chat-call.ts";
import { picturesOf } from "./history.ts";
import { openReply } from "./reply-states.ts";

/** How often a provider that is busy is asked again, and how long between. */
const MOST_TRIES = 60;
const TRY_EVERY_MS = 500;

export interface Attempt {
	readonly route: TalkRoute;
	/** Whether the pictures of the conversation so far are shown again. */
	readonly showsEarlier: boolean;
}

/** In the order in which they are made, each only when the one before came to nothing. */
export function attemptsOf({
	answerer,
	history,
}: Pick<Talk, "answerer" | "history">): Attempt[] {
	const hasPictures = history.some((turn) => picturesOf(turn).length > 0);
	return answerer.routes.flatMap((route) => [
		...(hasPictures ? [{ route, showsEarlier: true }] : []),
		{ route, showsEarlier: false },
	]);
}

/** A model that takes no pictures refuses them; those of the past are left out then, so that it can be talked to at all. */
export function attemptAfter(
	attempts: readonly Attempt[],
	failed: Attempt,
	{ kind }: ProviderError,
): Attempt | undefined {
	const later = attempts.slice(attempts.indexOf(failed) + 1);
	if (kind === "invalid")
		return later.find(({ route }) => route === failed.route);
	if (!MAY_GO_ANOTHER_WAY[kind]) return undefined;
	return later.find(({ route }) => route !== failed.route);
}

/** @throws {ProviderError} `rate_limited` when the vendor is out of order, or stays busy. */
export async function openWhenFree(
	dependencies: EngineDependencies,
	{ principal, request, answerer, terms }: Talk,
	replyId: string | undefined,
	{ route }: Attempt,
	signal: AbortSignal,
): Promise<string> {
	for (let tries = 0; tries < MOST_TRIES; tries++) {
		signal.throwIfAborted();
		const opening = await openReply(dependencies, {
			id: replyId,
			principal,
			dialect: request.dialect,
			model: answerer.name,
			credits: terms?.credits ?? answerer.model.creditsPerReply,
			route,
			terms,
			idempotency: request.idempotency,
		});
		if (opening.kind === "open") return opening.replyId;
		if (opening.kind === "closed")
			throw new ProviderError(
				"rate_limited",
				`${route.provider.name} is to be left alone for ${opening.retryAfterMs} ms`,
				{ retryAfterMs: opening.retryAfterMs },
			);
		await sleep(TRY_EVERY_MS, undefined, { signal });
	}
	throw new ProviderError("rate_limited", `${route.provider.name} is busy`, {
		publicMessage:
			"Too many answers are being given at once. Try again in a moment.",
		retryAfterMs: MOST_TRIES * TRY_EVERY_MS,
	});
}
