/** One call to a provider that talks: with a time limit, told to the observer and to the provider's gate. */
import type {
	ChatCall,
	ChatEvent,
	ProviderError,
} from "../../providers/provider.ts";
import { nextOrAbort } from "../../storage/next-or-abort.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { openCallFiles } from "../generations/call-files.ts";
import { providerErrorOf } from "../generations/call-provider.ts";
import { limitCallTime } from "../generations/call-time-limit.ts";
import { noteFault, noteSuccess } from "../jobs/provider-gates.ts";
import type { TalkingProvider } from "../models/talkers.ts";

type AskDependencies = Pick<
	EngineDependencies,
	"database" | "settings" | "clock" | "observer" | "staging"
>;

/**
 * Pictures among the events are files that are gone when the last event is.
 * @throws {ProviderError} for whatever goes wrong at the provider, a time limit included.
 * @throws the signal's reason when it aborts.
 */
export async function* askTalker(
	dependencies: AskDependencies,
	provider: TalkingProvider,
	call: ChatCall,
	signal: AbortSignal,
): AsyncGenerator<ChatEvent, void> {
	const { clock, observer } = dependencies;
	const startedAt = clock();
	const limit = limitCallTime(dependencies, provider);
	const left = new AbortController();
	const stop = AbortSignal.any([signal, limit.signal, left.signal]);
	const files = openCallFiles(dependencies);
	let outcome = "stopped";
	let iterator: AsyncIterator<ChatEvent> | undefined;
	try {
		const events = provider.chat(call, {
			signal: stop,
			keepFile: (bytes) => files.keep(bytes),
		});
		iterator = events[Symbol.asyncIterator]();
		for (;;) {
			const step = await nextOrAbort(iterator, stop);
			if (step.done) break;
			if (step.value.kind === "end") outcome = "ok";
			yield step.value;
		}
		outcome = "ok";
		if (!provider.isEmbedded) await noteSuccess(dependencies, provider.name);
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		const fault: ProviderError = providerErrorOf(error, limit.signal.aborted);
		outcome = fault.kind;
		if (!provider.isEmbedded)
			await noteFault(dependencies, provider.name, fault);
		throw fault;
	} finally {
		// Whoever reads no further ends the call.
		left.abort();
		limit.lift();
		// Not awaited: a provider that heeds no signal would hang in its own clean-up too.
		void endQuietly(iterator);
		observer.providerCalled({
			provider: provider.name,
			outcome,
			durationMs: clock() - startedAt,
		});
		await files.discardRest();
	}
}

async function endQuietly(
	iterator: AsyncIterator<unknown> | undefined,
): Promise<void> {
	try {
		await iterator?.return?.();
	} catch {}
}
