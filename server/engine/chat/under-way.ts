/** Knows which answers are being given, so that a process that stops can wait for them. */
import { setTimeout as sleep } from "node:timers/promises";

export class UnderWay {
	readonly #promises = new Set<Promise<void>>();

	/** @returns the same events; what is given by them is under way from the first to the last. */
	async *noting<T>(events: AsyncIterable<T>): AsyncGenerator<T, void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#promises.add(promise);
		try {
			yield* events;
		} finally {
			this.#promises.delete(promise);
			resolve();
		}
	}

	async settled(): Promise<void> {
		await Promise.all(this.#promises);
	}

	async settledWithin(durationMs: number): Promise<void> {
		const isSettled = new AbortController();
		await Promise.race([
			this.settled(),
			sleep(durationMs, undefined, { signal: isSettled.signal }).catch(
				() => {},
			),
		]);
		isSettled.abort();
	}
}
