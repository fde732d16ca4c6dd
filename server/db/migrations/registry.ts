/** Every migration in order, one line each; a migration that was released is never changed. */
import type { Migration } from "kysely/migration";
import { firstHouse } from "./0001-first-house.ts";
import { routes } from "./0002-routes.ts";
import { guests } from "./0003-guests.ts";
import { conversations } from "./0004-conversations.ts";
import { filesAndBatches } from "./0005-files-and-batches.ts";
import { uploads } from "./0006-uploads.ts";
import { interactions } from "./0007-interactions.ts";
import { batchTerms } from "./0008-batch-terms.ts";
import { keptAnswers } from "./0009-kept-answers.ts";
import { rotatedTokens } from "./0010-rotated-tokens.ts";
import { keptWaits } from "./0011-kept-waits.ts";
import { presets } from "./0012-presets.ts";
import { catalogues } from "./0013-catalogues.ts";
import { vendorBatches } from "./0014-vendor-batches.ts";
import { askedRows } from "./0015-asked-rows.ts";
import { teamModels } from "./0016-team-models.ts";

export const migrations: Record<string, Migration> = {
	"0001-first-house": firstHouse,
	"0002-routes": routes,
	"0003-guests": guests,
	"0004-conversations": conversations,
	"0005-files-and-batches": filesAndBatches,
	"0006-uploads": uploads,
	"0007-interactions": interactions,
	"0008-batch-terms": batchTerms,
	"0009-kept-answers": keptAnswers,
	"0010-rotated-tokens": rotatedTokens,
	"0011-kept-waits": keptWaits,
	"0012-presets": presets,
	"0013-catalogues": catalogues,
	"0014-vendor-batches": vendorBatches,
	"0015-asked-rows": askedRows,
	"0016-team-models": teamModels,
};
