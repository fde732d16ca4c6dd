/** Charges a generation and enqueues it: one transaction, so that neither happens without the other. */
import type { TransactionQueries } from "../../db/database.ts";
import type { Warning } from "../../providers/provider.ts";
import { appendCall } from "../conversations/append-items.ts";
import { charge } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { strikeReferenced } from "../library/referenced-objects.ts";
import { takeOfTier } from "../limits/tiers.ts";
import type { Plan } from "./check-capabilities.ts";
import type { StagedInput } from "./gather-input-images.ts";
import { enterIdempotencyKey } from "./idempotency-keys.ts";
import type { Wishes } from "./job.ts";
import { creditsFor, type Price } from "./price.ts";
import type { Principal, RenderedRequest } from "./request.ts";
import { searchTextOf } from "./search-text.ts";
import { MAX_SEED } from "./seeds.ts";
import { storeInputs } from "./store-inputs.ts";
import type { StoredRoute } from "./stored-route.ts";
import type { Terms } from "./terms.ts";

/** All that the steps before found out about a request. */
export interface Order {
	readonly principal: Principal;
	readonly request: RenderedRequest;
	/** As the caller named it. */
	readonly model: string;
	/** Every way to draw it, and the one to begin with. */
	readonly routes: readonly StoredRoute[];
	readonly start: StartingRoute;
	readonly warnings: readonly Warning[];
	readonly plan: Plan;
	readonly price: Price;
	readonly alongside?: Terms["alongside"] | undefined;
	readonly inputs: readonly StagedInput[];
}

export interface StartingRoute {
	readonly index: number;
	readonly route: StoredRoute;
}

type EnqueueDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "clock" | "newId" | "random" | "settings"
>;

/** @returns the id of the generation; an earlier one's when the request repeats under its idempotencyKey. */
export async function chargeAndEnqueue(
	dependencies: EnqueueDependencies,
	order: Order,
): Promise<string> {
	const { database, newId } = dependencies;
	const { principal, plan, request } = order;
	const generationId = newId("gen");
	const inputs = await storeInputs(
		dependencies,
		principal.teamId,
		order.inputs,
	);
	const earlier = await database.transaction(async (transaction) => {
		const earlierId =
			request.idempotency === undefined
				? null
				: await enterIdempotencyKey(transaction, {
						...request.idempotency,
						teamId: principal.teamId,
						madeId: generationId,
						now: dependencies.clock(),
					});
		if (earlierId !== null) return earlierId;
		await takeOfTier(transaction, dependencies, principal, {
			images: plan.count,
			id: generationId,
			isBatch: request.priority === "batch",
		});
		await charge(transaction, dependencies, {
			teamId: principal.teamId,
			credits: creditsFor(order.price, plan.count),
			generationId,
		});
		await insertGeneration(dependencies, transaction, order, generationId);
		for (const [position, { input, storageKey }] of inputs.entries()) {
			await transaction
				.insertInto("generation_inputs")
				.values({
					generation_id: generationId,
					position,
					role: input.role,
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
		if (request.conversation !== undefined) {
			await appendCall(transaction, dependencies, principal.teamId, {
				call: request.conversation,
				prompt: request.prompt,
				model: order.model,
				generationId,
				references: inputs.filter(({ input }) => input.role === "reference")
					.length,
			});
		}
		await order.alongside?.(transaction, generationId);
		return null;
	});
	if (earlier !== null) return earlier;
	await database.announce({ kind: "queued" });
	return generationId;
}

/** Enters a generation as one that waits; nothing is charged by it. */
export async function insertGeneration(
	{ clock, random }: EnqueueDependencies,
	transaction: TransactionQueries,
	order: Order,
	id: string,
): Promise<void> {
	const { principal, request, routes, start, plan } = order;
	const { route } = start;
	const wishes: Wishes = {
		quality: request.quality,
		background: request.background,
		partialImages: request.partialImages,
	};
	const now = clock();
	// Fixed now rather than when it is drawn: whoever draws it, and however often, it is the same picture.
	const seeds =
		plan.seeds ??
		(route.seed === "honoured"
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
			model: order.model,
			provider: route.provider,
			provider_model: route.providerModel,
			prompt: request.prompt,
			rendered_prompt: request.renderedPrompt,
			search_text: searchTextOf(request.prompt),
			revised_prompt: null,
			negative_prompt: request.negativePrompt ?? null,
			preset_id: request.renderedFrom?.presetId ?? null,
			preset_version: request.renderedFrom?.version ?? null,
			variables_json: request.renderedFrom?.variablesJson ?? null,
			count: plan.count,
			aspect_ratio: plan.aspectRatio,
			resolution: plan.resolution,
			routes_json: JSON.stringify(routes),
			route: start.index,
			wishes_json: JSON.stringify(wishes),
			drawn_width: route.frame.width,
			drawn_height: route.frame.height,
			width: plan.delivered.width,
			height: plan.delivered.height,
			seeds_json: seeds === null ? null : JSON.stringify(seeds),
			is_public: request.isPublic ? 1 : 0,
			warnings_json: JSON.stringify(order.warnings),
			dialect_json: JSON.stringify(request.dialectData ?? {}),
			cache_key: request.cacheKey ?? null,
			price_per_image_credits: order.price.creditsPerImage,
			dearer_images: order.price.dearerImages,
			refunded_credits: 0,
			cost_microdollars: null,
			is_cost_estimated: 0,
			usage_json: null,
			total_tokens: 0,
			progress_percent: null,
			error_code: null,
			error_message: null,
			error_retry_after_ms: null,
			given_up_json: "[]",
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
