/** The settings of OpenRouter: an account with it is all that it takes. */
import { textSetting, urlSetting } from "../../settings.ts";

export const openrouterSettings = {
	apiKey: textSetting({
		variable: "OPENROUTER_API_KEY",
		default: "",
		meaning: "Draws and talks through OpenRouter; empty for not at all",
		isSecret: true,
	}),
	url: urlSetting(
		{
			variable: "OPENROUTER_URL",
			default: "https://openrouter.ai/api/v1",
			meaning: "Where OpenRouter's API is",
		},
		["https", "http"],
	),
} as const;
