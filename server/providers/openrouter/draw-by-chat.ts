/** Draws with models that OpenRouter has in chats only. */
import {
	type CallContext,
	type DrawnImage,
	type ImageCall,
	type ImageCallResult,
	ProviderError,
} from "../provider.ts";
import { jsonBody } from "../wire/bodies.ts";
import { redacted } from "../wire/fault-text.ts";
import { isPictureOfCompletion, readCompletion } from "./chat.ts";
import type { Connection } from "./connection.ts";
import { consumptionOf } from "./consumption.ts";
import type { AnyModel } from "./discovery.ts";
import { imageConfigOf, messagesOf } from "./messages.ts";
import { keepPicture } from "./pictures.ts";

/** @param model what OpenRouter says of the model. */
export async function drawByChat(
	connection: Connection,
	call: ImageCall,
	model: AnyModel,
	context: CallContext,
): Promise<ImageCallResult> {
	const { name, url, vendor } = connection;
	const { value, lifted } = await vendor.json(
		{
			method: "POST",
			url: `${url}/chat/completions`,
			body: jsonBody(requestOf(call, model, name)),
		},
		context,
		isPictureOfCompletion,
	);
	const { choice, usage } = readCompletion(
		connection,
		value,
		lifted.length > 0,
	);
	const images: DrawnImage[] = [];
	for (const { image_url } of choice?.message?.images ?? []) {
		const file = await keepPicture(connection, image_url.url, context);
		if (file !== undefined)
			images.push({ file, seed: call.seed, revisedPrompt: undefined });
	}
	if (images.length === 0)
		throw new ProviderError(
			"unavailable",
			`${name} answered without a picture: ${redacted(choice?.message?.content ?? "", connection.secrets)}`,
			{ mayBePaid: true },
		);
	return {
		images,
		warnings: [],
		...consumptionOf(usage, { drawn: false }),
	};
}

function requestOf(call: ImageCall, model: AnyModel, name: string): unknown {
	const { output_modalities } = model.architecture;
	return {
		model: call.model,
		messages: messagesOf(
			{
				instructions: undefined,
				turns: [
					{
						role: "user",
						parts: [
							{ kind: "text", text: call.prompt },
							...call.inputImages.map(
								(image) => ({ kind: "image", image }) as const,
							),
						],
					},
				],
			},
			name,
		),
		// A model that has no text to give refuses to be asked for any.
		modalities: output_modalities.includes("text")
			? ["image", "text"]
			: ["image"],
		...imageConfigOf(call.frame),
		...(call.seed !== undefined && { seed: call.seed }),
	};
}
