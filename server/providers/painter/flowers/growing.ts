/** The things that grow in a meadow and where they are: blossoms, blades and leaves. */

import type { Colour } from "../colour.ts";
import type { BlossomLook, BlossomShape } from "./blossom.ts";

interface Placed {
	/** 1 in front, 0 at the horizon. */
	readonly near: number;
	/** How far out of focus, in picture heights. */
	readonly blur: number;
}

/** A blossom on its stem. */
export interface Blossom extends Placed {
	readonly kind: "blossom";
	readonly shape: BlossomShape;
	readonly look: BlossomLook;
	readonly x: number;
	readonly y: number;
	readonly radius: number;
	/** How far it is turned away from us: 1 full face, less is foreshortened. */
	readonly facing: number;
	/** Unit vector of its own "up". */
	readonly upX: number;
	readonly upY: number;
}

/** Something long that grows upwards: a blade of grass, a stem, a tulip's leaf. */
export interface Blade extends Placed {
	readonly kind: "blade";
	readonly footX: number;
	readonly footY: number;
	readonly tipX: number;
	readonly tipY: number;
	/** How far the middle bulges to the right. */
	readonly bend: number;
	/** Half width. */
	readonly width: number;
	/** Whether it tapers to a point. */
	readonly isPointed: boolean;
	readonly colour: Colour;
	readonly chance: number;
}

/** An oval leaf on a stem. */
export interface Leaf extends Placed {
	readonly kind: "leaf";
	readonly x: number;
	readonly y: number;
	readonly length: number;
	readonly width: number;
	/** Unit vector from its stalk to its tip. */
	readonly alongX: number;
	readonly alongY: number;
	readonly colour: Colour;
	readonly chance: number;
}

export type Growing = Blossom | Blade | Leaf;
