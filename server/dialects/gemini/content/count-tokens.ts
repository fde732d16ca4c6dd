/** Counts tokens before they are sent: an estimate, since every vendor counts in its own way. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { invalid } from "../../../engine/errors.ts";
import type { ModelCall } from "../model-methods.ts";
import { mayBePicture } from "../picture-source.ts";
import { readMessage, tellIgnored } from "../read-message.ts";
import { sendJson } from "../send-json.ts";
import { content } from "./schema.ts";
import { sentRequest } from "./sent-request.ts";
import { inputUsage, modalities } from "./tokens.ts";

const counted = z.object({
	contents: z.array(content).optional(),
	systemInstruction: content.optional(),
});
const countRequest = counted.extend({
	generateContentRequest: counted
		.extend({ model: z.string().optional() })
		.optional(),
});

export async function countTokens({
	name,
	request,
	reply,
}: ModelCall): Promise<FastifyReply> {
	const { message, ignored } = readMessage(
		countRequest,
		sentRequest(request.body),
	);
	tellIgnored(reply, ignored);
	const { contents, systemInstruction } =
		message.generateContentRequest ?? message;
	if (contents === undefined)
		throw invalid(
			"contents",
			"contents is not specified.",
			"a list of contents",
		);
	const parts = [...contents, ...(systemInstruction ? [systemInstruction] : [])]
		.flatMap((each) => each.parts)
		.filter(({ thought }) => thought !== true);
	const { inputTextTokens, inputImageTokens } = inputUsage(name, {
		text: parts
			.map(({ text = "" }) => text)
			.join("\n")
			.trim(),
		pictures: parts.filter(mayBePicture).length,
	});
	return await sendJson(reply, {
		totalTokens: inputTextTokens + inputImageTokens,
		promptTokensDetails: modalities(inputTextTokens, inputImageTokens),
	});
}
