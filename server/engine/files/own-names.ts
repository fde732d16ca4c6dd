/** Names that teams give their files themselves, under which these are found as by their ids. */
import type { ExpressionBuilder } from "kysely";
import type { Queries, TransactionQueries } from "../../db/database.ts";
import type { Schema } from "../../db/schema.ts";
import { EngineError, invalid } from "../errors.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";

const MAX_CHARACTERS = 40;

/** Whether what a caller sent can be a file's id, or a name of its own, at all. */
export function isFileName(text: string): boolean {
	return (
		text.length <= MAX_CHARACTERS &&
		/^[0-9a-z](?:[0-9a-z-]*[0-9a-z])?$/.test(text)
	);
}

/** By its id or its own name. An id is no name that anybody would think of, so that only one can be meant. */
export function isNamed(name: string) {
	return (eb: ExpressionBuilder<Schema, "files">) =>
		eb.or([eb("id", "=", name), eb("own_name", "=", name)]);
}

/**
 * Looks before any byte is taken in; `freeOwnName` decides.
 * @param field the caller's word for it.
 * @throws {EngineError} `invalid_request` for what is no name; `conflict` when another file has it.
 */
export async function requireOwnName(
	queries: Queries,
	team: { readonly teamId: string; readonly now: number },
	name: string,
	field: string,
): Promise<void> {
	if (!isFileName(name)) {
		const allowed = `1 to ${MAX_CHARACTERS} of 0-9, a-z and dashes, with no dash at either end`;
		throw invalid(field, `A file's name is ${allowed}.`, allowed);
	}
	const holder = await holderOf(queries, team.teamId, name);
	if (holder !== undefined && isKept(holder, team.now)) throw taken(name);
}

/** Forgets a file whose time is over and that has the name still. @throws {EngineError} `conflict` when one has it that is kept. */
export async function freeOwnName(
	transaction: TransactionQueries,
	{ teamId, now }: { readonly teamId: string; readonly now: number },
	name: string,
): Promise<void> {
	const holder = await holderOf(transaction, teamId, name);
	if (holder === undefined) return;
	if (isKept(holder, now)) throw taken(name);
	await transaction.deleteFrom("files").where("id", "=", holder.id).execute();
	await enterUnreferenced(transaction, holder.storage_key, now);
}

async function holderOf(queries: Queries, teamId: string, name: string) {
	return await queries
		.selectFrom("files")
		.select(["id", "storage_key", "expires_at"])
		.where(isNamed(name))
		.where("team_id", "=", teamId)
		.executeTakeFirst();
}

function isKept(
	{ expires_at }: { readonly expires_at: number | null },
	now: number,
): boolean {
	return expires_at === null || expires_at > now;
}

function taken(name: string): EngineError {
	return new EngineError(
		"conflict",
		`There is a file ${name} already. Delete it first, or choose another name.`,
	);
}
