/** Chooses what stands in the room and where, so that the rug stays the subject. */

import type { Brief } from "../../brief.ts";
import { type Colour, fade, hex, mix, scale } from "../../colour.ts";
import {
	createFloorLamp,
	createPot,
	createSideTable,
	createVase,
} from "../../furniture/lathe.ts";
import {
	createPouf,
	createSeating,
	createSlabTable,
} from "../../furniture/seating.ts";
import type { Placed, Solid } from "../../furniture/solid.ts";
import type { Lattice } from "../../noise.ts";
import { pick } from "../../palette.ts";
import type { View } from "../scene.ts";
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

/** @param accents colours of the rug that cushions may pick up. */
export function furnish(
	brief: Brief,
	view: View,
	camera: Camera,
	rug: RugPlace,
	plan: RoomPlan,
	accents: readonly Colour[],
	lattice: Lattice,
	random: () => number,
): Furnishing {
	const solids: Placed[] = [];
	const plantings: Planting[] = [];
	const fabric = hex(pick(random, FABRICS));
	const wood = hex(pick(random, WOODS));
	const visible = ((view.aspect / 2) * plan.back) / camera.focal;
	const stand = (solid: Solid, x: number, z: number, turn = 0, y = 0) => {
		const cosine = (1 - turn * turn) / (1 + turn * turn);
		const sine = (2 * turn) / (1 + turn * turn);
		solids.push({ solid, x, z, y, cosine, sine });
	};
	const soft = (colour: Colour): Colour =>
		mix(fade(colour, 0.15), [0.6, 0.56, 0.5], 0.15);
	const cushions = [soft(accents[0]), soft(accents[1])];
	const seating = {
		fabric,
		wood,
		cushions,
		softness: random(),
		lattice,
	};
	const table = (x: number, z: number) => {
		const height = 0.5 + 0.06 * random();
		stand(createSideTable(0.22, height, wood, lattice), x, z);
		const vase = createVase(
			Math.floor(random() * 8),
			0.85 + 0.3 * random(),
			hex(pick(random, GLAZES)),
			lattice,
		);
		stand(vase, x, z, 0, height);
		plantings.push({
			x,
			y: height + vase.mouth,
			z,
			kind: "branches",
			height: 0.5,
		});
	};
	const pottedPlant = (x: number, z: number) => {
		const height = 0.3 + 0.1 * random();
		const pot = createPot(
			0.17 + 0.04 * random(),
			height,
			hex(pick(random, [...GLAZES, "#b8935f"])),
			random() < 0.5,
			lattice,
		);
		stand(pot, x, z);
		plantings.push({
			x,
			y: height,
			z,
			kind: "bush",
			height: 1 + 0.35 * random(),
		});
	};

	const isEvening = brief.timeOfDay === "dusk" || brief.timeOfDay === "night";
	const far = rug.near + rug.depth;
	const wall = plan.back - 0.06;
	const lampSide = Math.sign(plan.lamp[0]) || 1;
	const half = rug.width / 2;
	const guest = plan.guest;
	if (guest === "sofa") {
		const width = Math.min(Math.max(1.75, half * 2 * 0.86), 2.5);
		const z = Math.min(far + 0.28, wall - 0.45);
		stand(
			createSeating({ ...seating, width, seats: width > 2.1 ? 3 : 2 }),
			0,
			z,
		);
		const beside = width / 2 + 0.34;
		if (random() < 0.65) table(-lampSide * beside, z + 0.1);
		else pottedPlant(-lampSide * (beside + 0.05), z + 0.15);
	} else if (guest === "chairs") {
		const turn = 0.26 + 0.1 * random();
		const isPair = random() < 0.45 && half > 0.8;
		const chair = createSeating({ ...seating, width: 0.82, seats: 1 });
		const x = Math.min(half * 0.72, Math.max(0.62, visible * 0.55));
		stand(chair, -lampSide * x, far + 0.02, -lampSide * -turn);
		if (isPair) stand(chair, lampSide * x, far + 0.02, lampSide * -turn);
		table(isPair ? 0 : -lampSide * (x - 0.78), far + 0.22);
		if (!isPair) pottedPlant(-lampSide * (x + 0.62), wall - 0.3);
	} else if (guest === "console" || guest === "bench") {
		const isBench = guest === "bench";
		const width = Math.min(isBench ? 1.3 : 1.5, Math.max(0.8, visible * 1.1));
		const height = isBench ? 0.45 : 0.8;
		const z = wall - 0.24;
		const x =
			plan.window.axis === "z"
				? -Math.sign(plan.window.middle) * Math.min(0.7, visible * 0.4)
				: 0;
		stand(createSlabTable(width, 0.38, height, wood, lattice), x, z);
		const left = createVase(
			Math.floor(random() * 8),
			isBench ? 0.8 : 1,
			hex(pick(random, GLAZES)),
			lattice,
		);
		stand(left, x - width * 0.3, z, 0, height);
		plantings.push({
			x: x - width * 0.3,
			y: height + left.mouth,
			z,
			kind: "branches",
			height: 0.55,
		});
		const bowl = createVase(
			3,
			0.7 + 0.3 * random(),
			hex(pick(random, GLAZES)),
			lattice,
		);
		stand(bowl, x + width * 0.26, z - 0.02, 0, height);
		if (random() < 0.6) {
			pottedPlant(x - lampSide * (width / 2 + 0.5), wall - 0.28);
		}
	} else {
		pottedPlant(-lampSide * Math.min(visible * 0.62, half + 0.25), wall - 0.3);
	}
	if (isEvening || random() < 0.5) {
		const shade = scale(mix(fabric, [0.9, 0.86, 0.78], 0.8), 0.95);
		stand(createFloorLamp(hex("#57493a"), shade), plan.lamp[0], plan.lamp[2]);
	}
	if (
		guest !== "sofa" &&
		guest !== "chairs" &&
		random() < 0.35 &&
		view.aspect > 0.9 &&
		rug.shape !== "runner"
	) {
		const pouf = createPouf(
			0.26,
			soft(pick(random, [accents[1], fabric])),
			lattice,
		);
		stand(pouf, lampSide * half * 0.86, far - 0.3);
	}
	solids.sort((first, second) => second.z - first.z || first.y - second.y);
	return { solids, plantings };
}
