/** The settings of what is fetched on callers' behalf. */
import {
	integerSetting,
	listSetting,
	type Setting,
	type Values,
} from "../settings.ts";
import { readAllowedHost } from "./allowed-host.ts";

const listOfHosts = listSetting({
	variable: "GESSO_OUTBOUND_ALLOWED_HOSTS",
	default: "",
	meaning:
		"Hosts inside your own network that callers may name in URLs to fetch; all others must be public",
});

export const netSettings = {
	allowedHosts: {
		...listOfHosts,
		allowed:
			"a comma-separated list of hosts, each with a port or without, such as pictures.lan or 10.0.0.5:9000",
		parse: (text) => {
			const hosts = listOfHosts.parse(text);
			return hosts?.every((host) => readAllowedHost(host) !== undefined)
				? hosts
				: undefined;
		},
	} satisfies Setting<readonly string[]>,
	timeoutSeconds: integerSetting(
		{
			variable: "GESSO_OUTBOUND_TIMEOUT_SECONDS",
			default: "30",
			meaning: "How long fetching a URL for a caller may take in all",
		},
		1,
		600,
	),
} as const;

export type NetSettings = Values<typeof netSettings>;
