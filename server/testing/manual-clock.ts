/** A clock that stands still until a test moves it, so that leases and delays run out without anybody waiting for them. */

export interface ManualClock {
	/** Milliseconds since 1970. */
	readonly now: () => number;
	advance(durationMs: number): void;
}

export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
	let nowMs = startMs;
	return {
		now: () => nowMs,
		advance: (durationMs) => {
			nowMs += durationMs;
		},
	};
}
