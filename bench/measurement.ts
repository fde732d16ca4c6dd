/** What a measurement is: a ratio of two things done in one run on one machine. */

export interface Measurement {
	readonly what: string;
	/** As it is printed: `1.08x`. */
	readonly value: string;
	readonly details: string;
}

/** Wall-clock milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
	const startedAt = performance.now();
	await work();
	return performance.now() - startedAt;
}

export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted[Math.floor(sorted.length / 2)];
	if (middle === undefined) throw new Error("Nothing was measured");
	return middle;
}

export function ratio(value: number, mark: number): string {
	return `${(value / mark).toFixed(2)}x`;
}
