/** Every scene the painter knows, one line each. */

import type { SceneName } from "../brief.ts";
import { abstract } from "./abstract.ts";
import { city } from "./city.ts";
import { desert } from "./desert.ts";
import { flowers } from "./flowers.ts";
import { forest } from "./forest.ts";
import { mountains } from "./mountains.ts";
import { night } from "./night.ts";
import { rug } from "./rug.ts";
import type { Scene } from "./scene.ts";
import { sea } from "./sea.ts";

export const SCENES: Record<SceneName, Scene> = {
	mountains,
	sea,
	forest,
	desert,
	night,
	city,
	flowers,
	abstract,
	rug,
};
