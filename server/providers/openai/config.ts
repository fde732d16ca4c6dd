/** The settings of OpenAI, and of one image server that speaks its API. */
import { flagSetting, textSetting, urlSetting } from "../../settings.ts";
import { OPENAI_URL } from "./options.ts";

/** `OPENAI_BASE_URL` is not read: applications beside this server set it, to find this server by it. */
export const openAiSettings = {
	apiKey: textSetting({
		variable: "OPENAI_API_KEY",
		default: "",
		meaning: "The key of an account with OpenAI; empty for none",
		isSecret: true,
	}),
	url: urlSetting(
		{
			variable: "OPENAI_URL",
			default: OPENAI_URL,
			meaning: "Where OpenAI's API is, with its version",
		},
		["https", "http"],
	),
	imageProviderEnabled: flagSetting({
		variable: "IMAGE_PROVIDER_ENABLED",
		default: "true",
		meaning: "Whether the server of IMAGE_PROVIDER_URL draws",
	}),
	imageProviderUrl: urlSetting(
		{
			variable: "IMAGE_PROVIDER_URL",
			default: "",
			meaning:
				"An image server that speaks OpenAI's API, with or without /v1 at the end; empty for none",
		},
		["https", "http"],
	),
	imageProviderApiKey: textSetting({
		variable: "IMAGE_PROVIDER_API_KEY",
		default: "",
		meaning: "The key of that server, if it needs one",
		isSecret: true,
	}),
	imageDefaultModel: textSetting({
		variable: "IMAGE_DEFAULT_MODEL",
		default: "",
		meaning:
			"The model that is asked for there; empty for whichever the server has",
	}),
} as const;
