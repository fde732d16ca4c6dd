/** Chance that can be repeated: the same seed gives the same numbers. */

/** @returns a function for numbers from 0 up to but not including 1. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		// Marsaglia's xorshift on 32 bits, after a step that spreads out small seeds.
		state = (state + 0x9e3779b9) >>> 0;
		let bits = state;
		bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
		bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
		return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
	};
}
