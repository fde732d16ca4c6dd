/** Brings a database's tables up to date; safe when several processes start at once. */
import { Migrator } from "kysely/migration";
import type { Database } from "./database.ts";
import { migrations } from "./migrations/registry.ts";

/** @throws the error of the migration that failed; the ones before it stay. */
export async function migrate(database: Database): Promise<void> {
	const migrator = new Migrator({
		db: database.queries,
		provider: { getMigrations: async () => migrations },
	});
	const { error } = await migrator.migrateToLatest();
	if (error !== undefined) throw error;
}
