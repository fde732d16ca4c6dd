/** Lets only so many jobs run at once; the others wait in the order they came. */

export interface Gate {
	/**
	 * Runs the job when it is its turn. Its turn ends when its promise settles, whichever way.
	 * @param signal gives up the place in the queue, with its reason; a job that has begun runs on.
	 */
	run<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createGate(jobsAtOnce: number): Gate {
	let free = jobsAtOnce;
	// A set keeps the order and lets anyone leave from the middle.
	const waiting = new Set<() => void>();

	function enter(signal: AbortSignal | undefined): Promise<void> {
		return new Promise((resolve, reject) => {
			if (signal?.aborted) {
				reject(signal.reason);
				return;
			}
			if (free > 0) {
				free--;
				resolve();
				return;
			}
			const leave = () => {
				waiting.delete(proceed);
				reject(signal?.reason);
			};
			const proceed = () => {
				signal?.removeEventListener("abort", leave);
				resolve();
			};
			waiting.add(proceed);
			signal?.addEventListener("abort", leave, { once: true });
		});
	}

	/** The place goes straight to the next in the queue, so that no newcomer slips in between. */
	function leave(): void {
		const [next] = waiting;
		if (next === undefined) {
			free++;
			return;
		}
		waiting.delete(next);
		next();
	}

	return {
		async run(job, signal) {
			await enter(signal);
			try {
				return await job();
			} finally {
				leave();
			}
		},
	};
}

/**
 * Every job keeps one thread of libuv's pool, which reads of files and lookups of names share: two threads are left to
 * them. With no limit, 64 renderings held up the reading of a small file for almost four seconds; with this one, for
 * some milliseconds, at the same number of pictures per second.
 */
export function jobsAtOnce(cores: number, threadPoolSize: number): number {
	return Math.max(1, Math.min(cores, threadPoolSize - 2));
}
