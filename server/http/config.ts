/** The settings of the HTTP server. */
import {
	choiceSetting,
	integerSetting,
	listSetting,
	networksSetting,
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
	trustedProxies: networksSetting({
		variable: "GESSO_TRUSTED_PROXIES",
		default: "",
		meaning:
			"The proxies in front of this server whose X-Forwarded-For, -Host and -Proto are believed; empty for none. Without it all callers behind a proxy count as one",
	}),
	signingKey: textSetting({
		variable: "GESSO_SIGNING_KEY",
		default: "",
		meaning:
			"An RSA private key with which access tokens and image URLs are signed, the same for all processes; empty for signing-key.pem in the data directory, which is made at the first start",
		isSecret: true,
	}),
	imageUrlMinutes: integerSetting(
		{
			variable: "GESSO_IMAGE_URL_MINUTES",
			default: "60",
			meaning: "How long a signed image URL can be opened",
		},
		1,
		525_600,
	),
	corsOrigins: listSetting({
		variable: "GESSO_CORS_ORIGINS",
		default: "*",
		meaning:
			"The origins whose web pages may call the APIs that SDKs speak (/v1, /auth, /v1beta), as `https://shop.example`, comma-separated; * for all, empty for none. With *, a page of another machine may still not make guests of a server on localhost",
	}),
	maxBodyBytes: integerSetting(
		{
			variable: "GESSO_MAX_BODY_BYTES",
			default: "104857600",
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
