/** The sizes of the unfinished pictures that the painter shows on the way: the same picture, only smaller. */

interface Size {
	/** Pixels. */
	readonly width: number;
	readonly height: number;
}

/** By what the edges are divided, for as many previews as are wanted: the coarsest takes a sixty-fourth of the work. */
const DIVISORS = [[], [4], [8, 4], [8, 4, 2]] as const;
/** Pixels of the shorter edge; below them nobody recognises anything. */
const LEAST_EDGE = 32;

/** @returns from the coarsest on; fewer than wanted where the picture itself is small. */
export function previewSizes(frame: Size, wanted: number): Size[] {
	const most = Math.min(frame.width, frame.height) / LEAST_EDGE;
	const divisors = (DIVISORS[Math.min(wanted, 3)] ?? [])
		.map((divisor) => Math.min(divisor, most))
		.filter(
			(divisor, index, all) => divisor > 1 && all.indexOf(divisor) === index,
		);
	return divisors.map((divisor) => ({
		width: Math.round(frame.width / divisor),
		height: Math.round(frame.height / divisor),
	}));
}
