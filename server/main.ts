/** Starts Gesso: reads the settings, opens the house, says what a newcomer needs to know, and stops in good order. */
import { createApp } from "./app.ts";
import { readConfig } from "./config.ts";
import { SettingsError } from "./settings.ts";
import { prepareFirstTeam, startPage } from "./start-page.ts";

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
