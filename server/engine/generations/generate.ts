/**
 * The life of a generation, as two lists to be read aloud. `accept` runs while the caller waits; `work` runs wherever the
 * generation was claimed, perhaps in another process, perhaps more than once. Nobody else runs these steps.
 */
import type { Warning } from "../../providers/provider.ts";
import { requireConversation } from "../conversations/conversations.ts";
import { requireCredits } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import {
	CANCELED,
	type Claim,
	endClaimed,
	handBack,
} from "../jobs/job-states.ts";
import { closedGates } from "../jobs/provider-gates.ts";
import { CanceledSignal, StoppingSignal } from "../jobs/signals.ts";
import { requireWithinTier } from "../limits/tiers.ts";
import { resolveModel } from "../models/resolve-model.ts";
import { findDefaultModel } from "../teams/teams.ts";
import { chargeAndEnqueue, type StartingRoute } from "./charge-and-enqueue.ts";
import { checkCapabilities } from "./check-capabilities.ts";
import { checkText } from "./check-text.ts";
import { drawRound } from "./draw-round.ts";
import { findCached } from "./find-cached.ts";
import { discardInputs, gatherInputImages } from "./gather-input-images.ts";
import { findRepeated } from "./idempotency-keys.ts";
import { loadJob } from "./job.ts";
import { batchMicrocredits, creditsFor, price } from "./price.ts";
import { renderPreset } from "./render-preset.ts";
import type {
	Generation,
	GenerationRequest,
	GenerationStatus,
	Principal,
	Quote,
} from "./request.ts";
import { anotherRouteWarning, settle } from "./settle.ts";
import { type StoredRoute, storedRoutes } from "./stored-route.ts";
import type { Terms } from "./terms.ts";

/** What became of a request: a new generation to wait for, or pictures that were there already. */
export type Acceptance =
	| { readonly kind: "enqueued"; readonly generationId: string }
	| { readonly kind: "cached"; readonly generation: Generation };

/** @throws {EngineError} and has then charged and kept nothing. */
export async function accept(
	dependencies: EngineDependencies,
	principal: Principal,
	asked: GenerationRequest,
	terms?: Terms,
): Promise<Acceptance> {
	const { queries } = dependencies.database;
	const findTwin = async () =>
		asked.idempotency &&
		(await findRepeated(queries, {
			...asked.idempotency,
			teamId: principal.teamId,
		}));
	// Before its preset is looked at, which may have been changed or deleted since.
	const repeated = await findTwin();
	if (repeated) return { kind: "enqueued", generationId: repeated };
	const considered = await consider(dependencies, principal.teamId, asked);
	const { request, choice, plan, priced } = considered;
	const agreed = terms?.price ?? priced;
	const cached =
		request.cacheKey !== undefined &&
		(await findCached(queries, principal.teamId, request.cacheKey));
	if (cached) return { kind: "cached", generation: cached };
	try {
		await requireWithinTier(dependencies, principal, {
			images: plan.count,
			isBatch: request.priority === "batch",
		});
		await requireCredits(
			queries,
			principal.teamId,
			creditsFor(agreed, plan.count),
		);
	} catch (error) {
		// Perhaps this very request took them, sent twice at the same time.
		const twin = await findTwin();
		if (twin) return { kind: "enqueued", generationId: twin };
		throw error;
	}
	if (request.conversation !== undefined) {
		await requireConversation(
			queries,
			principal.teamId,
			request.conversation.conversationId,
		);
	}
	const inputs = await gatherInputImages(
		dependencies,
		request.inputImages ?? [],
		request.mask,
	);
	try {
		const routes = storedRoutes(choice.routes, request, plan);
		const start = await startingRoute(dependencies, routes);
		const generationId = await chargeAndEnqueue(dependencies, {
			principal,
			request,
			model: choice.name,
			routes,
			start,
			warnings: [...choice.warnings, ...plan.warnings, ...start.warnings],
			plan,
			price: agreed,
			alongside: terms?.alongside,
			inputs,
		});
		return { kind: "enqueued", generationId };
	} catch (error) {
		await discardInputs(dependencies, inputs);
		throw error;
	}
}

/** @throws {EngineError} `generation_disabled` when nothing is drawn on this server at all. */
export function requireEnabled({
	settings,
}: Pick<EngineDependencies, "settings">): void {
	if (settings.generationEnabled) return;
	throw new EngineError(
		"generation_disabled",
		"Image generation is switched off on this server (IMAGE_GENERATION_ENABLED).",
	);
}

/** The steps that need nothing but the request itself, and its preset. */
async function consider(
	dependencies: EngineDependencies,
	teamId: string,
	asked: GenerationRequest,
) {
	requireEnabled(dependencies);
	const request = await renderPreset(dependencies, teamId, asked);
	checkText(request);
	const isOpen = request.model === undefined && request.provider === undefined;
	const model = isOpen
		? await findDefaultModel(dependencies.database.queries, teamId)
		: request.model;
	const choice = resolveModel(dependencies, { ...request, model });
	const [route] = choice.routes;
	const plan = checkCapabilities(route, request, dependencies.settings);
	return { request, choice, plan, priced: price(route.model, plan) };
}

/** The first way whose provider's vendor is not known to be out of order; the very first when all are. */
async function startingRoute(
	dependencies: EngineDependencies,
	routes: readonly [StoredRoute, ...StoredRoute[]],
): Promise<StartingRoute & { readonly warnings: readonly Warning[] }> {
	const [preferred] = routes;
	const closed =
		routes.length === 1
			? new Set()
			: await closedGates(
					dependencies,
					routes.map(({ provider }) => provider),
				);
	const index = routes.findIndex(({ provider }) => !closed.has(provider));
	const route = routes[index];
	if (route === undefined || index === 0)
		return { index: 0, route: preferred, warnings: [] };
	return { index, route, warnings: [anotherRouteWarning(preferred, route)] };
}

/** What `accept` would charge, without doing anything. @throws {EngineError} as `accept` would. */
export async function quote(
	dependencies: EngineDependencies,
	teamId: string,
	asked: GenerationRequest,
	balance: number,
): Promise<Quote> {
	const { request, choice, plan, priced } = await consider(
		dependencies,
		teamId,
		asked,
	);
	const { creditsPerImage } = priced;
	return {
		model: choice.name,
		provider: choice.routes[0].provider.name,
		renderedPrompt: request.renderedPrompt,
		count: plan.count,
		...plan.delivered,
		resolution: plan.resolution,
		creditsPerImage,
		credits: creditsFor(priced, plan.count),
		balance,
		warnings: [...choice.warnings, ...plan.warnings],
	};
}

/** What one picture of a request costs as a line of a batch, without doing anything. @throws {EngineError} as `accept` would. */
export async function quoteInBatch(
	dependencies: EngineDependencies,
	teamId: string,
	request: GenerationRequest,
): Promise<{ readonly count: number; readonly microcreditsPerImage: number }> {
	const { choice, plan, priced } = await consider(
		dependencies,
		teamId,
		request,
	);
	const [{ model }] = choice.routes;
	return {
		count: plan.count,
		microcreditsPerImage: batchMicrocredits(model, priced.creditsPerImage),
	};
}

/**
 * Draws what is missing of a claimed generation and settles it.
 * @returns how the generation ended, or `null` when it did not.
 * @throws {LostClaimError} when somebody else holds it by now.
 */
export async function work(
	dependencies: EngineDependencies,
	claim: Claim,
	signal: AbortSignal,
): Promise<GenerationStatus | null> {
	const job = await loadJob(dependencies, claim);
	const round = await drawRound(dependencies, job, signal);
	if (signal.reason instanceof StoppingSignal) {
		await handBack(dependencies, claim);
		return null;
	}
	if (signal.reason instanceof CanceledSignal) {
		await endClaimed(dependencies, claim, {
			status: "canceled",
			error: CANCELED,
		});
		return "canceled";
	}
	return await settle(dependencies, job, round);
}
