/** A woven rug on the floor of a room, as a shop would photograph it. */

import type { Brief, RugDesign, RugShape } from "../brief.ts";
import { luminance } from "../colour.ts";
import { bell, clamp, decay } from "../curve.ts";
import {
	castRay,
	createHit,
	normalAt,
	opennessAt,
	type Placed,
} from "../furniture/solid.ts";
import { createLattice, randomFrom } from "../noise.ts";
import { pick } from "../palette.ts";
import { aim, type Camera, frameRug, project } from "./rug/camera.ts";
import { DYE } from "./rug/cartoon.ts";
import { dyesFor } from "./rug/dyes.ts";
import { designRug } from "./rug/field.ts";
import { createFloor, pickWood } from "./rug/floor.ts";
import { createFoliage } from "./rug/foliage.ts";
import { furnish } from "./rug/furnish.ts";
import { layRug } from "./rug/laid-rug.ts";
import { createLighting } from "./rug/lighting.ts";
import { planRoom } from "./rug/room-plan.ts";
import { createWalls, type WallPoint } from "./rug/walls.ts";
import { weaveRug } from "./rug/weave.ts";
import type { Scene } from "./scene.ts";

const DESIGNS: readonly RugDesign[] = [
	"medallion",
	"medallion",
	"allover",
	"tribal",
	"striped",
	"lattice",
];
const SHAPES: readonly RugShape[] = [
	"rectangle",
	"rectangle",
	"rectangle",
	"rectangle",
	"runner",
	"round",
];

/** Long side by short side. */
function proportionFor(
	brief: Brief,
	shape: RugShape,
	random: () => number,
): number {
	const chance = random();
	if (shape === "round" || shape === "square") return 1;
	const asked = brief.rugProportion;
	if (shape === "runner") {
		return Math.min(Math.max(asked ?? 3 + chance, 2.4), 4.6);
	}
	return Math.min(Math.max(asked ?? 1.35 + 0.2 * chance, 1.15), 1.9);
}

export const rug: Scene = (brief, view) => {
	const random = randomFrom(brief.seed);
	const lattice = createLattice(brief.seed);
	const shape = brief.rugShape ?? pick(random, SHAPES);
	const design = brief.rugDesign ?? pick(random, DESIGNS);
	const proportion = proportionFor(brief, shape, random);

	const isFlat = design === "striped" || random() < 0.2;
	const dyes = dyesFor(brief, design, random);
	const columns = shape === "runner" ? 96 : 216;
	const isRound = shape === "round";
	const weave = weaveRug({
		cartoon: designRug(
			design,
			isRound,
			columns,
			Math.round(columns * proportion),
			random,
			lattice,
		),
		dyes,
		lattice,
		seed: brief.seed,
		wear: random() < 0.3 ? 0.25 + 0.4 * random() : 0,
		abrash: 0.25 + 0.75 * random(),
	});

	const { camera, rug: place } = frameRug(view, shape, proportion, random);
	const plan = planRoom(view, camera, place, random);
	const lighting = createLighting(brief, plan, lattice, random);
	const laid = layRug({
		place,
		weave,
		lattice,
		seed: brief.seed,
		fringe: isRound || random() < 0.2 ? 0 : 0.045 + 0.035 * random(),
		fringeColour: dyes[DYE.light],
		pile: isFlat ? 0.2 : 0.5 + 0.5 * random(),
	});
	const brightness =
		(luminance(dyes[DYE.field]) + luminance(dyes[DYE.border])) / 2;
	const floor = createFloor(
		pickWood(random, brightness),
		brief.seed ^ 0x2f1b,
		lattice,
		random,
	);
	const accents = [dyes[DYE.accent], dyes[DYE.border], dyes[DYE.second]];
	const topOfView = camera.eye + (camera.horizon / camera.focal) * plan.back;
	const walls = createWalls(plan, lighting, topOfView, lattice, random);
	const { solids, plantings } = furnish(
		brief,
		view,
		camera,
		place,
		plan,
		accents,
		lattice,
		random,
	);
	const framed = solids.map((placed) => ({
		placed,
		frame: frameOf(placed, camera),
	}));
	const foliage = plantings.map((planting) => ({
		...createFoliage(planting, camera, view.pixel, random),
		light: new Float64Array(3),
	}));
	for (const { place: at, light } of foliage) {
		lighting.at(at.x, at.y + at.height * 0.5, at.z, 0, 0.4, -0.9, light);
	}
	foliage.sort((first, second) => second.depth - first.depth);

	const eye = [camera.x, camera.eye, 0] as const;
	const direction = new Float64Array(3);
	const light = new Float64Array(3);
	const surface = new Float64Array(3);
	const normal = new Float64Array(3);
	const seam = new Float64Array(3);
	const hit = createHit();
	const wallPoint: WallPoint = { along: 0, height: 0, axis: "z", footprint: 0 };
	const spread = view.pixel / camera.focal;
	const { ambience } = lighting;

	/** Light that furniture leaves on the floor around it. */
	const furnitureShade = (x: number, z: number): number => {
		let left = 1;
		for (let index = 0; index < solids.length; index++) {
			const at = solids[index];
			if (at.y > 0) continue;
			const { solid } = at;
			const fromX = x - at.x;
			const fromZ = z - at.z;
			const reach = solid.halfWidth + solid.halfDepth + 0.7;
			if (fromX * fromX + fromZ * fromZ > reach * reach) continue;
			const u = fromX * at.cosine + fromZ * at.sine;
			const v = fromZ * at.cosine - fromX * at.sine;
			const du = Math.max((u < 0 ? -u : u) - solid.halfWidth + 0.04, 0);
			const dv = Math.max((v < 0 ? -v : v) - solid.halfDepth + 0.04, 0);
			const away = Math.sqrt(du * du + dv * dv);
			const dark =
				solid.clearance > 0.2 ? 0.3 : solid.clearance > 0 ? 0.68 : 0.6;
			left *= 1 - dark * decay(away * (5 - solid.clearance * 3));
		}
		return left;
	};

	const paintFloor = (x: number, z: number, far: number, out: Float64Array) => {
		const across = spread * far;
		const steep = camera.eye / far;
		const away = across / (steep < 0.08 ? 0.08 : steep);
		const cover = laid.at(x, z, across, away, out);
		let gloss = 0;
		if (cover < 1) {
			floor(x, z, across * 0.7 + away * 0.3, surface);
			const rugShade = laid.shadowAt(x, z);
			for (let c = 0; c < 3; c++) {
				const wood = surface[c] * rugShade;
				out[c] = cover === 0 ? wood : wood + (out[c] - wood) * cover;
			}
			const shine = 1 - steep / Math.sqrt(1 + steep * steep);
			gloss = (0.035 + 0.3 * shine * shine * shine) * (1 - cover);
		}
		lighting.at(x, 0, z, 0, 1, 0, light);
		const skirting = 1 - 0.34 * bell((plan.back - z) * 4.5);
		const corner =
			1 -
			0.3 * bell((x - plan.left) * 4.5) -
			0.3 * bell((plan.right - x) * 4.5);
		const shade = furnitureShade(x, z) * skirting * corner;
		const mirror = gloss * shade;
		for (let c = 0; c < 3; c++) {
			out[c] = out[c] * light[c] * shade + ambience[c] * mirror;
		}
	};

	const paintWall = (
		x: number,
		y: number,
		z: number,
		axis: "x" | "z",
		far: number,
		out: Float64Array,
	) => {
		wallPoint.along = axis === "z" ? x : z;
		wallPoint.height = y;
		wallPoint.axis = axis;
		wallPoint.footprint = spread * far;
		const own = walls.paint(wallPoint, out);
		if (own > 0) return;
		const nx = axis === "z" ? 0 : x < 0 ? 1 : -1;
		lighting.at(x, y, z, nx, 0, axis === "z" ? -1 : 0, light);
		const toCorner =
			axis === "z" ? Math.min(x - plan.left, plan.right - x) : plan.back - z;
		const shade = (1 - 0.22 * bell(toCorner * 4)) * (1 - 0.2 * bell(y * 5));
		for (let c = 0; c < 3; c++) out[c] *= light[c] * shade;
	};

	/** Floor, walls or ceiling; returns how far along the ray it is. */
	const paintRoom = (y: number, out: Float64Array): number => {
		const dx = direction[0];
		const dy = direction[1];
		const dz = direction[2];
		let far = dz > 1e-6 ? plan.back / dz : 1e9;
		let axis: "x" | "z" = "z";
		if (dx > 1e-6 || dx < -1e-6) {
			const side = ((dx > 0 ? plan.right : plan.left) - camera.x) / dx;
			if (side < far) {
				far = side;
				axis = "x";
			}
		}
		if (dy < 0) {
			const down = -camera.eye / dy;
			// Where floor and wall meet within a pixel, both are seen.
			const foot = camera.horizon + (camera.eye / far) * camera.focal;
			const share = clamp((y - foot) / view.pixel + 0.5);
			if (share > 0) {
				const lifted = (laid.thickness - camera.eye) / dy;
				const near = lifted < far ? lifted : far;
				paintFloor(camera.x + dx * near, dz * near, near, out);
				if (share === 1) return down;
				seam.set(out);
				paintWall(camera.x + dx * far, 0, dz * far, axis, far, out);
				for (let c = 0; c < 3; c++) out[c] += (seam[c] - out[c]) * share;
				return far;
			}
		} else if (dy > 0) {
			const up = (plan.ceiling - camera.eye) / dy;
			if (up < far) {
				lighting.at(camera.x + dx * up, plan.ceiling, dz * up, 0, -1, 0, light);
				const edge = 1 - 0.2 * bell((plan.back - dz * up) * 3);
				for (let c = 0; c < 3; c++) {
					out[c] = walls.ceilingColour[c] * light[c] * edge;
				}
				return up;
			}
		}
		paintWall(
			camera.x + dx * far,
			camera.eye + dy * far,
			dz * far,
			axis,
			far,
			out,
		);
		return far;
	};

	const paintSolid = (placed: Placed, far: number, out: Float64Array) => {
		castRay(placed, eye, direction, spread, far + 0.01, hit);
		if (hit.cover === 0) return;
		const { solid } = placed;
		solid.colourAt(hit.x, hit.y, hit.z, surface);
		normalAt(solid, hit.x, hit.y, hit.z, normal);
		const open = opennessAt(solid, hit.x, hit.y, hit.z, normal);
		const nx = normal[0] * placed.cosine - normal[2] * placed.sine;
		const nz = normal[2] * placed.cosine + normal[0] * placed.sine;
		lighting.at(
			camera.x + direction[0] * hit.distance,
			camera.eye + direction[1] * hit.distance,
			direction[2] * hit.distance,
			nx,
			normal[1],
			nz,
			light,
		);
		const glow =
			(solid.glowAt?.(hit.x, hit.y, hit.z) ?? 0) * lighting.lampStrength;
		for (let c = 0; c < 3; c++) {
			const lit =
				surface[c] * light[c] * open + lighting.lampColour[c] * glow * 0.9;
			out[c] += (lit - out[c]) * hit.cover;
		}
	};

	return (x, y, out) => {
		aim(camera, x, y, direction);
		const far = paintRoom(y, out);
		for (const { placed, frame } of framed) {
			if (
				x < frame.left ||
				x > frame.right ||
				y < frame.top ||
				y > frame.bottom
			) {
				continue;
			}
			paintSolid(placed, far, out);
		}
		for (const plant of foliage) plant.paint(x, y, plant.light, out);
		for (let c = 0; c < 3; c++) out[c] = clamp(out[c] / 1.6) * 1.6;
	};
};

interface Frame {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** The part of the picture in which a solid can appear. */
function frameOf(placed: Placed, camera: Camera): Frame {
	const { solid } = placed;
	let left = 1e9;
	let right = -1e9;
	let top = 1e9;
	let bottom = -1e9;
	for (let corner = 0; corner < 8; corner++) {
		const u = (corner & 1 ? 1 : -1) * (solid.halfWidth + 0.03);
		const v = (corner & 2 ? 1 : -1) * (solid.halfDepth + 0.03);
		const y = placed.y + (corner & 4 ? solid.height + 0.03 : -0.03);
		const x = placed.x + u * placed.cosine - v * placed.sine;
		const z = placed.z + v * placed.cosine + u * placed.sine;
		const at = project(camera, x, y, z);
		left = Math.min(left, at.x);
		right = Math.max(right, at.x);
		top = Math.min(top, at.y);
		bottom = Math.max(bottom, at.y);
	}
	return { left, right, top, bottom };
}
