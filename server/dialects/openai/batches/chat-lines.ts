/** Lines of a batch that ask as /v1/chat/completions would be asked: answered in words, or with a picture by a model that draws. */
import { z } from "zod";
import type {
	AnsweredLine,
	BatchTranslator,
	LineAsk,
	LineContext,
} from "../../../engine/batches/translator.ts";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import { invalid } from "../../../engine/errors.ts";
import type { Generation } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import { completionBody, type Frame } from "../chat/completion.ts";
import { chatBody } from "../chat/schema.ts";
import {
	replyRequestOf,
	textsIn,
	unheededWarnings,
} from "../chat/translate.ts";
import { warningData } from "../images/delivery.ts";
import { faultOf } from "../images/fields.ts";
import { withoutNulls } from "../json-body.ts";
import { bodyIn, customIdIn } from "./request-line.ts";
import { answerLine, errorLine, hearerOf } from "./result-line.ts";
import { CHAT_ENDPOINT, DIALECT } from "./schema.ts";

/** What is kept with an answer. */
const chatData = z.object({
	/** How long all texts of the request are together. */
	askedLength: z.int(),
	/** Beside the answer's own. */
	warnings: z.array(warningData),
});
type ChatData = z.infer<typeof chatData>;

export function chatLines(context: DialectContext): BatchTranslator {
	const lineOf = async (
		lineContext: LineContext,
		line: Parameters<typeof answerLine>[1],
		dialectData: unknown,
		events: AsyncIterable<ReplyEvent>,
	) => {
		const frame = frameOf(context, lineContext, dialectData);
		const body = await completionBody(frame, events);
		return answerLine(lineContext, line, body);
	};
	return {
		dialect: DIALECT,
		endpoint: CHAT_ENDPOINT,
		independentLines: false,
		identify: (value) => customIdIn(value, CHAT_ENDPOINT),
		readLine: async (lineContext, value, occasion) => ({
			ask: await askIn(context, lineContext, bodyIn(value), occasion),
			letGo: async () => {},
		}),
		writeLine: async (lineContext, line) => {
			const { outcome } = line;
			if (outcome.kind === "failed")
				return errorLine(lineContext, line, outcome.error);
			const { generation } = outcome;
			const { dialectData } = generation;
			return await lineOf(lineContext, line, dialectData, drawn(generation));
		},
		writeAnswer: async (lineContext, line) =>
			await lineOf(lineContext, line, line.dialectData, said(line.answer)),
	};
}

async function askIn(
	context: DialectContext,
	{ principal }: LineContext,
	fields: Readonly<Record<string, unknown>>,
	occasion: "check" | "work",
): Promise<LineAsk> {
	const read = chatBody.safeParse(withoutNulls(fields));
	if (!read.success) throw faultOf(read.error);
	const body = read.data;
	if (body.conversation !== undefined)
		throw invalid(
			"conversation",
			"Lines of a batch are answered in no order, so they belong to no conversation. Send what was said before as messages.",
			"no conversation",
		);
	const asked = await replyRequestOf(context, { principal }, body);
	const { chat } = context.engine;
	const answer = await chat.foresee(principal, asked, occasion);
	const dialectData: ChatData = {
		askedLength: textsIn(asked).length,
		warnings: [...unheededWarnings(body), ...answer.warnings],
	};
	return answer.kind === "words"
		? { kind: "reply", request: asked, dialectData }
		: { kind: "generation", request: { ...answer.request, dialectData } };
}

function frameOf(
	context: DialectContext,
	lineContext: LineContext,
	dialectData: unknown,
): Frame {
	const { askedLength, warnings } = chatData.parse(dialectData);
	return {
		context,
		hearer: hearerOf(lineContext),
		conversation: undefined,
		asked: { length: askedLength },
		warnings,
	};
}

async function* said(
	answer: AnsweredLine["answer"],
): AsyncGenerator<ReplyEvent> {
	const { replyId: id, model, createdAt, text, ...end } = answer;
	const isTrimmed = false;
	yield { kind: "begin", id, model, answer: "text", createdAt, isTrimmed };
	yield { kind: "text", text };
	yield { kind: "end", ...end };
}

async function* drawn(generation: Generation): AsyncGenerator<ReplyEvent> {
	const { id, model, createdAt, usage, credits, warnings } = generation;
	const isTrimmed = false;
	yield { kind: "begin", id, model, answer: "picture", createdAt, isTrimmed };
	yield { kind: "picture", generation };
	yield { kind: "end", reason: "stop", usage, credits, warnings };
}
