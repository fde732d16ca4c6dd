/** Reads lines of batches as generateContent reads its requests, and answers them as it does. */

import type {
	AnsweredLine,
	BatchTranslator,
	EndedLine,
	LineContext,
	ReadLine,
} from "../../../engine/batches/translator.ts";
import type { ReplyEvent } from "../../../engine/chat/reply-request.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { StagedSource } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";
import {
	type AnsweredAsk,
	type Body,
	blockedBody,
	drawnAnswer,
	wholeAnswer,
} from "../content/answer.ts";
import type { MeasuringHouse } from "../content/like-picture.ts";
import {
	generationRequestOf,
	readContentRequest,
} from "../content/translate.ts";
import { errorBody } from "../errors.ts";
import { findModel } from "../model-names.ts";
import { asksForWords } from "./asks-for-words.ts";
import {
	type BatchData,
	batchData,
	DIALECT,
	ENDPOINT,
	type PictureData,
	pictureData,
} from "./batch-data.ts";
import { idOfMarks, marksIn, marksOf, readRequestLine } from "./read-line.ts";
import { rpcCodeOf } from "./rpc-codes.ts";

/** All versions have the same models. */
const VERSION = "v1beta";
const NOTHING_ASKED = { text: "", pictures: 0 };

export function lineTranslator(context: DialectContext): BatchTranslator {
	const { engine } = context;
	return {
		dialect: DIALECT,
		endpoint: ENDPOINT,
		independentLines: true,
		identify: (value) => idOfMarks(marksOf(value)),
		readLine: async (lineContext, value, occasion) => {
			const staged: StagedSource[] = [];
			const letGo = async () => {
				for (const source of staged) await engine.inputs.discard(source);
			};
			const { principal } = lineContext;
			const isOnlyRead = occasion === "check";
			const house = { context, principal, staged, isOnlyRead };
			try {
				return {
					ask: await askIn(house, lineContext, value),
					letGo,
				};
			} catch (error) {
				await letGo();
				throw error;
			}
		},
		writeLine: async (lineContext, line) =>
			lineBody(
				lineContext,
				line,
				await outcomeBody(context, lineContext, line),
			),
		writeAnswer: async (lineContext, line) =>
			lineBody(
				lineContext,
				line,
				answered(await answerBody(context, lineContext, line)),
			),
	};
}

async function askIn(
	house: MeasuringHouse,
	{ dialectData }: LineContext,
	value: unknown,
): Promise<ReadLine["ask"]> {
	const line = readRequestLine(value);
	const given = line.model ?? batchData.parse(dialectData).model;
	const named = findModel(house.context, given, {
		version: VERSION,
		method: "batchGenerateContent",
	});
	const ask = await readContentRequest(house, named, line.body);
	const isInWords =
		ask.answer === "text" ||
		(named.model.isTalkedFor &&
			!ask.saysModalities &&
			asksForWords(ask.asked.text));
	if (isInWords)
		return {
			kind: "reply",
			// As it is when its modalities are named, which says most of how it is read.
			request:
				ask.answer === "text"
					? ask.reply
					: (await readContentRequest(house, named, inWords(line.body))).reply,
		};
	const request = await generationRequestOf(house, ask);
	const data: PictureData = {
		name: ask.name,
		delivery: ask.delivery,
		pictures: ask.asked.pictures,
		warnings: [...ask.warnings],
	};
	return { kind: "generation", request: { ...request, dialectData: data } };
}

function inWords(body: Readonly<Record<string, unknown>>) {
	const { generationConfig, generation_config } = body;
	const config = generationConfig ?? generation_config;
	return {
		...body,
		generationConfig: {
			...(typeof config === "object" ? config : {}),
			responseModalities: ["TEXT"],
		},
	};
}

/** The same line wherever it is told: with its key in a file, with its metadata in the batch. */
function lineBody(
	{ dialectData }: LineContext,
	{ customId, position }: Pick<EndedLine, "customId" | "position">,
	outcome: object,
) {
	const { key, metadata } = marksIn(customId);
	const isInline = batchData.parse(dialectData).source === "inline";
	return {
		...(isInline
			? key !== undefined && { key }
			: { key: key ?? String(position + 1) }),
		...(metadata !== undefined && { metadata }),
		...outcome,
	};
}

async function outcomeBody(
	context: DialectContext,
	{ dialectData }: LineContext,
	{ outcome }: EndedLine,
): Promise<object> {
	if (outcome.kind === "failed") {
		const { code, message } = outcome.error;
		const { model: name, source } = batchData.parse(dialectData);
		if (code !== "content_blocked")
			return { error: errorOf(outcome.error, source) };
		const refused = new EngineError(code, message);
		return { response: blockedBody({ name, asked: NOTHING_ASKED }, refused) };
	}
	const { generation } = outcome;
	const data = pictureData.parse(generation.dialectData);
	const asked = { text: generation.prompt, pictures: data.pictures };
	return answered(await drawnAnswer(context, { ...data, asked }, generation));
}

/** Warnings stand beside the response: Python's types for the lines of a file refuse one that has more than Google's fields. */
export function answered({ warnings, ...response }: Body): object {
	return { response, ...(warnings !== undefined && { warnings }) };
}

async function answerBody(
	context: DialectContext,
	{ dialectData }: LineContext,
	{ answer }: AnsweredLine,
): Promise<Body> {
	async function* events(): AsyncGenerator<ReplyEvent> {
		const { replyId: id, model, text, reason, usage, warnings } = answer;
		yield {
			kind: "begin",
			id,
			model,
			answer: "text",
			createdAt: 0,
			isTrimmed: false,
		};
		yield { kind: "text", text };
		yield { kind: "end", reason, usage, credits: 0, warnings };
	}
	const ask: AnsweredAsk = {
		name: answer.model || batchData.parse(dialectData).model,
		delivery: { hasText: true },
		asked: NOTHING_ASKED,
		warnings: [],
	};
	return (await wholeAnswer(context, ask, events())) ?? {};
}

type LineError = Extract<EndedLine["outcome"], { kind: "failed" }>["error"];

/**
 * As `google.rpc.Status` has it. Told with the batch itself it is without details, since Google's client for Python cannot
 * read a batch in which any of them is no text; the message names the field then.
 */
export function errorOf(
	{ code, message, field }: LineError,
	source: BatchData["source"],
) {
	if (code === "batch_canceled")
		return { code: rpcCodeOf("CANCELLED"), message, status: "CANCELLED" };
	if (code === "batch_expired")
		return {
			code: rpcCodeOf("DEADLINE_EXCEEDED"),
			message,
			status: "DEADLINE_EXCEEDED",
		};
	const fields = field === undefined ? {} : { field };
	const { error } = errorBody(
		new EngineError(code, message, { details: fields }),
	);
	const told = { ...error, code: rpcCodeOf(error.status) };
	if (source === "file") return told;
	const { details: _details, ...bare } = told;
	return field === undefined || message.includes(field)
		? bare
		: { ...bare, message: `${field}: ${message}` };
}
