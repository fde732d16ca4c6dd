/** Waits for a source's next value, but not beyond an abort: a source that went silent cannot hold anyone. */

/** @throws the source's own error, or the signal's reason. */
export function nextOrAbort<T>(
	iterator: AsyncIterator<T>,
	signal: AbortSignal,
): Promise<IteratorResult<T>> {
	return new Promise((resolve, reject) => {
		if (signal.aborted) {
			reject(signal.reason);
			return;
		}
		const abort = () => reject(signal.reason);
		signal.addEventListener("abort", abort, { once: true });
		const settled = () => signal.removeEventListener("abort", abort);
		iterator.next().then(
			(step) => {
				settled();
				resolve(step);
			},
			(error: unknown) => {
				settled();
				reject(error);
			},
		);
	});
}
