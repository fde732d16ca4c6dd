/** Makes stored pictures part of the library, under the claim of whoever drew them. */

import type { TransactionQueries } from "../../db/database.ts";
import type {
	ImageCallResult,
	Provider,
	Usage,
	Warning,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { newSecret } from "../ids.ts";
import { LostClaimError } from "../jobs/job-states.ts";
import { strikeReferenced } from "../library/referenced-objects.ts";
import { addUsage, type Cost, costOf, tokensOf } from "./estimate-cost.ts";
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
	const { claim, route } = job;
	const cost = costOf(result, route.dollars, result.images.length);
	await database.transaction(async (transaction) => {
		const row = await transaction
			.updateTable("generations")
			.set((eb) => ({
				total_tokens: eb("total_tokens", "+", tokensOf(result.usage)),
			}))
			.where("id", "=", claim.generationId)
			.where("claim_token", "=", claim.token)
			.where("status", "=", "active")
			.returning([
				"warnings_json",
				"cost_microdollars",
				"is_cost_estimated",
				"usage_json",
			])
			.executeTakeFirst();
		if (row === undefined) throw new LostClaimError(claim);
		await transaction
			.updateTable("generations")
			.set({
				warnings_json: JSON.stringify(
					addWarnings(JSON.parse(row.warnings_json), [
						...result.warnings,
						...pictures.flatMap(({ warnings }) => warnings),
					]),
				),
				...addCost(row, cost),
				usage_json: addUsageJson(row.usage_json, result.usage),
				...revisedPromptOf(pictures),
			})
			.where("id", "=", claim.generationId)
			.execute();
		await enterImages(transaction, { clock, newId }, job, provider, pictures);
	});
}

/** Enters pictures that lie in storage into the library. */
export async function enterImages(
	transaction: TransactionQueries,
	{ clock, newId }: Pick<EngineDependencies, "clock" | "newId">,
	{
		claim,
		route,
		teamId,
		seeds,
		isPublic,
	}: Pick<Job, "claim" | "teamId" | "seeds" | "isPublic"> & {
		readonly route: Pick<
			Job["route"],
			"provider" | "providerModel" | "watermark"
		>;
	},
	{ provenance }: Pick<Provider, "provenance">,
	pictures: readonly DrawnPicture[],
): Promise<void> {
	for (const { position, original, shown } of pictures) {
		await transaction
			.insertInto("images")
			.values({
				id: newId("img"),
				team_id: teamId,
				generation_id: claim.generationId,
				position,
				// A provider that does not say is taken to have used the one it was given.
				seed: original.seed ?? seeds?.[position] ?? null,
				storage_key: original.storageKey,
				sha256: original.sha256,
				media_type: original.mediaType,
				size_bytes: original.sizeBytes,
				original_width: original.size.width,
				original_height: original.size.height,
				width: shown.width,
				height: shown.height,
				provenance,
				provider: route.provider,
				provider_model: route.providerModel,
				watermark: route.watermark,
				public_token: newSecret(PUBLIC_TOKEN_BYTES),
				is_public: isPublic ? 1 : 0,
				created_at: clock(),
			})
			.execute();
	}
	await strikeReferenced(
		transaction,
		pictures.map(({ original }) => original.storageKey),
	);
}

/** Each warning once, however many calls gave it. */
export function addWarnings(
	warnings: readonly Warning[],
	more: readonly Warning[],
): readonly Warning[] {
	return [...warnings, ...more].filter(
		({ message }, index, all) =>
			all.findIndex((other) => other.message === message) === index,
	);
}

function addCost(
	row: { cost_microdollars: number | null; is_cost_estimated: number },
	cost: Cost | undefined,
) {
	if (cost === undefined) return {};
	return {
		cost_microdollars:
			(row.cost_microdollars ?? 0) + Math.round(cost.dollars * MICRO),
		is_cost_estimated: cost.isEstimated ? 1 : row.is_cost_estimated,
	};
}

function addUsageJson(
	json: string | null,
	usage: Usage | undefined,
): string | null {
	const sum = addUsage(json === null ? undefined : JSON.parse(json), usage);
	return sum === undefined ? null : JSON.stringify(sum);
}

function revisedPromptOf(pictures: readonly DrawnPicture[]): {
	revised_prompt?: string;
} {
	const revised = pictures.find(({ original }) => original.revisedPrompt);
	const text = revised?.original.revisedPrompt;
	return text === undefined ? {} : { revised_prompt: text };
}
