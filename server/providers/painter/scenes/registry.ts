/** Every scene the painter knows, one line each. */

import type { SceneName } from "../brief.ts";
import { forest } from "./forest.ts";
import { mountains } from "./mountains.ts";
import type { Scene } from "./scene.ts";
import { sea } from "./sea.ts";

export const SCENES: Record<SceneName, Scene> = {
	mountains,
	sea,
	forest,
	desert: mountains,
	night: mountains,
	city: mountains,
	flowers: mountains,
	abstract: mountains,
	rug: mountains,
};
