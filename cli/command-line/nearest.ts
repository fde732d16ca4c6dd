/** Finds what somebody may have meant who wrote a word that there is not. */

/** @returns the nearest of the known words, or `null` when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
	const written = word.toLowerCase();
	let best: { readonly name: string; readonly distance: number } | null = null;
	for (const name of known) {
		const distance = distanceOf(written, name.toLowerCase());
		if (best === null || distance < best.distance) best = { name, distance };
	}
	if (best === null) return null;
	if (best.distance <= Math.max(1, Math.floor(written.length / 3)))
		return best.name;
	// A part of one, such as `ratio` of `aspect-ratio`.
	const parts = known.filter((name) => name.split(/[- ]/).includes(written));
	return parts[0] ?? null;
}

/** How many letters are to be added, left out, changed, or swapped with their neighbour. */
function distanceOf(one: string, other: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (let row = 1; row <= one.length; row++) {
		const current = [row];
		for (let column = 1; column <= other.length; column++) {
			const isSame = one[row - 1] === other[column - 1];
			let cost = Math.min(
				(last[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				(last[column - 1] ?? 0) + (isSame ? 0 : 1),
			);
			const isSwap =
				row > 1 &&
				column > 1 &&
				one[row - 1] === other[column - 2] &&
				one[row - 2] === other[column - 1];
			if (isSwap) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
			current.push(cost);
		}
		beforeLast = last;
		last = current;
	}
	return last[other.length] ?? 0;
}
