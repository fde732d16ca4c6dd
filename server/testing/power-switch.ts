/** A process's way to its database that can be cut at any moment, as when either of them dies: what was begun is rolled back, and no more can be begun. */
import type { KyselyPlugin } from "kysely";
import type { Database } from "../db/database.ts";

export interface PoweredDatabase {
	readonly database: Database;
	/** A single statement that was on its way may still arrive. */
	cut(): void;
	restore(): void;
}

export function withPowerSwitch(database: Database): PoweredDatabase {
	let isCut = false;
	function requirePower(): void {
		if (isCut) throw new Error("There is no way to the database");
	}
	const plugin: KyselyPlugin = {
		transformQuery: ({ node }) => {
			requirePower();
			return node;
		},
		transformResult: async ({ result }) => result,
	};
	const queries = database.queries.withPlugin(plugin);
	return {
		database: {
			...database,
			queries,
			// The plugin goes with it: its next statement fails, and so it is rolled back.
			transaction: (work) => queries.transaction().execute(work),
			announce: async (announcement) => {
				requirePower();
				await database.announce(announcement);
			},
			listen: (listener) =>
				database.listen((announcement) => {
					if (!isCut) listener(announcement);
				}),
		},
		cut: () => {
			isCut = true;
		},
		restore: () => {
			isCut = false;
		},
	};
}
