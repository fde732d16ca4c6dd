/** A camera with upright verticals, as interior photographers use: from a point of the picture to a ray into the room. */

import type { RugShape } from "../brief.ts";
import type { View } from "../scenes/scene.ts";

/** Metres; x to the right, y up from the floor, z into the room. The rug's middle lies at x 0. */
export interface Camera {
	readonly x: number;
	readonly eye: number;
	/** Picture y of the vanishing points. */
	readonly horizon: number;
	/** In picture heights. */
	readonly focal: number;
	/** Picture x of the line of sight. */
	readonly shift: number;
	/** Of the turn to the right. */
	readonly cosine: number;
	readonly sine: number;
}

/** Size and place of the rug on the floor, in metres. */
export interface RugPlace {
	readonly shape: RugShape;
	/** Along x. */
	readonly width: number;
	/** Along z. */
	readonly depth: number;
	/** z of the edge next to the camera. */
	readonly near: number;
	/** Whether the rug's long sides run along x. */
	readonly isAcross: boolean;
}

interface Framing {
	readonly horizon: number;
	readonly nearEdge: number;
	readonly farEdge: number;
}

function framingFor(aspect: number): Framing {
	if (aspect >= 1.2) return { horizon: 0.04, nearEdge: 0.93, farEdge: 0.52 };
	if (aspect >= 0.8) return { horizon: -0.06, nearEdge: 0.92, farEdge: 0.475 };
	return { horizon: 0.06, nearEdge: 0.9, farEdge: 0.5 };
}

const LEAST_DISTANCE = 2.2;
/** Picture y that no corner of the rug comes below. */
const LOWEST = 0.955;
const between = (least: number, value: number, most: number) =>
	Math.min(Math.max(value, least), most);

/** Finds the place of rug and camera that fill the frame well. @param proportion long side by short side. */
export function frameRug(
	view: View,
	shape: RugShape,
	proportion: number,
	random: () => number,
): { camera: Camera; rug: RugPlace } {
	const short = shape === "runner" ? 0.82 : shape === "rectangle" ? 2 : 2.2;
	const long = short * proportion;
	const isAcross = view.aspect >= 1.2;
	const width = isAcross ? long : short;
	const depth = isAcross ? short : long;

	const framing = framingFor(view.aspect);
	const drop = framing.nearEdge - framing.horizon;
	const ratio = drop / (framing.farEdge - framing.horizon);
	const near = Math.max(LEAST_DISTANCE, depth / (ratio - 1));
	const wanted = Math.min(0.86 * view.aspect, 1.34);
	const focal = between(0.6, (wanted * near) / width, 2);
	const eye = between(1.25, (drop * near) / focal, 3);
	const horizon = framing.nearEdge - (focal * eye) / near;

	// tan(turn / 2): up to some nine degrees either way.
	const turn = (random() - 0.5) * 0.16;
	const cosine = (1 - turn * turn) / (1 + turn * turn);
	const sine = (2 * turn) / (1 + turn * turn);
	const x = -((near + depth / 2) * sine) / cosine;
	const rug = { shape, width, depth, near, isAcross };
	const turned = { x, eye, horizon, focal, shift: 0, cosine, sine };
	return { camera: centre(turned, rug, view), rug };
}

/** Moves and narrows the view of a turned camera until the whole rug fits and has as much room to the left as to the right. */
function centre(camera: Camera, rug: RugPlace, view: View): Camera {
	const reach = rug.width / 2;
	const corners = [rug.near, rug.near + rug.depth].flatMap((z) => [
		project(camera, -reach, 0, z),
		project(camera, reach, 0, z),
	]);
	const left = Math.min(...corners.map((corner) => corner.x));
	const right = Math.max(...corners.map((corner) => corner.x));
	const lowest = Math.max(...corners.map((corner) => corner.y));
	const narrower = Math.min(1, (view.aspect * 0.93) / (right - left));
	const least = 0.55;
	const zoom = Math.max(narrower, least);
	return {
		...camera,
		focal: camera.focal * zoom,
		eye: camera.eye / zoom,
		horizon: camera.horizon - Math.max(0, lowest - LOWEST),
		shift: (-(left + right) / 2) * zoom,
	};
}

/** Writes the direction of the ray through a picture point; its length grows with the angle, its depth is 1. */
export function aim(
	camera: Camera,
	x: number,
	y: number,
	out: Float64Array,
): void {
	const across = (x - camera.shift) / camera.focal;
	out[0] = across * camera.cosine + camera.sine;
	out[1] = (camera.horizon - y) / camera.focal;
	out[2] = camera.cosine - across * camera.sine;
}

/** Picture coordinates and depth of a point in the room. */
export function project(
	camera: Camera,
	x: number,
	y: number,
	z: number,
): { x: number; y: number; depth: number } {
	const dx = x - camera.x;
	const depth = dx * camera.sine + z * camera.cosine;
	const across = dx * camera.cosine - z * camera.sine;
	const safe = Math.max(depth, 0.05);
	return {
		x: camera.shift + (across / safe) * camera.focal,
		y: camera.horizon + ((camera.eye - y) / safe) * camera.focal,
		depth,
	};
}
