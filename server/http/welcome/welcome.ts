/** The page at /: what runs here, and a box to try it with. */
import { readFileSync } from "node:fs";
import type { HttpServer } from "../http-server.ts";

export interface WelcomeFacts {
	readonly version: string;
	readonly providers: readonly {
		readonly name: string;
		readonly readiness: { readonly status: string };
	}[];
}

const FILES = {
	"/": ["welcome.html", "text/html; charset=utf-8"],
	"/welcome.css": ["welcome.css", "text/css; charset=utf-8"],
	"/welcome.js": ["welcome.js", "text/javascript; charset=utf-8"],
} as const;

/** Nothing from elsewhere, nothing inline: a prompt that smuggled in a script could not run it. */
const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

export function registerWelcome(server: HttpServer, facts: WelcomeFacts): void {
	for (const [path, [file, type]] of Object.entries(FILES)) {
		const content = readFileSync(new URL(file, import.meta.url));
		server.get(path, { schema: { hide: true } }, async (_request, reply) =>
			reply
				.type(type)
				.header("content-security-policy", POLICY)
				.header("cache-control", "no-cache")
				.header("referrer-policy", "no-referrer")
				.send(content),
		);
	}
	server.get("/welcome.json", { schema: { hide: true } }, async () => ({
		version: facts.version,
		// Not the details: anybody may ask, and they name hosts of ours.
		providers: facts.providers.map(({ name, readiness }) => ({
			name,
			status: readiness.status,
		})),
	}));
}
