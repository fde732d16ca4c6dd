/** Makes stored pictures part of the library, under the claim of whoever drew them. */
import type {
	ImageCallResult,
	Provider,
	Warning,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { newSecret } from "../ids.ts";
import { LostClaimError } from "../jobs/job-states.ts";
import { strikeReferenced } from "../library/referenced-objects.ts";
import type { Fitted } from "./fit.ts";
import type { Job } from "./job.ts";
import type { StoredOriginal } from "./store-original.ts";

/** Makes a public URL as hard to guess as an apiKey. */
const PUBLIC_TOKEN_BYTES = 24;
const MICRO = 1e6;

export interface DrawnPicture extends Fitted {
	readonly position: number;
	readonly original: StoredOriginal;
}

/** @throws {LostClaimError} when somebody else holds the generation by now; nothing is recorded then. */
export async function record(
	{
		database,
		clock,
		newId,
	}: Pick<EngineDependencies, "database" | "clock" | "newId">,
	job: Job,
	provider: Provider,
	result: ImageCallResult,
	pictures: readonly DrawnPicture[],
): Promise<void> {
	const { claim } = job;
	await database.transaction(async (transaction) => {
		const row = await transaction
			.updateTable("generations")
			.set((eb) => ({
				total_tokens: eb("total_tokens", "+", result.totalTokens),
			}))
			.where("id", "=", claim.generationId)
			.where("claim_token", "=", claim.token)
			.where("status", "=", "active")
			.returning(["warnings_json", "cost_microdollars"])
			.executeTakeFirst();
		if (row === undefined) throw new LostClaimError(claim);
		await transaction
			.updateTable("generations")
			.set({
				warnings_json: addWarnings(row.warnings_json, [
					...result.warnings,
					...pictures.flatMap(({ warnings }) => warnings),
				]),
				cost_microdollars: addCost(row.cost_microdollars, result.costDollars),
				...revisedPromptOf(pictures),
			})
			.where("id", "=", claim.generationId)
			.execute();
		for (const { position, original, shown } of pictures) {
			await transaction
				.insertInto("images")
				.values({
					id: newId("img"),
					team_id: job.teamId,
					generation_id: claim.generationId,
					position,
					// A provider that does not say is taken to have used the one it was given.
					seed: original.seed ?? job.seeds?.[position] ?? null,
					storage_key: original.storageKey,
					sha256: original.sha256,
					media_type: original.mediaType,
					size_bytes: original.sizeBytes,
					original_width: original.size.width,
					original_height: original.size.height,
					width: shown.width,
					height: shown.height,
					provenance: provider.provenance,
					public_token: newSecret(PUBLIC_TOKEN_BYTES),
					is_public: job.isPublic ? 1 : 0,
					created_at: clock(),
				})
				.execute();
		}
		await strikeReferenced(
			transaction,
			pictures.map(({ original }) => original.storageKey),
		);
	});
}

/** Each warning once, however many calls gave it. */
function addWarnings(json: string, more: readonly Warning[]): string {
	const warnings: Warning[] = JSON.parse(json);
	for (const warning of more) {
		if (!warnings.some(({ message }) => message === warning.message))
			warnings.push(warning);
	}
	return JSON.stringify(warnings);
}

function addCost(
	microdollars: number | null,
	dollars: number | undefined,
): number | null {
	if (dollars === undefined) return microdollars;
	return (microdollars ?? 0) + Math.round(dollars * MICRO);
}

function revisedPromptOf(pictures: readonly DrawnPicture[]): {
	revised_prompt?: string;
} {
	const revised = pictures.find(({ original }) => original.revisedPrompt);
	const text = revised?.original.revisedPrompt;
	return text === undefined ? {} : { revised_prompt: text };
}
