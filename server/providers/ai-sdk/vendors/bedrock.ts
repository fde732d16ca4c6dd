/** Amazon Bedrock: answers with pictures in base64, and signs every request. */
import type { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { z } from "zod";
import { textSetting, type Values } from "../../../settings.ts";
import type { Quality } from "../../provider.ts";
import { urlOption } from "../../provider-kind.ts";
import {
	type AiSdkOptions,
	type AiSdkVendor,
	aiSdkOptions,
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { recordsIn } from "../record.ts";
import { speaksOfContent } from "../refusal.ts";

type ModelId = Known<
	Parameters<ReturnType<typeof createAmazonBedrock>["image"]>[0]
>;

const settings = {
	region: textSetting({
		variable: "AWS_REGION",
		default: "",
		meaning: "The region whose Bedrock draws",
	}),
	accessKeyId: textSetting({
		variable: "AWS_ACCESS_KEY_ID",
		default: "",
		meaning: "Who asks Bedrock to draw",
	}),
	secretAccessKey: textSetting({
		variable: "AWS_SECRET_ACCESS_KEY",
		default: "",
		meaning: "What requests to Bedrock are signed with",
		isSecret: true,
	}),
	sessionToken: textSetting({
		variable: "AWS_SESSION_TOKEN",
		default: "",
		meaning: "Goes with access keys that are good for a time only",
		isSecret: true,
	}),
	apiKey: textSetting({
		variable: "AWS_BEARER_TOKEN_BEDROCK",
		default: "",
		meaning: "An apiKey of Bedrock's own, instead of access keys",
		isSecret: true,
	}),
} as const;

interface BedrockOptions extends AiSdkOptions {
	readonly region: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken: string;
	readonly apiKey: string;
	readonly url?: string | undefined;
}

/** Amazon's guide to Nova Canvas, which has two. */
const QUALITIES: Record<Quality, string> = {
	low: "standard",
	medium: "standard",
	high: "premium",
};

export const bedrock: AiSdkVendor<typeof settings, BedrockOptions> = {
	kind: "bedrock",
	settings,
	options: z.strictObject({
		...aiSdkOptions,
		/** Becomes part of a host's name. */
		region: z
			.string()
			.regex(/^[a-z0-9-]*$/)
			.default(""),
		accessKeyId: z.string().default(""),
		secretAccessKey: z.string().default(""),
		sessionToken: z.string().default(""),
		apiKey: z.string().default(""),
		url: urlOption.optional(),
	}),
	/** Amazon's guide to Nova Canvas. */
	defaultCapabilities: {
		...plainDrawing,
		sizing: {
			kind: "free",
			minEdge: 320,
			maxEdge: 4096,
			multipleOf: 16,
			maxPixels: 4_194_304,
			maxAspect: 4,
		},
		countPerCall: 5,
		maxInputImages: 5,
		negativePrompt: "native",
		qualities: ["medium", "high"],
	},
	defaultModels: [
		{
			id: "bedrock/amazon.nova-canvas-v1:0",
			providerModel: "amazon.nova-canvas-v1:0",
		},
	] satisfies DefaultModel<ModelId>[],
	optionsOf: (values: Values<typeof settings>) => ({ ...values }),
	missing: ({ region, apiKey, accessKeyId, secretAccessKey }) => {
		if (region === "")
			return { variables: settings.region.variable, options: "region" };
		if (apiKey !== "" || (accessKeyId !== "" && secretAccessKey !== ""))
			return undefined;
		return {
			variables:
				"AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,",
			options: "apiKey, or accessKeyId and secretAccessKey,",
		};
	},
	// Told always: the package would look for another in the environment.
	urlOf: ({ url, region }) =>
		url ??
		`https://bedrock-runtime.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
	connect: (options) => async (model, fetchAnswer) => {
		const sdk = await import("@ai-sdk/amazon-bedrock");
		return sdk
			.createAmazonBedrock({
				region: options.region,
				// Empty ones keep the package from looking for others in the environment.
				apiKey: options.apiKey,
				accessKeyId: options.accessKeyId,
				secretAccessKey: options.secretAccessKey,
				...(options.sessionToken !== "" && {
					sessionToken: options.sessionToken,
				}),
				baseURL: bedrock.urlOf(options),
				fetch: fetchAnswer,
			})
			.image(model);
	},
	optionsName: "amazonBedrock",
	words: {
		negativePrompt: (negativeText) => ({ negativeText }),
		quality: (quality) => ({ quality: QUALITIES[quality] }),
	},
	masks: "none",
	// Without a seed it draws with the same one always; its package leaves out a seed of 0.
	seeds: { minimum: 1, maximum: 858_993_459 },
	isPicture: (path) => path[0] === "images" && path.length === 2,
	isBlocked: ({ json }) =>
		json?.status === "Request Moderated" ||
		(recordsIn(json?.images).length === 0 && speaksOfContent(json?.error)),
};
