/** Tiled ornament: star tiles with woven straps, scales of concentric arcs, and ribbons that wind over and under. */

import { pick } from "../palette.ts";
import type { Pattern } from "./pattern.ts";
import { ribbons } from "./ribbons.ts";
import { scales } from "./scales.ts";
import { starTiles } from "./star-tiles.ts";

export const interlace: Pattern = (setting) =>
	pick(setting.random, [starTiles, starTiles, scales, ribbons])(setting);
