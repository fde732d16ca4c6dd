/** Rugs in rooms: sound light, every shape and design, the colours that were asked for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brief, RugDesign, RugShape } from "../brief.ts";
import { createLattice, randomFrom } from "../noise.ts";
import { frameRug, project } from "../room/camera.ts";
import { DYE, DYE_COUNT } from "../rug/cartoon.ts";
import { designRug } from "../rug/design-rug.ts";
import { rug } from "./rug.ts";

const DESIGNS: readonly RugDesign[] = [
	"medallion",
	"allover",
	"tribal",
	"striped",
	"lattice",
];
const SHAPES: readonly RugShape[] = ["rectangle", "runner", "round", "square"];
const BRIEF: Brief = {
	scene: "rug",
	timeOfDay: "day",
	weather: "clear",
	season: "summer",
	colours: [],
	seed: 7,
};

/** Average light in a rectangle of the picture. */
function averageOf(
	brief: Brief,
	aspect: number,
	[left, right, top, bottom]: readonly [number, number, number, number],
): number[] {
	const shader = rug(brief, { aspect, pixel: 1 / 64 });
	const light = new Float64Array(3);
	const sum = [0, 0, 0];
	const steps = 16;
	for (let index = 0; index < steps * steps; index++) {
		const x = left + ((right - left) * (index % steps)) / steps;
		const y = top + ((bottom - top) * Math.floor(index / steps)) / steps;
		shader(x, y, light);
		for (let c = 0; c < 3; c++) sum[c] += light[c] / (steps * steps);
	}
	return sum;
}

test("every design in every shape and format is painted in finite light", () => {
	let seed = 1;
	for (const rugDesign of DESIGNS) {
		for (const rugShape of SHAPES) {
			for (const aspect of [1 / 8, 9 / 16, 1, 16 / 9, 8]) {
				const brief = { ...BRIEF, rugDesign, rugShape, seed: seed++ };
				const average = averageOf(brief, aspect, [
					-aspect / 2,
					aspect / 2,
					0,
					1,
				]);
				assert.ok(
					average.every((value) => value > 0.01 && value < 3),
					`${rugDesign} ${rugShape} ${aspect}: ${average}`,
				);
			}
		}
	}
});

test("the rug lies wholly in the frame in ordinary formats, whatever its shape", () => {
	for (const aspect of [9 / 16, 1, 4 / 3, 16 / 9, 21 / 9]) {
		for (const shape of SHAPES) {
			for (let seed = 0; seed < 20; seed++) {
				const long = shape === "runner" ? 3.6 : 1.5;
				const proportion = shape === "round" || shape === "square" ? 1 : long;
				const view = { aspect, pixel: 1 / 256 };
				const { camera, rug: place } = frameRug(
					view,
					shape,
					proportion,
					randomFrom(seed),
				);
				for (const z of [place.near, place.near + place.depth]) {
					for (const x of [-place.width / 2, place.width / 2]) {
						const corner = project(camera, x, 0, z);
						const where = `${shape} at ${aspect}, seed ${seed}`;
						assert.ok(Math.abs(corner.x) <= aspect / 2, where);
						assert.ok(corner.y > 0.2 && corner.y < 1, where);
					}
				}
			}
		}
	}
});

test("the colour that was asked for covers the field", () => {
	const onRug = [-0.15, 0.15, 0.6, 0.8] as const;
	const woven = {
		...BRIEF,
		rugShape: "rectangle",
		rugDesign: "lattice",
	} as const;
	const red = averageOf({ ...woven, colours: [[0.5, 0.02, 0.02]] }, 1, onRug);
	const blue = averageOf({ ...woven, colours: [[0.02, 0.06, 0.5]] }, 1, onRug);
	assert.ok(red[0] > red[2] * 1.5, `${red}`);
	assert.ok(blue[2] > blue[0] * 1.2, `${blue}`);
});

test("a cartoon holds no dye but its own and is bound by its selvedge all around", () => {
	for (const design of DESIGNS) {
		for (const isRound of [false, true]) {
			const rows = isRound ? 90 : 140;
			const cartoon = designRug(
				design,
				isRound,
				90,
				rows,
				randomFrom(3),
				createLattice(3),
			);
			assert.ok(cartoon.dyes.every((dye) => dye < DYE_COUNT));
			assert.equal(cartoon.at(89.5, 0.5), DYE.selvedge);
			assert.equal(cartoon.at(0.5, rows - 0.5), DYE.selvedge);
		}
	}
});

test("even a rug of a few knots can be designed", () => {
	for (const design of DESIGNS) {
		for (const isRound of [false, true]) {
			designRug(design, isRound, 24, 24, randomFrom(1), createLattice(1));
		}
	}
});
