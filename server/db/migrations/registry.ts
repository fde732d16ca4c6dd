/** Every migration in order, one line each; a migration that was released is never changed. */
import type { Migration } from "kysely/migration";
import { firstHouse } from "./0001-first-house.ts";
import { routes } from "./0002-routes.ts";
import { guests } from "./0003-guests.ts";
import { conversations } from "./0004-conversations.ts";
import { filesAndBatches } from "./0005-files-and-batches.ts";
import { uploads } from "./0006-uploads.ts";
import { interactions } from "./0007-interactions.ts";

export const migrations: Record<string, Migration> = {
	"0001-first-house": firstHouse,
	"0002-routes": routes,
	"0003-guests": guests,
	"0004-conversations": conversations,
	"0005-files-and-batches": filesAndBatches,
	"0006-uploads": uploads,
	"0007-interactions": interactions,
};
