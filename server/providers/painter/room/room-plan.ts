/** The lie of the room: where its walls, its window and its lamp are, in metres around the rug. */

import { pick } from "../palette.ts";
import type { View } from "../scenes/scene.ts";
import type { Camera, RugPlace } from "./camera.ts";

export interface Window {
	/** The wall it is in: a side wall (x) or the back wall (z). */
	readonly axis: "x" | "z";
	/** 1 for the right wall, -1 for the left; 1 for the back wall. */
	readonly side: 1 | -1;
	/** x or z of that wall. */
	readonly at: number;
	/** Middle along the wall. */
	readonly middle: number;
	readonly sill: number;
	readonly top: number;
	/** Casements: middle along the wall and half the width. */
	readonly panes: readonly { readonly at: number; readonly half: number }[];
}

export interface RoomPlan {
	/** z of the back wall. */
	readonly back: number;
	/** x of the left and right wall. */
	readonly left: number;
	readonly right: number;
	readonly ceiling: number;
	readonly window: Window;
	/** Where the lamp's bulb is. */
	readonly lamp: readonly [x: number, y: number, z: number];
	/** Side where the room's corner is in the picture, 0 for none. */
	readonly corner: -1 | 0 | 1;
	/** What stands behind the rug. */
	readonly guest: "sofa" | "chairs" | "console" | "bench" | "nothing";
}

export function planRoom(
	view: View,
	camera: Camera,
	rug: RugPlace,
	random: () => number,
): RoomPlan {
	const far = rug.near + rug.depth;
	const guest = pick(random, [
		"sofa",
		"sofa",
		"chairs",
		"console",
		"bench",
		"nothing",
	] as const);
	const isWide = rug.shape !== "runner" || rug.isAcross;
	const stays = guest === "sofa" && !isWide ? "console" : guest;
	const gap = stays === "sofa" ? 0.72 : stays === "nothing" ? 0.45 : 0.6;
	const back = far + gap + 0.25 * random();

	const visible = ((view.aspect / 2) * back) / camera.focal;
	const corner = pick(random, [-1, 0, 0, 1] as const);
	const least = rug.width / 2 + 0.55;
	const seen = Math.max(visible * (0.74 + 0.14 * random()), least);
	const unseen = Math.max(visible * 1.5, least + 0.6);
	const right = corner === 1 ? seen : unseen;
	const left = corner === -1 ? -seen : -unseen;

	const side = corner !== 0 ? corner : random() < 0.5 ? -1 : 1;
	const isBehind =
		corner === 0 && stays !== "sofa" && view.aspect > 0.7 && random() < 0.4;
	const window = isBehind
		? backWindow(back, visible, random)
		: sideWindow(side, side === 1 ? right : left, rug, random);
	const lampSide =
		window.axis === "x" ? -window.side : window.middle < 0 ? 1 : -1;
	const lampX =
		lampSide * Math.max(Math.min(visible * 0.8, rug.width / 2 + 0.45), 0.5);
	return {
		back,
		left,
		right,
		ceiling: 2.75 + 0.5 * random(),
		window,
		lamp: [lampX, 1.42, back - 0.42],
		corner,
		guest: stays,
	};
}

function sideWindow(
	side: 1 | -1,
	at: number,
	rug: RugPlace,
	random: () => number,
): Window {
	// A wall far outside the picture must not keep the sun from the rug.
	const nearest = side * (rug.width / 2 + 1.3);
	const plane = side === 1 ? Math.min(at, nearest) : Math.max(at, nearest);
	const middle = rug.near + rug.depth * (0.35 + 0.3 * random());
	return {
		axis: "x",
		side,
		at: plane,
		middle,
		sill: 0.3 + 0.35 * random(),
		top: 2.4,
		panes: [
			{ at: middle - 0.75, half: 0.5 },
			{ at: middle + 0.75, half: 0.5 },
		],
	};
}

function backWindow(
	back: number,
	visible: number,
	random: () => number,
): Window {
	const middle = (random() < 0.5 ? -1 : 1) * Math.min(visible * 0.42, 1.3);
	return {
		axis: "z",
		side: 1,
		at: back,
		middle,
		sill: 0.3,
		top: 2.5,
		panes: [{ at: middle, half: 0.6 }],
	};
}
