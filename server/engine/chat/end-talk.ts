/** Ends an answer in words: what was said is kept, or it is refunded, in one transaction. */
import type { TransactionQueries } from "../../db/database.ts";
import type { Consumption, Warning } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Talk } from "./chat-call.ts";
import { keepForRepetition } from "./kept-answers.ts";
import { keepAnswer } from "./remember.ts";
import { endReply, LostReplyError } from "./reply-states.ts";

/** A reply as it grows. */
export interface Reply {
	id: string | undefined;
	createdAt: number;
	text: string;
	reason: "stop" | "length" | undefined;
	consumption: Consumption | undefined;
	readonly warnings: Warning[];
}

/** @returns the credits paid in the end. @throws whatever the terms throw when they do not keep it; it is refunded then. */
export async function endTalk(
	dependencies: EngineDependencies,
	talk: Talk,
	reply: Reply,
): Promise<number> {
	const { id } = reply;
	if (id === undefined) return 0;
	const end = async (isPaid: boolean) =>
		await dependencies.database.transaction(async (transaction) => {
			await endReply(transaction, dependencies, id, {
				status: isPaid ? "completed" : "failed",
				consumption: reply.consumption,
				prices: talk.answerer.model.dollarPrices?.perMillionTokens,
			});
			if (isPaid)
				await keepSaid(transaction, dependencies, talk, { ...reply, id });
		});
	const isPaid = isPaidFor(talk, reply);
	try {
		await end(isPaid);
		return isPaid ? creditsOf(talk) : 0;
	} catch (fault) {
		if (isPaid && !(fault instanceof LostReplyError)) await end(false);
		throw fault;
	}
}

/** Under an idempotencyKey whoever asks again is given all of the answer, or asks anew: a part of it is worth nothing. */
function isPaidFor({ terms, request }: Talk, reply: Reply): boolean {
	if (isWhole(reply)) return true;
	const isPaidInPart =
		terms === undefined
			? request.idempotency === undefined
			: terms.keepBroken !== undefined;
	return isPaidInPart && reply.text !== "";
}

/** One that is cut may be so before its first word; otherwise, no word is no answer. */
function isWhole(
	reply: Reply,
): reply is Reply & { readonly reason: "stop" | "length" } {
	const { text, reason } = reply;
	return reason !== undefined && (text !== "" || reason === "length");
}

function creditsOf({ terms, answerer }: Talk): number {
	return terms?.credits ?? answerer.model.creditsPerReply;
}

/** Whoever is to remember what was said does so in the transaction that ends the reply. */
async function keepSaid(
	transaction: TransactionQueries,
	dependencies: EngineDependencies,
	talk: Talk,
	reply: Reply & { readonly id: string },
): Promise<void> {
	const { id, text, warnings, createdAt } = reply;
	const { principal, answerer, remembering, terms, request, isTrimmed } = talk;
	const { name: model } = answerer;
	const told = { model, text, credits: creditsOf(talk), warnings };
	if (!isWhole(reply)) await terms?.keepBroken?.(transaction, told);
	else {
		const usage = reply.consumption?.usage ?? null;
		const whole = { ...told, reason: reply.reason, usage, createdAt };
		await terms?.keep(transaction, { ...whole, replyId: id });
		if (request.idempotency !== undefined)
			await keepForRepetition(transaction, dependencies, id, {
				...whole,
				isTrimmed,
			});
	}
	if (remembering === undefined) return;
	await keepAnswer(transaction, dependencies, principal.teamId, remembering, {
		text,
		model,
		isWhole: isWhole(reply),
	});
}
