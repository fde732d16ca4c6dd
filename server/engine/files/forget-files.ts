/** Lets go of files: when they are deleted, and when their time is over. Their bytes go an hour later, if nothing else refers to them. */
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import { isFileName, isNamed } from "./own-names.ts";

const AT_ONCE = 100;

type ForgetDependencies = Pick<EngineDependencies, "database" | "clock">;

/** A batch that reads the file goes on with it. @throws {EngineError} `not_found` */
export async function removeFile(
	dependencies: ForgetDependencies,
	teamId: string,
	id: string,
): Promise<void> {
	const isGone =
		isFileName(id) && (await forget(dependencies, { name: id, teamId }));
	if (!isGone)
		throw new EngineError("not_found", "There is no such file in this team.");
}

/** @returns how many had expired. */
export async function forgetExpiredFiles(
	dependencies: ForgetDependencies,
): Promise<number> {
	const { database, clock } = dependencies;
	let forgotten = 0;
	for (;;) {
		const expired = await database.queries
			.selectFrom("files")
			.select("id")
			.where("expires_at", "<=", clock())
			.limit(AT_ONCE)
			.execute();
		for (const { id } of expired) {
			if (await forget(dependencies, { name: id })) forgotten++;
		}
		if (expired.length < AT_ONCE) return forgotten;
	}
}

async function forget(
	{ database, clock }: ForgetDependencies,
	{ name, teamId }: { readonly name: string; readonly teamId?: string },
): Promise<boolean> {
	return await database.transaction(async (transaction) => {
		const row = await transaction
			.deleteFrom("files")
			.$if(teamId === undefined, (query) => query.where("id", "=", name))
			.$if(teamId !== undefined, (query) =>
				query.where(isNamed(name)).where("team_id", "=", teamId ?? ""),
			)
			.returning("storage_key")
			.executeTakeFirst();
		if (row === undefined) return false;
		await enterUnreferenced(transaction, row.storage_key, clock());
		return true;
	});
}
