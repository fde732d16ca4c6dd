/** Chooses what stands in the room and where, so that the rug stays the subject. */

import { type Colour, fade, hex, mix, scale } from "../colour.ts";
import {
	createFloorLamp,
	createPot,
	createSideTable,
	createVase,
} from "../furniture/lathe.ts";
import {
	createPouf,
	createSeating,
	createSlabTable,
} from "../furniture/seating.ts";
import type { Placed, Solid } from "../furniture/solid.ts";
import type { Lattice } from "../noise.ts";
import { pick } from "../palette.ts";
import type { View } from "../scenes/scene.ts";
import type { Camera, RugPlace } from "./camera.ts";
import type { RoomPlan } from "./room-plan.ts";

const FABRICS = [
	"#d8cfc0",
	"#c6bcab",
	"#e6e0d4",
	"#9a9c98",
	"#7c8a90",
	"#5f6b60",
	"#a6714f",
	"#8c9a86",
	"#47525e",
	"#b79a86",
];
const WOODS = ["#5b3f2a", "#8a6440", "#b08a5e", "#2c2420"];
const GLAZES = [
	"#e8e2d6",
	"#b9a48c",
	"#3f4a50",
	"#8a9a8c",
	"#a35f43",
	"#d9cdb9",
];
const BASKET = "#b8935f";
const METAL = hex("#57493a");
/** One of the vases is a bowl. */
const BOWL = 3;

/** Where branches or leaves grow: the mouth of a pot or a vase. */
export interface Planting {
	readonly x: number;
	readonly y: number;
	readonly z: number;
	readonly kind: "bush" | "branches";
	/** Metres. */
	readonly height: number;
}

export interface Furnishing {
	/** From far to near. */
	readonly solids: readonly Placed[];
	readonly plantings: readonly Planting[];
}

export interface FurnishOptions {
	/** Whether light falls from where the lamp is, so that one must stand there. */
	readonly isLampLit: boolean;
	readonly view: View;
	readonly camera: Camera;
	readonly rug: RugPlace;
	readonly plan: RoomPlan;
	/** Two colours of the rug that cushions pick up. */
	readonly accents: readonly Colour[];
	readonly lattice: Lattice;
}

/** The things so far, the stuffs they are made of, and the places that matter. */
interface Interior extends FurnishOptions {
	readonly random: () => number;
	readonly solids: Placed[];
	readonly plantings: Planting[];
	readonly fabric: Colour;
	readonly wood: Colour;
	readonly cushions: readonly Colour[];
	readonly softness: number;
	/** Half the width that is seen of the back wall. */
	readonly visible: number;
	/** z of the rug's far edge. */
	readonly far: number;
	/** z where things touch the back wall. */
	readonly wall: number;
	/** The side of the room that the window leaves dark. */
	readonly lampSide: number;
}

export function furnish(
	options: FurnishOptions,
	random: () => number,
): Furnishing {
	const { isLampLit, view, camera, rug, plan, accents } = options;
	const interior: Interior = {
		...options,
		random,
		solids: [],
		plantings: [],
		fabric: hex(pick(random, FABRICS)),
		wood: hex(pick(random, WOODS)),
		cushions: accents.map(cloth),
		softness: random(),
		visible: ((view.aspect / 2) * plan.back) / camera.focal,
		far: rug.near + rug.depth,
		wall: plan.back - 0.06,
		lampSide: plan.lamp[0] < 0 ? -1 : 1,
	};
	GUESTS[plan.guest](interior);
	if (isLampLit || random() < 0.5) addLamp(interior);
	const hasRoom = plan.guest !== "sofa" && plan.guest !== "chairs";
	const isSpacious = view.aspect > 0.9 && rug.shape !== "runner";
	if (hasRoom && isSpacious && random() < 0.35) addPouf(interior);
	interior.solids.sort(
		(first, second) => second.z - first.z || first.y - second.y,
	);
	return interior;
}

/** A dye as it looks on furnishing fabric. */
function cloth(colour: Colour): Colour {
	return mix(fade(colour, 0.15), [0.6, 0.56, 0.5], 0.15);
}

/** @param turn tangent of half the angle. @param y height of what it stands on. */
function stand(
	interior: Interior,
	solid: Solid,
	x: number,
	z: number,
	{ turn = 0, y = 0 } = {},
): void {
	const cosine = (1 - turn * turn) / (1 + turn * turn);
	const sine = (2 * turn) / (1 + turn * turn);
	interior.solids.push({ solid, x, z, y, cosine, sine });
}

const GUESTS: Record<RoomPlan["guest"], (interior: Interior) => void> = {
	sofa: addSofa,
	chairs: addChairs,
	console: (interior) => addSlab(interior, 0.8, 1.5),
	bench: (interior) => addSlab(interior, 0.45, 1.3),
	nothing: (interior) => {
		const { visible, rug, wall, lampSide } = interior;
		const x = Math.min(visible * 0.62, rug.width / 2 + 0.25);
		addPlant(interior, -lampSide * x, wall - 0.3);
	},
};

function addSofa(interior: Interior): void {
	const { rug, far, wall, lampSide, random } = interior;
	const width = Math.min(Math.max(1.75, rug.width * 0.86), 2.5);
	const z = Math.min(far + 0.28, wall - 0.45);
	const seats = width > 2.1 ? 3 : 2;
	stand(interior, createSeating({ ...interior, width, seats }), 0, z);
	const beside = -lampSide * (width / 2 + 0.34);
	if (random() < 0.65) addTable(interior, beside, z + 0.1);
	else addPlant(interior, beside - lampSide * 0.05, z + 0.15);
}

function addChairs(interior: Interior): void {
	const { rug, far, wall, lampSide, visible, random } = interior;
	const half = rug.width / 2;
	const turn = lampSide * (0.26 + 0.1 * random());
	const isPair = random() < 0.45 && half > 0.8;
	const chair = createSeating({ ...interior, width: 0.82, seats: 1 });
	const x = Math.min(half * 0.72, Math.max(0.62, visible * 0.55));
	stand(interior, chair, -lampSide * x, far + 0.02, { turn });
	if (isPair) {
		stand(interior, chair, lampSide * x, far + 0.02, { turn: -turn });
	}
	addTable(interior, isPair ? 0 : -lampSide * (x - 0.78), far + 0.22);
	if (!isPair) addPlant(interior, -lampSide * (x + 0.62), wall - 0.3);
}

/** A console or a bench against the wall, beside the window if that is there. */
function addSlab(interior: Interior, height: number, widest: number): void {
	const { plan, visible, wood, lattice, lampSide, wall, random } = interior;
	const { window } = plan;
	const width = Math.min(widest, Math.max(0.8, visible * 1.1));
	const z = wall - 0.24;
	const aside = Math.min(0.7, visible * 0.4);
	const x = window.axis === "x" ? 0 : window.middle < 0 ? aside : -aside;
	const slab = createSlabTable(width, 0.38, height, wood, lattice);
	stand(interior, slab, x, z);
	const kind = Math.floor(random() * 8);
	addVase(interior, x - width * 0.3, z, height, kind, 0.55);
	const glaze = hex(pick(random, GLAZES));
	const bowl = createVase(BOWL, 0.7 + 0.3 * random(), glaze, lattice);
	stand(interior, bowl, x + width * 0.26, z - 0.02, { y: height });
	if (random() < 0.6) {
		addPlant(interior, x - lampSide * (width / 2 + 0.5), wall - 0.28);
	}
}

function addTable(interior: Interior, x: number, z: number): void {
	const { random, wood, lattice } = interior;
	const height = 0.5 + 0.06 * random();
	stand(interior, createSideTable(0.22, height, wood, lattice), x, z);
	addVase(interior, x, z, height, Math.floor(random() * 8), 0.5);
}

/** A vase with branches. @param reach height of the branches in metres. */
function addVase(
	interior: Interior,
	x: number,
	z: number,
	y: number,
	kind: number,
	reach: number,
): void {
	const { random, lattice, plantings } = interior;
	const glaze = hex(pick(random, GLAZES));
	const vase = createVase(kind, 0.85 + 0.3 * random(), glaze, lattice);
	stand(interior, vase, x, z, { y });
	const mouth = y + vase.height;
	plantings.push({ x, y: mouth, z, kind: "branches", height: reach });
}

function addPlant(interior: Interior, x: number, z: number): void {
	const { random, lattice, plantings } = interior;
	const height = 0.3 + 0.1 * random();
	const radius = 0.17 + 0.04 * random();
	const colour = hex(pick(random, [...GLAZES, BASKET]));
	const isWoven = random() < 0.5;
	stand(interior, createPot(radius, height, colour, isWoven, lattice), x, z);
	const grown = 1 + 0.35 * random();
	plantings.push({ x, y: height, z, kind: "bush", height: grown });
}

function addLamp(interior: Interior): void {
	const { plan, fabric } = interior;
	const shade = scale(mix(fabric, [0.9, 0.86, 0.78], 0.8), 0.95);
	const [x, , z] = plan.lamp;
	stand(interior, createFloorLamp(METAL, shade), x, z);
}

function addPouf(interior: Interior): void {
	const { random, accents, fabric, lattice, rug, far, lampSide } = interior;
	const wool = cloth(pick(random, [accents[1], fabric]));
	const pouf = createPouf(0.26, wool, lattice);
	stand(interior, pouf, lampSide * rug.width * 0.43, far - 0.3);
}
