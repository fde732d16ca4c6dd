/** Rays meet solids on their surfaces, and nowhere else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createLattice } from "../noise.ts";
import { createFloorLamp, createPot, createVase } from "./lathe.ts";
import { createPouf, createSeating, createSlabTable } from "./seating.ts";
import { castRay, createHit, normalAt, type Solid } from "./solid.ts";

const lattice = createLattice(1);
const grey = [0.4, 0.4, 0.4] as const;
const seating = {
	width: 2,
	seats: 2,
	fabric: grey,
	wood: grey,
	cushions: [grey, grey],
	softness: 0.6,
	lattice,
};
const SOLIDS: Readonly<Record<string, Solid>> = {
	sofa: createSeating(seating),
	armchair: createSeating({ ...seating, width: 0.8, seats: 1 }),
	pouf: createPouf(0.26, grey, lattice),
	table: createSlabTable(1.2, 0.4, 0.5, grey, lattice),
	lamp: createFloorLamp(grey, grey),
	pot: createPot(0.2, 0.35, grey, true, lattice),
	vase: createVase(2, 1, grey, lattice),
};

function shoot(solid: Solid, x: number, y: number) {
	const hit = createHit();
	const placed = { solid, x: 0, y: 0, z: 5, cosine: 1, sine: 0 };
	const direction = Float64Array.of(x / 5, (y - 1) / 5, 1);
	castRay(placed, [0, 1, 0], direction, 1 / 1000, 50, hit);
	return hit;
}

for (const [name, solid] of Object.entries(SOLIDS)) {
	test(`a ray at the ${name} ends on its surface, one beside it misses`, () => {
		const hit = shoot(solid, solid.halfWidth * 0.1, solid.height * 0.9);
		assert.equal(hit.cover, 1);
		assert.ok(Math.abs(solid.distance(hit.x, hit.y, hit.z)) < 0.01);
		const normal = new Float64Array(3);
		normalAt(solid, hit.x, hit.y, hit.z, normal);
		assert.ok(Math.abs(Math.hypot(...normal) - 1) < 1e-6);
		assert.equal(shoot(solid, solid.halfWidth * 1.2, 0.3).cover, 0);
		assert.equal(shoot(solid, 0, solid.height * 1.2).cover, 0);
	});

	test(`the ${name} stays within the box it declares`, () => {
		for (let index = 0; index < 400; index++) {
			const turn = index % 20;
			const x = (turn / 19 - 0.5) * 2 * (solid.halfWidth + 0.03);
			const y = (Math.floor(index / 20) / 19) * solid.height;
			const front = solid.distance(x, y, -solid.halfDepth - 0.04);
			assert.ok(front > 0, `${x}, ${y}`);
			const above = solid.distance(x, solid.height + 0.05, 0);
			assert.ok(above > 0, `above at ${x}`);
		}
	});
}

test("a solid that is turned away is met where it then stands", () => {
	const hit = createHit();
	const solid = SOLIDS.table;
	const along = { solid, x: 0, y: 0, z: 5, cosine: 0, sine: 1 };
	const direction = Float64Array.of(0.08, -0.1, 1);
	castRay(along, [0, 1, 0], direction, 1 / 1000, 50, hit);
	assert.equal(hit.cover, 0);
	castRay(
		{ ...along, cosine: 1, sine: 0 },
		[0, 1, 0],
		direction,
		1 / 1000,
		50,
		hit,
	);
	assert.ok(hit.cover > 0);
});
