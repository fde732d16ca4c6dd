/** The colours of clear skies by the hour: several for each, so that two sunsets need not look alike. */

import type { TimeOfDay } from "../brief.ts";

/** From the top of the sky down to the horizon, and the colour of the sun's or moon's light. */
type SkyColours = readonly [
	zenith: string,
	middle: string,
	horizon: string,
	light: string,
];

export const SKIES: Record<TimeOfDay, readonly SkyColours[]> = {
	dawn: [
		["#3f5f92", "#c5a3b6", "#ffd9ae", "#ffdfb4"],
		["#4f79a8", "#dcbcb2", "#ffe9c4", "#ffe8c2"],
		["#565c96", "#d79fab", "#ffcfa6", "#ffd2a6"],
		["#3a6a82", "#a9c3b8", "#fde7bd", "#fff0c9"],
	],
	day: [
		["#2563a8", "#74abd9", "#dcebf3", "#fff4dc"],
		["#2f78b6", "#93c3e0", "#f2ecd9", "#fff2d2"],
		["#1b5483", "#639fc4", "#d2e5e6", "#fffae8"],
		["#226c86", "#83bdc3", "#f1e9cf", "#fff3cd"],
	],
	sunset: [
		["#2b3d69", "#c6766c", "#ffc67c", "#ffce8e"],
		["#332a62", "#b2506c", "#ff9f63", "#ffb27a"],
		["#23446e", "#d98f66", "#ffdc92", "#ffdd9c"],
		["#43346a", "#d96f7f", "#ffb995", "#ffc59c"],
	],
	dusk: [
		["#12183f", "#4c3d79", "#d47b8d", "#e99a9c"],
		["#0e213f", "#335278", "#c79477", "#dcae90"],
		["#181432", "#583364", "#dc836e", "#ec9f84"],
		["#11283b", "#386478", "#a9bdb2", "#c4d2bd"],
	],
	night: [
		["#060b1e", "#10203f", "#2b4766", "#a9c0dc"],
		["#08091d", "#181e49", "#403b6c", "#b3b3e0"],
		["#05111c", "#0d2d3d", "#265a64", "#a5d0cf"],
		["#0a0b18", "#1c2036", "#4a4254", "#d8cdb8"],
	],
};
