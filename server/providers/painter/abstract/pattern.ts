/** The contract of a family of abstract pictures. */

import type { Lattice } from "../noise.ts";
import type { Shader, View } from "../scenes/scene.ts";
import type { Inks } from "./inks.ts";

export interface PatternSetting {
	readonly view: View;
	readonly inks: Inks;
	readonly lattice: Lattice;
	readonly random: () => number;
	readonly seed: number;
}

export type Pattern = (setting: PatternSetting) => Shader;
