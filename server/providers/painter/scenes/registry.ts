/** Every scene the painter knows, one line each. */

import type { SceneName } from "../brief.ts";
import { mountains } from "./mountains.ts";
import type { Scene } from "./scene.ts";

export const SCENES: Record<SceneName, Scene> = {
	mountains,
	sea: mountains,
	forest: mountains,
	desert: mountains,
	night: mountains,
	city: mountains,
	flowers: mountains,
	abstract: mountains,
	rug: mountains,
};
