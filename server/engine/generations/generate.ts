/**
 * The life of a generation, as two lists to be read aloud. `accept` runs while the caller waits; `work` runs wherever the
 * generation was claimed, perhaps in another process, perhaps more than once. Nobody else runs these steps.
 */
import { ProviderError } from "../../providers/provider.ts";
import { requireCredits } from "../credits/ledger.ts";
import type { EngineDependencies } from "../dependencies.ts";
import {
	CANCELED,
	type Claim,
	endClaimed,
	handBack,
} from "../jobs/job-states.ts";
import { CanceledSignal, StoppingSignal } from "../jobs/signals.ts";
import { resolveModel } from "../models/resolve-model.ts";
import { openCallFiles } from "./call-files.ts";
import { callProvider } from "./call-provider.ts";
import { chargeAndEnqueue } from "./charge-and-enqueue.ts";
import { checkCapabilities } from "./check-capabilities.ts";
import { checkText } from "./check-text.ts";
import { findCached } from "./find-cached.ts";
import { fit } from "./fit.ts";
import { discardInputs, gatherInputImages } from "./gather-input-images.ts";
import { findRepeated } from "./idempotency-keys.ts";
import { type Job, loadJob, type PlannedCall, planCalls } from "./job.ts";
import { price } from "./price.ts";
import { type DrawnPicture, record } from "./record.ts";
import type {
	Generation,
	GenerationRequest,
	GenerationStatus,
	Principal,
	Quote,
} from "./request.ts";
import { settle } from "./settle.ts";
import { storeOriginal } from "./store-original.ts";

/** What became of a request: a new generation to wait for, or pictures that were there already. */
export type Acceptance =
	| { readonly kind: "enqueued"; readonly generationId: string }
	| { readonly kind: "cached"; readonly generation: Generation };

/** @throws {EngineError} and has then charged and kept nothing. */
export async function accept(
	dependencies: EngineDependencies,
	principal: Principal,
	request: GenerationRequest,
): Promise<Acceptance> {
	const { queries } = dependencies.database;
	const { choice, plan, priced } = consider(dependencies, request);
	const findTwin = async () =>
		request.idempotency &&
		(await findRepeated(queries, {
			...request.idempotency,
			teamId: principal.teamId,
		}));
	const repeated = await findTwin();
	if (repeated) return { kind: "enqueued", generationId: repeated };
	const cached =
		request.cacheKey !== undefined &&
		(await findCached(queries, principal.teamId, request.cacheKey));
	if (cached) return { kind: "cached", generation: cached };
	try {
		await requireCredits(queries, principal.teamId, priced.credits);
	} catch (error) {
		// Perhaps this very request took them, sent twice at the same time.
		const twin = await findTwin();
		if (twin) return { kind: "enqueued", generationId: twin };
		throw error;
	}
	const inputs = await gatherInputImages(
		dependencies,
		request.inputImages ?? [],
	);
	try {
		const generationId = await chargeAndEnqueue(dependencies, {
			principal,
			request,
			choice,
			plan,
			creditsPerImage: priced.creditsPerImage,
			inputs,
		});
		return { kind: "enqueued", generationId };
	} catch (error) {
		await discardInputs(dependencies, inputs);
		throw error;
	}
}

/** The steps that need nothing but the request itself. */
function consider(
	dependencies: EngineDependencies,
	request: GenerationRequest,
) {
	checkText(request);
	const choice = resolveModel(dependencies, request.model);
	const plan = checkCapabilities(choice.model, request, dependencies.settings);
	return { choice, plan, priced: price(choice.model, plan) };
}

/** What `accept` would charge, without doing anything. @throws {EngineError} as `accept` would. */
export function quote(
	dependencies: EngineDependencies,
	request: GenerationRequest,
	balance: number,
): Quote {
	const { choice, plan, priced } = consider(dependencies, request);
	return {
		model: choice.name,
		provider: choice.provider.name,
		count: plan.count,
		...plan.delivered,
		...priced,
		balance,
		warnings: [...choice.warnings, ...plan.warnings],
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
	const model = dependencies.models.find(
		({ provider, providerModel }) =>
			provider === job.provider && providerModel === job.providerModel,
	);
	const calls = planCalls(job, model?.countPerCall ?? 1);
	const { drawn, faults } = await drawAll(dependencies, job, calls, signal);
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
	return await settle(dependencies, job, drawn, faults);
}

/** Runs the calls, as many at once as the claim has slots. */
async function drawAll(
	dependencies: EngineDependencies,
	job: Job,
	calls: readonly PlannedCall[],
	signal: AbortSignal,
): Promise<{ drawn: number; faults: ProviderError[] }> {
	const faults: ProviderError[] = [];
	let drawn = job.count - job.missing.length;
	const waiting = [...calls];
	async function drawOneByOne(): Promise<void> {
		for (let call = waiting.shift(); call; call = waiting.shift()) {
			try {
				const outcome = await draw(dependencies, job, call, signal);
				drawn += outcome.drawn;
				faults.push(...outcome.faults);
			} catch (error) {
				if (signal.aborted) return;
				if (!(error instanceof ProviderError)) throw error;
				faults.push(error);
			}
		}
	}
	await Promise.all(Array.from({ length: job.claim.slots }, drawOneByOne));
	return { drawn, faults };
}

/**
 * One call's pictures, from the provider into the library. One that is no good does not spoil the others.
 * @returns how many there were, and what was wrong with the rest.
 */
async function draw(
	dependencies: EngineDependencies,
	job: Job,
	call: PlannedCall,
	signal: AbortSignal,
): Promise<{ drawn: number; faults: ProviderError[] }> {
	const provider = dependencies.providers.get(job.provider);
	if (provider === undefined)
		throw new ProviderError("not_configured", `No provider ${job.provider}`);
	const files = openCallFiles(dependencies);
	try {
		const result = await callProvider(
			dependencies,
			provider,
			job,
			call,
			files,
			signal,
		);
		const pictures: DrawnPicture[] = [];
		const faults: ProviderError[] = [];
		for (const [index, position] of call.positions.entries()) {
			const image = result.images[index];
			if (image === undefined) break;
			try {
				const original = await storeOriginal(dependencies, job.teamId, image);
				const fitted = await fit(dependencies, job, original);
				pictures.push({ position, original, ...fitted });
			} catch (error) {
				if (!(error instanceof ProviderError)) throw error;
				faults.push(error);
			}
		}
		await record(dependencies, job, provider, result, pictures);
		return { drawn: pictures.length, faults };
	} finally {
		await files.discardRest();
	}
}
