/** Translates a request for an interaction into a generateContent request, and that into the engine's words. */
import { z } from "zod";
import type { Engine } from "../../../engine/engine.ts";
import { invalid } from "../../../engine/errors.ts";
import {
	likeFirstPicture,
	type MeasuringHouse,
} from "../content/like-picture.ts";
import { inputUsage } from "../content/tokens.ts";
import { type ContentAsk, readContentRequest } from "../content/translate.ts";
import { anyNumber, flag, textOrNumber, wholeNumber } from "../field-types.ts";
import { findModel, type NamedModel } from "../model-names.ts";
import { readMessage } from "../read-message.ts";
import type { InteractionData } from "./interaction-data.ts";
import { contentsOf } from "./read-input.ts";

type NewInteraction = Parameters<Engine["interactions"]["open"]>[1];

const imageFormat = z.object({
	type: z.string().optional(),
	aspectRatio: z.string().optional(),
	imageSize: textOrNumber.optional(),
	mimeType: z.string().optional(),
});

const createRequest = z.object({
	model: z.string().optional(),
	agent: z.string().optional(),
	input: z.unknown(),
	systemInstruction: z.string().optional(),
	/** Deprecated at Google, and sent all the same. */
	responseModalities: z.array(z.string()).optional(),
	/** One, or one of text and one of image. */
	responseFormat: z.array(imageFormat).optional(),
	generationConfig: z
		.object({
			temperature: anyNumber(0, 2).optional(),
			seed: textOrNumber.optional(),
			maxOutputTokens: wholeNumber(0, 2_147_483_647).optional(),
			imageConfig: imageFormat.optional(),
		})
		.optional(),
	previousInteractionId: z.string().optional(),
	store: flag.optional(),
	stream: flag.optional(),
	background: flag.optional(),
});
type CreateRequest = z.infer<typeof createRequest>;

/** A request, translated. */
export interface InteractionAsk {
	readonly named: NamedModel;
	readonly isStored: boolean;
	readonly isStreamed: boolean;
	readonly isInBackground: boolean;
	readonly interaction: Omit<NewInteraction, "idempotency">;
	readonly data: InteractionData;
	readonly answer: ContentAsk["answer"];
	/** What of the request has no effect. */
	readonly ignored: readonly string[];
}

/**
 * @param body JSON, as it came.
 * @throws {EngineError} naming the field; nothing is charged yet.
 */
export async function readInteraction(
	house: MeasuringHouse & {
		readonly context: { readonly engine: Pick<Engine, "interactions"> };
	},
	version: string,
	body: unknown,
): Promise<InteractionAsk> {
	const { message, ignored } = readMessage(createRequest, body);
	const left: string[] = [];
	const named = modelOf(house, version, message);
	const isStored = message.store !== false;
	if (message.background === true && !isStored)
		throw invalid(
			"background",
			"What is answered in the background must be stored, or nobody could read it.",
			"background without store: false",
		);
	const { previousInteractionId: previousId } = message;
	const earlier =
		previousId === undefined
			? []
			: [
					...(await house.context.engine.interactions.history(
						house.principal,
						previousId,
						"previous_interaction_id",
					)),
				];
	const contents = contentsOf(message.input, left);
	const ask = await readContentRequest(house, named, {
		contents,
		...(message.systemInstruction && {
			systemInstruction: { parts: [{ text: message.systemInstruction }] },
		}),
		generationConfig: configOf(message),
	});
	const aspectRatio =
		ask.reply.aspectRatio ??
		(ask.answer === "picture"
			? await likeFirstPicture(house, named, earlier)
			: undefined);
	const data: InteractionData = {
		delivery: ask.delivery,
		input: inputUsage(named.name, ask.asked),
	};
	return {
		named,
		isStored,
		isStreamed: message.stream === true,
		isInBackground: message.background === true,
		answer: ask.answer,
		data,
		ignored: [...ignored, ...left],
		interaction: {
			previousId,
			earlier,
			request: { ...ask.reply, aspectRatio, model: named.name },
			dialectData: { ...data },
		},
	};
}

function modelOf(
	{ context }: MeasuringHouse,
	version: string,
	{ model, agent }: CreateRequest,
): NamedModel {
	if (model !== undefined && model !== "")
		return findModel(context, model, { version, method: "interactions" });
	throw agent === undefined
		? invalid("model", "The model is missing.", "a model's name")
		: invalid(
				"agent",
				"There are no agents here: name a model.",
				"a model instead",
			);
}

function configOf(message: CreateRequest) {
	const { responseFormat = [], generationConfig = {} } = message;
	const image =
		responseFormat.find(({ type }) => type === "image") ??
		// Some say how the picture is to be, and not that it is one.
		responseFormat.find(
			({ aspectRatio, imageSize }) => aspectRatio ?? imageSize,
		);
	const { imageConfig, ...rest } = generationConfig;
	return {
		...rest,
		responseModalities: modalitiesOf(message, image !== undefined),
		imageConfig: { ...imageConfig, ...image },
	};
}

function modalitiesOf(
	{ responseModalities, responseFormat = [] }: CreateRequest,
	wantsImage: boolean,
): readonly string[] {
	if (responseModalities !== undefined && responseModalities.length > 0)
		return responseModalities;
	const wantsText = responseFormat.some(({ type }) => type === "text");
	return [...(wantsText ? ["TEXT"] : []), ...(wantsImage ? ["IMAGE"] : [])];
}
