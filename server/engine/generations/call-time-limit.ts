/** How long one call to a provider may take. */
import type { Provider } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";

export interface CallTimeLimit {
	/** Aborts when the time is over. */
	readonly signal: AbortSignal;
	/** To be called when the call has ended. Node's own signal with a timeout would stay until then, and with it what hangs on it. */
	lift(): void;
}

export function limitCallTime(
	{ settings }: Pick<EngineDependencies, "settings">,
	{ limits }: Pick<Provider, "limits">,
): CallTimeLimit {
	const controller = new AbortController();
	const timer = setTimeout(
		() => controller.abort(new DOMException("Time is over", "TimeoutError")),
		Math.min(
			settings.callTimeoutSeconds * 1000,
			limits.callTimeoutMs ?? Number.POSITIVE_INFINITY,
		),
	).unref();
	return { signal: controller.signal, lift: () => clearTimeout(timer) };
}
