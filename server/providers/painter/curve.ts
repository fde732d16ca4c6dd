/** Waves, ramps and falloffs out of exact arithmetic only, because sin, exp and pow may differ in the last bit between machines. */

/** Keeps a number within 0..1. */
export function clamp(value: number): number {
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

export function lerp(from: number, to: number, share: number): number {
	return from + (to - from) * share;
}

/** Rises smoothly from 0 at `from` to 1 at `to`; falls when `from` is the greater. */
export function ramp(from: number, to: number, value: number): number {
	const share = clamp((value - from) / (to - from));
	return share * share * (3 - 2 * share);
}

/** A sine in all but name: period 1, -1..1, 0 at 0 and rising; off by at most 0.0011. */
export function wave(turns: number): number {
	const phase = turns - Math.floor(turns);
	const arch =
		phase < 0.5
			? 16 * phase * (0.5 - phase)
			: -16 * (phase - 0.5) * (1 - phase);
	return arch * (0.775 + 0.225 * (arch < 0 ? -arch : arch));
}

/** Falls like exp(-value) for values from 0 up: 1 at 0, 0.375 at 1, never negative. */
export function decay(value: number): number {
	return 1 / (1 + value * (1 + value * (0.5 + value * (1 / 6))));
}

/** A bell around 0: 1 at 0, 0.25 at 1, with long soft tails. */
export function bell(distance: number): number {
	const slope = 1 / (1 + distance * distance);
	return slope * slope;
}

/** A bump around 0 that is exactly 0 from a distance of 1 on. */
export function bump(distance: number): number {
	const rest = 1 - distance * distance;
	return rest <= 0 ? 0 : rest * rest * rest;
}

/**
 * How much of a pixel lies on the far side of an edge: 0..1.
 * @param signedDistance to the edge, positive inside, in picture units.
 * @param softness width of the transition in picture units; at least one pixel.
 */
export function coverage(signedDistance: number, softness: number): number {
	return clamp(signedDistance / softness + 0.5);
}

/**
 * How many octaves, each twice as fine as the one before, fit between a first frequency and the finest that can still be seen:
 * a whole number at every doubling, straight lines between. 0 when not even the first can be seen.
 */
export function octavesBetween(first: number, finest: number): number {
	let octaves = 1;
	let frequency = first;
	if (frequency > finest) return finest / first;
	while (frequency * 2 <= finest) {
		frequency *= 2;
		octaves++;
	}
	return octaves + finest / frequency - 1;
}
