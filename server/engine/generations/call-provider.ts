/** One call to a provider, with a time limit, told to the observer. */
import {
	type ImageCallResult,
	type Provider,
	ProviderError,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Job, PlannedCall } from "./job.ts";

type CallDependencies = Pick<
	EngineDependencies,
	"staging" | "settings" | "clock" | "observer"
>;

/**
 * @throws {ProviderError} for whatever goes wrong at the provider, a time limit included.
 * @throws the signal's reason when the work was stopped.
 */
export async function callProvider(
	{ staging, settings, clock, observer }: CallDependencies,
	provider: Provider,
	job: Job,
	call: PlannedCall,
	signal: AbortSignal,
): Promise<ImageCallResult> {
	const startedAt = clock();
	const timeout = AbortSignal.timeout(settings.callTimeoutSeconds * 1000);
	const tell = (outcome: string) =>
		observer.providerCalled({
			provider: provider.name,
			outcome,
			durationMs: clock() - startedAt,
		});
	try {
		const result = await provider.generateImages(
			{
				model: job.providerModel,
				prompt: job.renderedPrompt,
				negativePrompt: job.negativePrompt,
				count: call.positions.length,
				size: job.drawn,
				aspectRatio: job.aspectRatio,
				seed: call.seed,
				inputImages: job.inputImages,
			},
			{
				signal: AbortSignal.any([signal, timeout]),
				keepImage: (bytes) => staging.stage(bytes),
			},
		);
		tell("ok");
		return result;
	} catch (error) {
		if (signal.aborted) {
			tell("stopped");
			throw signal.reason;
		}
		const fault = providerErrorOf(error, timeout.aborted);
		tell(fault.kind);
		throw fault;
	}
}

function providerErrorOf(error: unknown, isTimedOut: boolean): ProviderError {
	if (isTimedOut) {
		return new ProviderError("timeout", "The provider took too long.", {
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
