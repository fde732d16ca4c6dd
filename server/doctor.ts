/** `npm run doctor`: says what is configured, what is missing, and what does not answer, before a caller finds out. */
import { readConfig } from "./config.ts";
import { diagnose } from "./doctor/diagnose.ts";
import { doctorPage } from "./doctor/doctor-page.ts";
import { SettingsError } from "./settings.ts";

const HELP = `npm run doctor [-- <options>]

  Reads the configuration as the server does, and asks every provider and the database whether they are there.
  It draws nothing, costs nothing and prints no secret.

  --offline   asks nobody on the network
  --json      for programs
  --help      this page

Ends with 0 when everything that is configured works, with 1 when something does not, and with 2 when it was called in
a way that it does not know.`;

const OPTIONS: readonly string[] = ["--offline", "--json", "--help"];

/** @returns the exit code. */
async function run(words: readonly string[]): Promise<number> {
	const unknown = words.filter((word) => !OPTIONS.includes(word));
	if (unknown.length > 0 || words.includes("--help")) {
		console.log(HELP);
		return unknown.length > 0 ? 2 : 0;
	}
	const isJson = words.includes("--json");
	try {
		const config = readConfig(process.env, process.cwd());
		const diagnosis = await diagnose(config, {
			isOffline: words.includes("--offline"),
		});
		console.log(
			isJson
				? JSON.stringify({ ...diagnosis, faults: [] }, null, "\t")
				: doctorPage(diagnosis),
		);
		return diagnosis.isWell ? 0 : 1;
	} catch (error) {
		if (!(error instanceof SettingsError)) throw error;
		const faults = error.message.split("\n");
		console.log(
			isJson
				? JSON.stringify({ isWell: false, faults }, null, "\t")
				: `Gesso cannot start with this configuration:\n${error.message}`,
		);
		return 1;
	}
}

// A database that does not answer would keep the process.
process.exit(await run(process.argv.slice(2)));
