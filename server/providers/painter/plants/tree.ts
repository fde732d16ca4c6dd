/** What a single tree is to whoever paints it: a shape that says how much it hides at a point, and how it is lit there. */

/**
 * `across` and `up` are in tree heights, counted from the foot of the trunk; `softness` is a pixel in tree heights.
 * Writes into `out`: [0] how much the tree hides, [1] how lit it is, [2] how much of that is bark,
 * [3] how much snow would lie there; all 0..1. Where [0] is 0 the rest is left over from before.
 */
export type TreeShape = (
	across: number,
	up: number,
	softness: number,
	out: Float64Array,
) => void;
