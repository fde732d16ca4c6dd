/** Remembers who was told to wait by a limit, so that a flood of them is turned away without a look at the database. */

/** Of more than these at once the oldest are forgotten, and the database is asked about them again. */
const MOST = 10_000;

/** For a limit of which nothing is given back: until the wait is over no other answer is possible. */
export class Refusals {
	readonly #until = new Map<string, number>();

	/** @returns how many milliseconds somebody who was told to wait has still to do so; else 0. */
	waitMsFor(key: string, now: number): number {
		const until = this.#until.get(key) ?? 0;
		if (until > now) return until - now;
		this.#until.delete(key);
		return 0;
	}

	remember(key: string, until: number): void {
		// Deleted first, so that the oldest are those that were remembered first.
		this.#until.delete(key);
		this.#until.set(key, until);
		if (this.#until.size <= MOST) return;
		const [oldest] = this.#until.keys();
		if (oldest !== undefined) this.#until.delete(oldest);
	}
}
