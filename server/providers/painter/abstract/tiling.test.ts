/** Checks that every tiling covers the plane without gaps, and repeats. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomFrom } from "../noise.ts";
import { createTilePoint, createTiling, type TilingName } from "./tiling.ts";

const TILINGS: Record<TilingName, readonly number[]> = {
	squares: [4],
	hexagons: [6],
	hexagonsTriangles: [3, 6],
	octagonsSquares: [4, 8],
	dodecagonsTriangles: [3, 12],
	dodecagonsHexagonsSquares: [4, 6, 12],
	hexagonsSquaresTriangles: [3, 4, 6],
};

for (const [name, polygons] of Object.entries(TILINGS)) {
	test(`the tiling of ${name} has a tile around every point, and all its polygons`, () => {
		const tiling = createTiling(name as TilingName);
		const random = randomFrom(7);
		const point = createTilePoint();
		const seen = new Set<number>();
		for (let count = 0; count < 3000; count++) {
			const x = (random() - 0.5) * 30;
			const y = (random() - 0.5) * 30;
			tiling.locate(x, y, point);
			const { kind, u, v } = point;
			seen.add(kind.sides);
			assert.ok(u <= kind.apothem + 1e-9, `${x} ${y} is outside of its tile`);
			assert.ok(v >= 0 && v <= u * kind.tangent + 1e-9, `${x} ${y}`);
			const backX = point.tileX + u * point.uX + v * point.vX;
			const backY = point.tileY + u * point.uY + v * point.vY;
			assert.ok(Math.abs(backX - x) + Math.abs(backY - y) < 1e-9);
		}
		assert.deepEqual(
			[...seen].sort((first, second) => first - second),
			polygons,
		);
	});

	test(`the tiling of ${name} repeats`, () => {
		const tiling = createTiling(name as TilingName);
		const random = randomFrom(8);
		const here = createTilePoint();
		const there = createTilePoint();
		for (let count = 0; count < 500; count++) {
			const x = random() * 9;
			const y = random() * 9;
			tiling.locate(x, y, here);
			tiling.locate(x - 4 * tiling.repeat, y, there);
			assert.equal(there.kind.sides, here.kind.sides);
			assert.ok(Math.abs(there.u - here.u) < 1e-9);
		}
	});
}
