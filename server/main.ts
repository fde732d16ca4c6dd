/** Starts Gesso: reads the settings, opens the house, says what a newcomer needs to know, and stops in good order. */
import { createApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { SettingsError } from "./settings.ts";
import { prepareFirstTeam, startPage } from "./start-page.ts";

const HELP = `npm start

  Starts Gesso on http://localhost:8000: every API, the pages, a database and pictures in ./data, and a provider that
  needs no key and no network. It prints an apiKey and a first request. Ctrl+C stops it in good order.

  It is set up by the environment and by a gesso.yaml in the directory of the start:
    PORT=8001 npm start               listens on another port
    GEMINI_API_KEY=... npm start      has Gemini draw; OPENAI_API_KEY, OPENROUTER_API_KEY and others likewise
    DATABASE_URL=postgres://...       keeps its books in PostgreSQL

  npm run admin -- settings           every setting, its default and its meaning
  npm run admin -- --help             apiKeys, teams and credits
  npm run doctor                      what is configured, what is missing, and what does not answer
`;

async function main(): Promise<void> {
	const config = readConfig(process.env, process.cwd());
	const app = await createApp(config);
	const firstApiKey = await prepareFirstTeam(app, config);
	const address = await app.server.listen({
		host: config.http.host,
		port: config.http.port,
	});
	console.log(startPage({ address, firstApiKey, config, app }));

	let isStopping = false;
	for (const signal of ["SIGTERM", "SIGINT"] as const) {
		process.on(signal, () => {
			// A second signal does not wait for running work.
			if (isStopping) process.exit(1);
			isStopping = true;
			app.log.info({ signal }, "Stopping");
			app.close().then(
				() => process.exit(0),
				(fault: unknown) => {
					app.log.error({ err: fault }, "Stopping failed");
					process.exit(1);
				},
			);
		});
	}
}

function isAddressInUse(fault: unknown): boolean {
	return (
		fault instanceof Error && "code" in fault && fault.code === "EADDRINUSE"
	);
}

const words = process.argv.slice(2);
if (words.length > 0) {
	const isAsked = words.every((word) => word === "--help" || word === "-h");
	if (!isAsked)
		console.error(
			`npm start takes no arguments but --help, and got: ${words.join(" ")}\n`,
		);
	console.log(HELP);
	process.exit(isAsked ? 0 : 2);
}
try {
	await main();
} catch (fault) {
	if (fault instanceof SettingsError)
		console.error(`Gesso cannot start with these settings:\n${fault.message}`);
	else if (isAddressInUse(fault))
		console.error(
			"Gesso could not start: another program listens on this port already. Set PORT to another one, for instance PORT=8001 npm start",
		);
	else console.error("Gesso could not start:", fault);
	process.exit(1);
}
