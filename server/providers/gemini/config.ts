/** The settings of the Gemini account that the environment describes. */
import { textSetting, urlSetting } from "../../settings.ts";

export const DEFAULT_URL = "https://generativelanguage.googleapis.com";

/** GOOGLE_GEMINI_BASE_URL is not read: applications set it to have the vendor's SDK call us, and we would call ourselves. */
export const geminiSettings = {
	apiKey: textSetting({
		variable: "GEMINI_API_KEY",
		default: "",
		isSecret: true,
		meaning:
			"The API key for the Gemini Developer API; without it, Gemini's models are not there",
	}),
	secondApiKey: textSetting({
		variable: "GOOGLE_API_KEY",
		default: "",
		isSecret: true,
		meaning: "Taken when GEMINI_API_KEY is not set",
	}),
	url: urlSetting(
		{
			variable: "GEMINI_URL",
			default: DEFAULT_URL,
			meaning: "Where the Gemini Developer API is, without a version",
		},
		["https", "http"],
	),
} as const;
