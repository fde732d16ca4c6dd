/** Reads a line that asks for a row: a generateContent request with nothing said before it. */
import { LineFault } from "../../../engine/batches/translator.ts";
import type { AskedRow } from "../../../engine/catalogues/line-form.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import type { InputImageSource } from "../../../engine/generations/request.ts";
import { type RequestLine, readRequestLine } from "../batches/read-line.ts";
import { readImageWishes } from "../content/image-wishes.ts";
import { type ContentRequest, contentRequest } from "../content/schema.ts";
import { seedOf } from "../content/seed.ts";
import { sentRequest } from "../content/sent-request.ts";
import { type Turn, textIn, turnsOf } from "../content/turns.ts";
import { findModel, type NamedModel } from "../model-names.ts";
import { type PictureHouse, pictureIn } from "../picture-source.ts";
import { readMessage } from "../read-message.ts";

const PLACE = { version: "v1beta", method: "batchGenerateContent" };

/** @param model of whoever draws when the line does not say. @throws {EngineError} */
export async function readRow(
	house: PictureHouse,
	value: unknown,
	model: string | undefined,
): Promise<AskedRow> {
	const line = lineIn(value);
	const { message, ignored } = readMessage(
		contentRequest,
		sentRequest(line.body),
	);
	const named = modelFor(house, line.model ?? model);
	const { generationConfig: config } = message;
	const turn = onlyTurn(message);
	const pictures = await picturesIn(house, turn);
	const shape = readImageWishes(house.context, named, message);
	const isShaped = (shape.aspectRatio ?? shape.resolution) !== undefined;
	return {
		prompt: [instructionsIn(message), textIn(turn.parts)]
			.filter((text) => text !== "")
			.join("\n"),
		answer: answerOf(message, isShaped),
		wishes: {
			model: line.model === undefined ? undefined : named.name,
			count: countIn(message),
			aspectRatio: shape.aspectRatio,
			resolution: shape.resolution,
			isLikePhoto: shape.aspectRatio === undefined && pictures.length > 0,
			seed: seedOf(config?.seed),
			temperature: config?.temperature,
			maxOutputTokens: config?.maxOutputTokens || undefined,
			outputFormat: shape.format,
			outputQuality: shape.compressionQuality,
		},
		pictures,
		unheeded: ignored,
	};
}

/** @throws {EngineError} */
function lineIn(value: unknown): RequestLine {
	try {
		return readRequestLine(value);
	} catch (error) {
		if (!(error instanceof LineFault)) throw error;
		throw invalid(error.field ?? "request", error.message);
	}
}

function modelFor(
	{ context }: PictureHouse,
	name: string | undefined,
): NamedModel {
	if (name !== undefined) return findModel(context, name, PLACE);
	throw new EngineError(
		"provider_not_configured",
		"Nobody draws on this server, and the line names no model.",
	);
}

/** @throws {EngineError} for a conversation, and for what nobody says anything in. */
function onlyTurn({ contents, cachedContent }: ContentRequest): Turn {
	if (cachedContent !== undefined)
		throw invalid(
			"cachedContent",
			"Cached contents are not kept here: send the contents themselves.",
			"none",
		);
	const [turn, ...others] = turnsOf(contents);
	if (turn === undefined)
		throw invalid("contents", "contents must have something in them.");
	if (turn.role === "user" && others.length === 0) return turn;
	throw invalid(
		"contents",
		"A row has nothing said before it: send what is to be drawn as one content of the user's.",
		"one content of the role user",
	);
}

function instructionsIn({ systemInstruction }: ContentRequest): string {
	const turns = systemInstruction
		? turnsOf([{ ...systemInstruction, role: "user" }])
		: [];
	return textIn(turns.flatMap(({ parts }) => parts));
}

function countIn({ generationConfig }: ContentRequest): number | undefined {
	const { candidateCount = 0 } = generationConfig ?? {};
	return candidateCount > 0 ? candidateCount : undefined;
}

/** Batches of image models are sent without modalities (S0-12, X1), so that what is not said may be meant either way. */
function answerOf(
	{ generationConfig }: ContentRequest,
	isShaped: boolean,
): AskedRow["answer"] {
	const said = (generationConfig?.responseModalities ?? [])
		.map((each) => each.toUpperCase().replace(/^MODALITY_/, ""))
		.filter((each) => each !== "" && each !== "UNSPECIFIED");
	const unknown = said.find((each) => each !== "TEXT" && each !== "IMAGE");
	if (unknown !== undefined)
		throw invalid(
			"generationConfig.responseModalities",
			`There is no response modality ${unknown.slice(0, 50)} here.`,
			"TEXT, IMAGE or both",
		);
	if (said.length > 0) return said.includes("IMAGE") ? "picture" : "words";
	return isShaped ? "picture" : "either";
}

async function picturesIn(
	house: PictureHouse,
	{ parts }: Turn,
): Promise<InputImageSource[]> {
	const { engine } = house.context;
	const sources: InputImageSource[] = [];
	for (const part of parts) {
		if (part.kind === "text") continue;
		const found = await pictureIn(house, part.part, part.field);
		if (found === undefined) continue;
		sources.push(
			found.kind === "library"
				? await engine.inputs.fromLibrary(
						house.principal,
						found.imageId,
						found.field,
					)
				: found,
		);
	}
	return sources;
}
