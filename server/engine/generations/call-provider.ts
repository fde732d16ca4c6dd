/** One call to a provider, with a time limit, told to the observer and to the provider's gate. */
import {
	type CallContext,
	type ImageCall,
	type ImageCallResult,
	type Provider,
	ProviderError,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { noteFault, noteSuccess } from "../jobs/provider-gates.ts";
import type { Wish } from "../models/resolve-model.ts";
import { limitCallTime } from "./call-time-limit.ts";
import type { Job, PlannedCall } from "./job.ts";

/** How long a provider that was told to stop may take to do so, before it is left behind. */
const DEAF_AFTER_MS = 1_000;

type CallDependencies = Pick<
	EngineDependencies,
	"database" | "settings" | "clock" | "observer"
>;

/** What the engine lends a provider, but for the time limit. */
export type LentContext = Omit<CallContext, "signal">;

/**
 * @throws {ProviderError} for whatever goes wrong at the provider, a time limit included.
 * @throws the signal's reason when the work was stopped.
 */
export async function callProvider(
	dependencies: CallDependencies,
	provider: Provider,
	job: Job,
	call: PlannedCall,
	lent: LentContext,
	signal: AbortSignal,
): Promise<ImageCallResult> {
	const { clock, observer } = dependencies;
	const startedAt = clock();
	const limit = limitCallTime(dependencies, provider);
	const stop = AbortSignal.any([signal, limit.signal]);
	const tell = (outcome: string) =>
		observer.providerCalled({
			provider: provider.name,
			outcome,
			durationMs: clock() - startedAt,
		});
	try {
		const drawing = provider.generateImages(imageCallOf(job, call), {
			...lent,
			signal: stop,
		});
		const result = await unlessDeaf(drawing, stop);
		tell("ok");
		if (!provider.isEmbedded) await noteSuccess(dependencies, provider.name);
		return result;
	} catch (error) {
		if (signal.aborted) {
			tell("stopped");
			throw signal.reason;
		}
		const fault = providerErrorOf(error, limit.signal.aborted);
		tell(fault.kind);
		if (!provider.isEmbedded)
			await noteFault(dependencies, provider.name, fault);
		throw fault;
	} finally {
		limit.lift();
	}
}

/** What a provider is asked for by one of the calls of a job. */
export function imageCallOf(job: Job, call: PlannedCall): ImageCall {
	const { route, negativePrompt } = job;
	const heeded = <T>(wish: Wish, value: T) =>
		route.ignores.includes(wish) ? undefined : value;
	const isFolded =
		negativePrompt !== undefined && route.negativePrompt === "folded";
	return {
		model: route.providerModel,
		prompt: isFolded
			? `${job.renderedPrompt}\n\nAvoid: ${negativePrompt}`
			: job.renderedPrompt,
		negativePrompt: isFolded ? undefined : negativePrompt,
		count: call.positions.length,
		frame: route.frame,
		seed: call.seed,
		inputImages: job.inputImages,
		mask: heeded("mask", job.mask),
		quality: heeded("quality", job.quality),
		background: heeded("background", job.background),
		partialImages: Math.min(job.partialImages, route.partialImages ?? 0),
	};
}

/** A provider that heeds no signal must not hold a generation, or a server that stops, for ever. */
async function unlessDeaf<T>(
	drawing: Promise<T>,
	stop: AbortSignal,
): Promise<T> {
	const { promise: left, reject } = Promise.withResolvers<never>();
	let timer: NodeJS.Timeout | undefined;
	const leaveSoon = () => {
		timer = setTimeout(() => reject(stop.reason), DEAF_AFTER_MS);
	};
	if (stop.aborted) leaveSoon();
	stop.addEventListener("abort", leaveSoon, { once: true });
	try {
		return await Promise.race([drawing, left]);
	} finally {
		clearTimeout(timer);
		stop.removeEventListener("abort", leaveSoon);
	}
}

/** Whatever a provider threw, as its own kind of error. */
export function providerErrorOf(
	error: unknown,
	isTimedOut: boolean,
): ProviderError {
	if (isTimedOut) {
		return new ProviderError("timeout", "The provider took too long.", {
			// It may be at work on it still, and ask money for it.
			mayBePaid: true,
			cause: error,
		});
	}
	if (error instanceof ProviderError) return error;
	// Not the provider's own word: whatever it says may be a secret of ours, so the caller is told nothing of it.
	return new ProviderError("unavailable", String(error), {
		publicMessage: "The provider failed unexpectedly.",
		cause: error,
	});
}
