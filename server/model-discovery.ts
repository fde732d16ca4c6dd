/** Asks vendors now and then which models they have, so that the catalogue knows of those that nobody described. */
import type { Log } from "./engine/dependencies.ts";
import type { Catalogue } from "./engine/models/catalogue.ts";
import {
	type ImageCapabilities,
	type Provider,
	ProviderError,
} from "./providers/provider.ts";

export interface DiscoveryOptions {
	/** Those that are not ready, or have nothing to tell, are passed over. */
	readonly providers: readonly Provider[];
	/** What a model of a provider can do of which the vendor does not say it. */
	defaultsOf(provider: string): ImageCapabilities | undefined;
	readonly catalogue: Pick<Catalogue, "learn">;
	readonly log: Pick<Log, "info" | "warn">;
	/** Between one time and the next. */
	readonly intervalMs?: number;
	/** For one answer. */
	readonly timeoutMs?: number;
}

export interface Discovery {
	/** Over as soon as every vendor has been asked once. */
	readonly firstRound: Promise<void>;
	/** What is under way is broken off. */
	stop(): Promise<void>;
}

const HOUR_MS = 60 * 60 * 1000;
const TIMEOUT_MS = 60_000;

/** Begins at once, and in the background: nobody waits for it, and no failure of it stops anything. */
export function startDiscovery(options: DiscoveryOptions): Discovery {
	const { intervalMs = HOUR_MS, timeoutMs = TIMEOUT_MS } = options;
	const stopped = new AbortController();
	const failing = new Set<string>();

	async function ask(provider: Provider): Promise<void> {
		const { name, listModels } = provider;
		const defaults = options.defaultsOf(name);
		if (listModels === undefined || defaults === undefined) return;
		try {
			const models = await listModels(
				AbortSignal.any([stopped.signal, AbortSignal.timeout(timeoutMs)]),
			);
			options.catalogue.learn(name, models, defaults);
			failing.delete(name);
			options.log.info(
				{ provider: name, models: models.length },
				"The vendor told which models it has",
			);
		} catch (error) {
			if (stopped.signal.aborted || failing.has(name)) return;
			failing.add(name);
			options.log.warn(
				{ provider: name, reason: reasonOf(error) },
				"The vendor did not tell which models it has; those that are described are drawn all the same",
			);
		}
	}

	const round = async () => {
		await Promise.all(
			options.providers
				.filter(
					({ discovers, readiness }) =>
						discovers === true && readiness.status === "ready",
				)
				.map(ask),
		);
	};
	let running = round();
	const timer = setInterval(() => {
		running = running.then(round);
	}, intervalMs);
	timer.unref();
	return {
		firstRound: running,
		stop: async () => {
			clearInterval(timer);
			stopped.abort(new Error("The server is stopping"));
			await running;
		},
	};
}

/** In our own words: a vendor's may hold anything. */
function reasonOf(error: unknown): string {
	if (error instanceof ProviderError) return error.publicMessage;
	return error instanceof DOMException && error.name === "TimeoutError"
		? "It took too long."
		: "Its answer could not be read.";
}
