/** Every migration in order, one line each; a migration that was released is never changed. */
import type { Migration } from "kysely/migration";
import { firstHouse } from "./0001-first-house.ts";

export const migrations: Record<string, Migration> = {
	"0001-first-house": firstHouse,
};
