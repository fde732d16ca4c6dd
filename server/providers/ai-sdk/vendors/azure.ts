/** Azure OpenAI: deployments of OpenAI's image models, which answer with pictures in base64. */
import { z } from "zod";
import { textSetting, type Values } from "../../../settings.ts";
import { urlOption } from "../../provider-kind.ts";
import {
	type AiSdkOptions,
	type AiSdkVendor,
	aiSdkOptions,
	plainDrawing,
} from "../ai-sdk-vendor.ts";

const settings = {
	apiKey: textSetting({
		variable: "AZURE_API_KEY",
		default: "",
		meaning: "An apiKey of the Azure OpenAI resource that draws",
		isSecret: true,
	}),
	resourceName: textSetting({
		variable: "AZURE_RESOURCE_NAME",
		default: "",
		meaning: "The name of the Azure OpenAI resource that draws",
	}),
} as const;

interface AzureOptions extends AiSdkOptions {
	readonly apiKey: string;
	readonly resourceName: string;
	readonly url?: string | undefined;
}

export const azure: AiSdkVendor<typeof settings, AzureOptions> = {
	kind: "azure",
	settings,
	options: z.strictObject({
		...aiSdkOptions,
		apiKey: z.string().default(""),
		/** Becomes part of a host's name. */
		resourceName: z
			.string()
			.regex(/^[a-zA-Z0-9-]*$/)
			.default(""),
		url: urlOption.optional(),
	}),
	/** Of gpt-image models, in OpenAI's guide to image generation. */
	defaultCapabilities: {
		...plainDrawing,
		sizing: {
			kind: "frames",
			frames: [
				{ width: 1024, height: 1024 },
				{ width: 1536, height: 1024 },
				{ width: 1024, height: 1536 },
			],
		},
		countPerCall: 10,
		maxInputImages: 16,
		mask: true,
		seed: "ignored",
		qualities: ["low", "medium", "high"],
		backgrounds: ["transparent", "opaque"],
	},
	// A deployment has whatever name its owner gave it. The package tells by the name whether a model takes
	// `response_format`: a deployment of a gpt-image model has to begin with `gpt-image-`.
	defaultModels: [],
	optionsOf: (values: Values<typeof settings>) => ({ ...values }),
	missing: ({ apiKey, resourceName, url }) => {
		if (apiKey === "")
			return { variables: settings.apiKey.variable, options: "apiKey" };
		if (resourceName === "" && url === undefined)
			return {
				variables: settings.resourceName.variable,
				options: "resourceName",
			};
		return undefined;
	},
	urlOf: ({ url, resourceName }) =>
		url ?? `https://${resourceName}.openai.azure.com/openai`,
	connect: (options) => async (model, fetchAnswer) => {
		const sdk = await import("@ai-sdk/azure");
		return sdk
			.createAzure({
				apiKey: options.apiKey,
				baseURL: azure.urlOf(options),
				fetch: fetchAnswer,
			})
			.image(model);
	},
	// Its package is OpenAI's under another name.
	optionsName: "openai",
	words: {
		quality: (quality) => ({ quality }),
		background: (background) => ({ background }),
	},
	masks: "alpha",
	isPicture: (path) => path.at(-1) === "b64_json",
};
