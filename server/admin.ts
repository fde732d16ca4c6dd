/** `npm run admin -- ...`: what the owner of a server does without a network: apiKeys, credits, teams, and a list of the settings. */
import path from "node:path";
import { allSettings, readConfig } from "./config.ts";
import { openDatabase } from "./db/open-database.ts";
import { grant } from "./engine/credits/ledger.ts";
import { createIds } from "./engine/ids.ts";
import { TIERS } from "./engine/limits/config.ts";
import { createCatalogue } from "./engine/models/catalogue.ts";
import {
	createApiKey,
	createTeam,
	listApiKeys,
	listTeams,
	revokeApiKey,
	setDefaultModel,
	setTier,
} from "./engine/teams/teams.ts";
import { type Setting, SettingsError } from "./settings.ts";

const HELP = `npm run admin -- <command>

  team list                         teams, their ids and their credits
  team create <name> [<credits>]    a new team
  team tier <tier> [<team>]         how much a team may ask for in a time: none (no limit), free, pay-as-you-go,
                                    enterprise, or default for that of GESSO_TIER
  team model <model> [<team>]       who draws for a team when a request names no model, or default for whom the server
                                    chooses
  api-key list [<team>]             apiKeys of a team
  api-key create [<name>] [<team>]  a new apiKey, shown once
  api-key revoke <id> [<team>]      an apiKey stops working at once
  credits grant <number> [<team>]   gives a team credits
  settings                          every setting, its default and its meaning

<team> is a team's id; without it, the first team is meant.
`;

/** What commands work on. */
type Office = Awaited<ReturnType<typeof openOffice>>;
type Command = (office: Office, args: readonly string[]) => Promise<string>;

class UsageError extends Error {}

const commands: Readonly<Record<string, Command>> = {
	"team list": async ({ database }) => {
		const teams = await listTeams(database.queries);
		return teams
			.map(
				({ id, name, balance, tier, defaultModel }) =>
					`${id}  ${balance} credits  ${tier === null ? "" : `tier ${tier}  `}${defaultModel === null ? "" : `model ${defaultModel}  `}${name}`,
			)
			.join("\n");
	},
	"team create": async (office, [name, credits = "0"]) => {
		if (name === undefined) throw new UsageError("A team needs a name.");
		return await createTeam(office, { name, credits: wholeNumber(credits) });
	},
	"team tier": async (office, [tier, team]) => {
		const chosen = TIERS.find((each) => each === tier) ?? null;
		if (chosen === null && tier !== "default")
			throw new UsageError(`A tier is one of ${TIERS.join(", ")}, or default.`);
		const teamId = await teamIdOf(office, team);
		await setTier(office.database.queries, teamId, chosen);
		return `${teamId} has the tier ${chosen ?? "that GESSO_TIER says"} now.`;
	},
	"team model": async (office, [model, team]) => {
		if (model === undefined)
			throw new UsageError("Say which model: one of GET /v0/models.");
		const found = office.catalogue.find(model);
		const known = (found?.retirement ?? found?.model)?.id;
		const chosen = model === "default" ? null : (known ?? model);
		if (found?.model.image === null)
			throw new UsageError(`${model} does not draw.`);
		const teamId = await teamIdOf(office, team);
		await setDefaultModel(office.database.queries, teamId, chosen);
		const doubt =
			chosen !== null && found === undefined
				? "\nThe catalogue has no model of this name: it draws only if one of your providers lists it."
				: "";
		return `${chosen ?? "Whom the server chooses"} draws for ${teamId} now, where a request names no model.${doubt}`;
	},
	"api-key list": async (office, [team]) => {
		const keys = await listApiKeys(
			office.database.queries,
			await teamIdOf(office, team),
		);
		return keys
			.map(
				({ id, hint, role, name, revokedAt }) =>
					`${id}  ${hint}...  ${role}  ${name}${revokedAt === null ? "" : "  (revoked)"}`,
			)
			.join("\n");
	},
	"api-key create": async (office, [name = "unnamed", team]) => {
		const teamId = await teamIdOf(office, team);
		const key = await createApiKey(office, { teamId, name, role: "admin" });
		return `${key.apiKey}\n(shown this once; keep it)`;
	},
	"api-key revoke": async (office, [id, team]) => {
		if (id === undefined)
			throw new UsageError("Say which apiKey: npm run admin -- api-key list");
		await revokeApiKey(office, { id, teamId: await teamIdOf(office, team) });
		return `${id} is revoked.`;
	},
	"credits grant": async (office, [credits, team]) => {
		const teamId = await teamIdOf(office, team);
		const amount = wholeNumber(credits);
		await office.database.transaction((transaction) =>
			grant(transaction, office, {
				teamId,
				credits: amount,
				note: "granted by the owner of the server",
			}),
		);
		return `${teamId} was given ${amount} credits.`;
	},
};

/** Room by room. */
function listSettings(): string {
	return allSettings
		.filter(([, settings]) => Object.keys(settings).length > 0)
		.map(([room, settings]) =>
			[room, ...Object.values(settings).map(describe)].join("\n"),
		)
		.join("\n\n");
}

function describe(setting: Setting<unknown>): string {
	const byDefault = setting.default === "" ? "empty" : setting.default;
	return `  ${setting.variable}  (default ${byDefault})\n      ${setting.meaning}. Allowed: ${setting.allowed}.`;
}

async function openOffice() {
	const { house, catalogue } = readConfig(process.env, process.cwd());
	const clock = Date.now;
	const database = await openDatabase({
		url: house.databaseUrl,
		dataDirectory: path.resolve(house.dataDirectory),
		report: (fault) => console.error(fault),
	});
	return {
		database,
		clock,
		newId: createIds(clock),
		catalogue: createCatalogue(catalogue),
	};
}

async function teamIdOf(
	{ database }: Office,
	team: string | undefined,
): Promise<string> {
	const teams = await listTeams(database.queries);
	const found =
		team === undefined ? teams[0] : teams.find(({ id }) => id === team);
	if (found !== undefined) return found.id;
	throw new UsageError(
		team === undefined
			? "There is no team yet: start Gesso once, or create one with: team create <name>"
			: `There is no team ${team}. See: npm run admin -- team list`,
	);
}

function wholeNumber(text: string | undefined): number {
	if (text === undefined || !/^\d{1,12}$/.test(text))
		throw new UsageError("Credits are a whole number.");
	return Number(text);
}

const words = process.argv.slice(2);
if (words[0] === "settings") {
	// Needs no office, so that whoever has a wrong setting can look up what is right.
	console.log(listSettings());
	process.exit(0);
}
const names = Object.keys(commands);
const name = names.find((each) =>
	each.split(" ").every((word, index) => words[index] === word),
);
const command = name === undefined ? undefined : commands[name];
if (name === undefined || command === undefined) {
	const isAskingForHelp = words.length === 0 || words.includes("--help");
	console.log(HELP);
	process.exit(isAskingForHelp ? 0 : 2);
}
const office = await openOffice().catch((fault: unknown) => {
	if (!(fault instanceof SettingsError)) throw fault;
	console.error(`These settings are wrong:\n${fault.message}`);
	process.exit(1);
});
try {
	console.log(await command(office, words.slice(name.split(" ").length)));
} catch (fault) {
	console.error(fault instanceof Error ? fault.message : fault);
	process.exitCode = fault instanceof UsageError ? 2 : 1;
} finally {
	await office.database.close();
}
