/** Has something read to its end although whoever listens may leave before. */

/**
 * @param log is told what goes wrong when nobody listens any more.
 * @returns what is read, as it comes, until the signal aborts.
 */
export function readToEnd<T>(
	source: AsyncIterable<T>,
	signal: AbortSignal,
	log: (fault: unknown) => void,
): AsyncGenerator<T, void> {
	const waiting: T[] = [];
	let hasLeft = false;
	let outcome: { readonly fault?: unknown } | undefined;
	let wake = () => {};
	const read = async () => {
		try {
			for await (const piece of source) {
				if (!hasLeft) waiting.push(piece);
				wake();
			}
			outcome = {};
		} catch (fault) {
			if (hasLeft) log(fault);
			outcome = { fault };
		}
		wake();
	};
	void read();
	async function* heard(): AsyncGenerator<T, void> {
		const leave = () => wake();
		signal.addEventListener("abort", leave);
		try {
			while (!signal.aborted) {
				const woken = new Promise<void>((resolve) => {
					wake = resolve;
				});
				for (let piece = waiting.shift(); piece !== undefined; ) {
					yield piece;
					piece = waiting.shift();
				}
				if (outcome !== undefined) {
					if ("fault" in outcome) throw outcome.fault;
					return;
				}
				if (!signal.aborted) await woken;
			}
		} finally {
			hasLeft = true;
			signal.removeEventListener("abort", leave);
		}
	}
	return heard();
}
