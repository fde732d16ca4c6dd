/** Works on things several at a time, and gives what comes of each as soon as it is there. */

/** What became of one thing; never rejects, since nobody may be listening yet. */
type Outcome<R> =
	| { readonly kind: "done"; readonly result: R }
	| { readonly kind: "failed"; readonly reason: unknown };

/**
 * Takes no thing before there is room for it. When `work` or the things throw, or the reader leaves, the signal aborts
 * what is under way and nothing is left behind when this is over.
 * @param most how many are under way at once.
 * @param leaving is aborted at the end, so that `work` can listen to it.
 * @throws what `work` or the things throw, the first of it.
 */
export async function* severalAtOnce<T, R>(
	things: AsyncIterable<T>,
	most: number,
	leaving: AbortController,
	work: (thing: T) => Promise<R>,
): AsyncGenerator<R, void> {
	const source = things[Symbol.asyncIterator]();
	const underWay = new Set<Promise<readonly [Outcome<R>, () => void]>>();
	const begin = (thing: T) => {
		const end = () => underWay.delete(job);
		const job = work(thing).then(
			(result) => [{ kind: "done", result } as const, end] as const,
			(reason: unknown) => [{ kind: "failed", reason } as const, end] as const,
		);
		underWay.add(job);
	};
	let isOver = false;
	try {
		for (;;) {
			while (!isOver && underWay.size < most) {
				const next = await source.next();
				if (next.done) isOver = true;
				else begin(next.value);
			}
			if (underWay.size === 0) return;
			const [outcome, end] = await Promise.race(underWay);
			end();
			if (outcome.kind === "failed") throw outcome.reason;
			yield outcome.result;
		}
	} finally {
		leaving.abort(new Error("Nobody reads the results any more."));
		await Promise.all(underWay);
		await source.return?.();
	}
}
