/** Charges a generation and enqueues it: one transaction, so that neither happens without the other. */
import type { TransactionQueries } from "../../db/database.ts";
import type { Warning } from "../../providers/provider.ts";
import { charge } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import {
	enterUnreferenced,
	strikeReferenced,
} from "../library/referenced-objects.ts";
import type { ModelChoice } from "../models/resolve-model.ts";
import { MAX_SEED, type Plan } from "./check-capabilities.ts";
import type { StagedInput } from "./gather-input-images.ts";
import { enterIdempotencyKey } from "./idempotency-keys.ts";
import type { GenerationRequest, Principal } from "./request.ts";
import { searchTextOf } from "./search-text.ts";

/** All that the steps before found out about a request. */
export interface Order {
	readonly principal: Principal;
	readonly request: GenerationRequest;
	readonly choice: ModelChoice;
	readonly plan: Plan;
	readonly creditsPerImage: number;
	readonly inputs: readonly StagedInput[];
}

type EnqueueDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "clock" | "newId" | "random"
>;

/** @returns the id of the generation; an earlier one's when the request repeats under its idempotencyKey. */
export async function chargeAndEnqueue(
	dependencies: EnqueueDependencies,
	order: Order,
): Promise<string> {
	const { database, newId } = dependencies;
	const { principal, plan, request } = order;
	const generationId = newId("gen");
	const inputs = await storeInputs(dependencies, order);
	const earlier = await database.transaction(async (transaction) => {
		const earlierId =
			request.idempotency === undefined
				? null
				: await enterIdempotencyKey(transaction, {
						...request.idempotency,
						teamId: principal.teamId,
						generationId,
						now: dependencies.clock(),
					});
		if (earlierId !== null) return earlierId;
		await charge(transaction, dependencies, {
			teamId: principal.teamId,
			credits: order.creditsPerImage * plan.count,
			generationId,
		});
		await insertGeneration(dependencies, transaction, order, generationId);
		for (const [position, { input, storageKey }] of inputs.entries()) {
			await transaction
				.insertInto("generation_inputs")
				.values({
					generation_id: generationId,
					position,
					storage_key: storageKey,
					sha256: input.file.sha256,
					media_type: input.mediaType,
					width: input.width,
					height: input.height,
					size_bytes: input.file.sizeBytes,
				})
				.execute();
		}
		await strikeReferenced(
			transaction,
			inputs.map(({ storageKey }) => storageKey),
		);
		return null;
	});
	if (earlier !== null) return earlier;
	await database.announce({ kind: "queued" });
	return generationId;
}

async function storeInputs(
	{ database, storage, clock }: EnqueueDependencies,
	{ principal, inputs }: Order,
): Promise<{ input: StagedInput; storageKey: string }[]> {
	const stored = [];
	for (const input of inputs) {
		const storageKey = `inputs/${principal.teamId}/${input.file.sha256}.${input.extension}`;
		await enterUnreferenced(database.queries, storageKey, clock());
		await storage.put(storageKey, input.file);
		stored.push({ input, storageKey });
	}
	return stored;
}

async function insertGeneration(
	{ clock, random }: EnqueueDependencies,
	transaction: TransactionQueries,
	{ principal, request, choice, plan, creditsPerImage }: Order,
	id: string,
): Promise<void> {
	const now = clock();
	const warnings: Warning[] = [...choice.warnings, ...plan.warnings];
	// Fixed now rather than when it is drawn: whoever draws it, and however often, it is the same picture.
	const seeds =
		request.seeds ??
		(choice.model.honoursSeed
			? Array.from({ length: plan.count }, () =>
					Math.floor(random() * (MAX_SEED + 1)),
				)
			: null);
	await transaction
		.insertInto("generations")
		.values({
			id,
			team_id: principal.teamId,
			api_key_id: principal.apiKeyId,
			dialect: request.dialect,
			status: "queued",
			priority: request.priority === "batch" ? 1 : 0,
			model: choice.name,
			provider: choice.provider.name,
			provider_model: choice.model.providerModel,
			prompt: request.prompt,
			rendered_prompt: request.prompt,
			search_text: searchTextOf(request.prompt),
			revised_prompt: null,
			negative_prompt: request.negativePrompt ?? null,
			count: plan.count,
			aspect_ratio: plan.aspectRatio,
			resolution: plan.resolution,
			drawn_width: plan.drawn.width,
			drawn_height: plan.drawn.height,
			width: plan.delivered.width,
			height: plan.delivered.height,
			seeds_json: seeds === null ? null : JSON.stringify(seeds),
			is_public: request.isPublic ? 1 : 0,
			warnings_json: JSON.stringify(warnings),
			dialect_json: JSON.stringify(request.dialectData ?? {}),
			cache_key: request.cacheKey ?? null,
			price_per_image_credits: creditsPerImage,
			refunded_credits: 0,
			cost_microdollars: null,
			total_tokens: 0,
			error_code: null,
			error_message: null,
			failed_attempts: 0,
			takeovers: 0,
			due_at: now,
			claim_token: null,
			lease_expires_at: null,
			slots: 0,
			cancel_requested_at: null,
			created_at: now,
			started_at: null,
			ended_at: null,
		})
		.execute();
}
