/** The settings of the HTTP server. */
import {
	choiceSetting,
	integerSetting,
	textSetting,
	urlSetting,
	type Values,
} from "../settings.ts";

export const httpSettings = {
	host: textSetting({
		variable: "HOST",
		default: "127.0.0.1",
		meaning: "The address to listen on; 0.0.0.0 for all",
	}),
	port: integerSetting(
		{
			variable: "PORT",
			default: "8000",
			meaning: "The port to listen on; 0 for any free one",
		},
		0,
		65_535,
	),
	publicUrl: urlSetting(
		{
			variable: "GESSO_PUBLIC_URL",
			default: "",
			meaning:
				"How clients reach this server, when it stands behind a proxy: the beginning of all image URLs. Empty: as the request says",
		},
		["http", "https"],
	),
	maxBodyBytes: integerSetting(
		{
			variable: "GESSO_MAX_BODY_BYTES",
			default: "67108864",
			meaning: "Size limit of a request's body",
		},
		1_024,
		1_073_741_824,
	),
	logLevel: choiceSetting(
		{
			variable: "GESSO_LOG_LEVEL",
			default: "info",
			meaning: "How much is logged; prompts are logged at debug and trace only",
		},
		["fatal", "error", "warn", "info", "debug", "trace", "silent"],
	),
} as const;

export type HttpSettings = Values<typeof httpSettings>;
