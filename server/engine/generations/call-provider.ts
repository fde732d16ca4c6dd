/** One call to a provider, with a time limit, told to the observer. */
import {
	type ImageCallResult,
	type Provider,
	ProviderError,
} from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { CallFiles } from "./call-files.ts";
import type { Job, PlannedCall } from "./job.ts";

/** How long a provider that was told to stop may take to do so, before it is left behind. */
const DEAF_AFTER_MS = 1_000;

type CallDependencies = Pick<
	EngineDependencies,
	"settings" | "clock" | "observer"
>;

/**
 * @throws {ProviderError} for whatever goes wrong at the provider, a time limit included.
 * @throws the signal's reason when the work was stopped.
 */
export async function callProvider(
	{ settings, clock, observer }: CallDependencies,
	provider: Provider,
	job: Job,
	call: PlannedCall,
	files: CallFiles,
	signal: AbortSignal,
): Promise<ImageCallResult> {
	const startedAt = clock();
	const timeout = AbortSignal.timeout(settings.callTimeoutSeconds * 1000);
	const stop = AbortSignal.any([signal, timeout]);
	const tell = (outcome: string) =>
		observer.providerCalled({
			provider: provider.name,
			outcome,
			durationMs: clock() - startedAt,
		});
	try {
		const drawing = provider.generateImages(
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
			{ signal: stop, keepImage: (bytes) => files.keep(bytes) },
		);
		const result = await unlessDeaf(drawing, stop);
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
