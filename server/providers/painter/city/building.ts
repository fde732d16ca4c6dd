/** What a city is built of: buildings, and the simple bodies each of them is stacked from. */

import type { Colour } from "../colour.ts";

/** How a wall is divided into windows. */
export type WallStyle = "glass" | "punched" | "ribbons" | "fins";

/** How a body narrows from its foot to its top. */
export type BodyShape =
	| "box"
	| "taper"
	| "pyramid"
	| "dome"
	| "bullet"
	| "slant"
	| "gable"
	| "deck";

/** Buildings that stand equally far away. */
export interface Row {
	/** 0 the farthest row, 1 the nearest. */
	readonly near: number;
	/** How much of a building the air hides at street level, 0..1. */
	readonly haze: number;
	/** y of the ground. */
	readonly foot: number;
	/** Height of a storey in picture heights. */
	readonly storey: number;
}

export interface Building {
	readonly row: Row;
	readonly style: WallStyle;
	readonly wall: Colour;
	readonly seed: number;
	/** Width of a window's bay in picture heights. */
	readonly bay: number;
	/** Share of the windows behind which a lamp burns, 0..1. */
	readonly litShare: number;
	/** The colour of those lamps. */
	readonly lamp: Colour;
	/** Light thrown up at the top storeys, 0 none. */
	readonly crownLight: number;
	/** Whose colour that is. */
	readonly crown: Colour;
	/** How tall the whole of it is, in picture heights. */
	readonly height: number;
}

/** One body of a building, in picture coordinates. */
export interface Body {
	readonly building: Building;
	readonly shape: BodyShape;
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly foot: number;
	/** x of the edge between the two walls that we see. */
	readonly corner: number;
	/** Whether it has windows at all; spires, roofs and plant rooms have none. */
	readonly hasWindows: boolean;
}

/** What a city is seen over. */
export type Foreground = "water" | "park" | "roofs";
