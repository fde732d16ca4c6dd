/** The settings of a server that speaks the API of AUTOMATIC1111's web UI: that one itself, and Forge. */
import { textSetting, urlSetting } from "../../settings.ts";

export const automatic1111Settings = {
	url: urlSetting(
		{
			variable: "AUTOMATIC1111_URL",
			default: "",
			meaning:
				"Draws with an AUTOMATIC1111 or Forge server, started with --api; empty for none",
		},
		["http", "https"],
	),
	auth: textSetting({
		variable: "AUTOMATIC1111_AUTH",
		default: "",
		meaning:
			"What that server's --api-auth says, as user:password; empty for none",
		isSecret: true,
	}),
} as const;
