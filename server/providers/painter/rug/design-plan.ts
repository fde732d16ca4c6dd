/** What a design of a rug is: a way to fill the field and the borders that go with it. */

import type { Lattice } from "../noise.ts";
import type { Band } from "./borders.ts";
import type { Cartoon } from "./cartoon.ts";

/** What a design needs to fill the field. Lengths in knots from the rug's centre. */
export interface FieldSetting {
	readonly cartoon: Cartoon;
	readonly random: () => number;
	readonly lattice: Lattice;
	/** Half the field's width. */
	readonly width: number;
	/** Half the field's length. */
	readonly height: number;
	/** 1 for a room-sized rug, less for small ones. */
	readonly scale: number;
	isInside(x: number, y: number): boolean;
}

/** How a design is carried out. */
export interface DesignPlan {
	readonly weave: (setting: FieldSetting) => void;
	readonly border: (random: () => number, scale: number) => Band[];
}
