/** Takes a result in words in: the answer is kept with its line, in the transaction that ends its reply. */
import type { BatchResult } from "../../providers/provider.ts";
import { readStoredLine } from "../batches/line-context.ts";
import { endVendorLine } from "../batches/line-states.ts";
import { endReply, LostReplyError } from "../chat/reply-states.ts";
import { failLine, lineErrorOfFault } from "./end-lines.ts";
import { keepBeside } from "./keep-beside.ts";
import { priceFactorOf, scaledTokens } from "./prices.ts";
import { readingOf } from "./submit.ts";
import type { OpenLine, Vendor, VendorStep } from "./vendor-step.ts";

const NO_WORDS = {
	code: "provider_failed",
	message: "The provider answered nothing.",
} as const;

/** @returns whether the line has ended by it. */
export async function takeWords(
	step: VendorStep,
	vendor: Vendor,
	line: OpenLine,
	result: BatchResult,
): Promise<boolean> {
	if (result.kind === "failed")
		await failLine(step, line, lineErrorOfFault(result.error));
	else if (result.text.trim() === "") await failLine(step, line, NO_WORDS);
	else await keepAnswer(step, vendor, line, result);
	return true;
}

async function keepAnswer(
	step: VendorStep,
	vendor: Vendor,
	line: OpenLine,
	result: Extract<BatchResult, { kind: "done" }>,
): Promise<void> {
	const { dependencies, row } = step;
	const { catalogue, database } = dependencies;
	const replyId = line.reply_id ?? "";
	const reply = await database.queries
		.selectFrom("replies")
		.select(["model", "created_at"])
		.where("id", "=", replyId)
		.executeTakeFirstOrThrow();
	const prices = catalogue.find(reply.model)?.model.dollarPrices
		?.perMillionTokens;
	const factor = priceFactorOf(dependencies, reply.model);
	const beside = await keepBeside(
		step,
		vendor,
		{ model: reply.model, prompt: await promptOf(step, line, result) },
		result,
	);
	try {
		await database.transaction(async (transaction) => {
			await endReply(transaction, dependencies, replyId, {
				status: "completed",
				consumption: result,
				prices: scaledTokens(prices, factor),
			});
			await beside.enter(transaction);
			await endVendorLine(transaction, {
				batchId: row.batch_id,
				vendorBatchId: row.id,
				position: line.position,
				kind: "completed",
				answer: {
					replyId,
					model: reply.model,
					text: result.text,
					reason: "stop",
					usage: result.usage ?? null,
					credits: line.price_per_image_credits + line.dearer_images,
					warnings: beside.warnings,
					createdAt: reply.created_at,
					dialectData: JSON.parse(line.dialect_json ?? "{}"),
				},
			});
		});
		await beside.end();
	} catch (fault) {
		if (!(fault instanceof LostReplyError)) throw fault;
	}
}

/** What was asked, as far as a picture beside the answer needs to tell of it. */
async function promptOf(
	step: VendorStep,
	line: OpenLine,
	{ images, text }: Extract<BatchResult, { kind: "done" }>,
): Promise<string> {
	if (images.length === 0) return "";
	const reading = await readingOf(step);
	const { ask, letGo } = await readStoredLine(reading, line, "check");
	await letGo();
	if (ask.kind !== "reply") return text;
	return ask.request.turns
		.flatMap(({ parts }) => parts)
		.flatMap((part) => (part.kind === "text" ? [part.text] : []))
		.join("\n");
}
