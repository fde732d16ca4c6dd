/** Lines to be handed over, of which one knows afterwards whether it was they that broke off. */

export interface WatchedLines<T> {
	/** To be read once. */
	readonly lines: AsyncIterable<T>;
	/** @throws what the lines threw, if they did, as it was. */
	rethrow(): void;
}

export function watchLines<T>(source: AsyncIterable<T>): WatchedLines<T> {
	let broken: { readonly reason: unknown } | undefined;
	async function* watched(): AsyncGenerator<T, void> {
		try {
			yield* source;
		} catch (reason) {
			broken = { reason };
			throw reason;
		}
	}
	return {
		lines: watched(),
		rethrow: () => {
			if (broken !== undefined) throw broken.reason;
		},
	};
}
