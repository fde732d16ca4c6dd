/** What generateContent and its sisters take, as far as it has an effect here; names in camelCase, read by `readMessage`. */
import { z } from "zod";
import { anyNumber, flag, textOrNumber, wholeNumber } from "../field-types.ts";

const part = z.object({
	text: z.string().optional(),
	/** What was thought is no part of a conversation. */
	thought: flag.optional(),
	thoughtSignature: z.string().optional(),
	inlineData: z
		.object({ mimeType: z.string().optional(), data: z.string() })
		.optional(),
	fileData: z
		.object({ mimeType: z.string().optional(), fileUri: z.string() })
		.optional(),
});
export type Part = z.infer<typeof part>;

export const content = z.object({
	role: z.string().optional(),
	parts: z.array(part).default([]),
});
export type Content = z.infer<typeof content>;

/** In the places where callers say how a picture is to be. */
const imageConfig = z.object({
	aspectRatio: z.string().optional(),
	imageSize: textOrNumber.optional(),
	outputMimeType: z.string().optional(),
	mimeType: z.string().optional(),
	outputCompressionQuality: wholeNumber(0, 100).optional(),
	imageOutputOptions: z
		.object({
			mimeType: z.string().optional(),
			compressionQuality: wholeNumber(0, 100).optional(),
		})
		.optional(),
});
export type ImageConfig = z.infer<typeof imageConfig>;

const generationConfig = z.object({
	responseModalities: z.array(z.string()).optional(),
	imageConfig: imageConfig.optional(),
	responseFormat: z.object({ image: imageConfig.optional() }).optional(),
	/** As the seed has it, which no SDK ever sent. */
	aspectRatio: z.string().optional(),
	imageSize: textOrNumber.optional(),
	/** 64 bits, which are too many for a number. */
	seed: textOrNumber.optional(),
	candidateCount: wholeNumber(-1_000_000, 1_000_000).optional(),
	temperature: anyNumber(0, 2).optional(),
	maxOutputTokens: wholeNumber(0, 2_147_483_647).optional(),
});

export const contentRequest = z.object({
	contents: z.array(content).min(1),
	systemInstruction: content.optional(),
	generationConfig: generationConfig.optional(),
	/** Misplaced by some callers. */
	imageConfig: imageConfig.optional(),
	aspectRatio: z.string().optional(),
	imageSize: textOrNumber.optional(),
	cachedContent: z.string().optional(),
});
export type ContentRequest = z.infer<typeof contentRequest>;
