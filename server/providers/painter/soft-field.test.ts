/** Soft fields come close to what they stand for, whatever was looked at before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSoftField } from "./soft-field.ts";

const VIEW = { aspect: 1.5, pixel: 1 / 900 };

function createField() {
	let calls = 0;
	const look = createSoftField(VIEW, 0, 1, (x, y, out) => {
		calls++;
		out.set([x * x, y, x * y, 1]);
	});
	const out = new Float64Array(4);
	return {
		calls: () => calls,
		at(x: number, y: number) {
			look(x, y, out);
			return [...out];
		},
	};
}

test("a soft field comes close to the function between its grid points", () => {
	const field = createField();
	for (const [x, y] of [
		[0.1234, 0.777],
		[-0.74, 0.0123],
		[0.7495, 0.9999],
	] as const) {
		const [square = 0, down = 0, product = 0, one] = field.at(x, y);
		assert.ok(Math.abs(square - x * x) < 1e-4);
		assert.ok(Math.abs(down - y) < 1e-5);
		assert.ok(Math.abs(product - x * y) < 1e-4);
		assert.equal(one, 1);
	}
});

test("it works out only what is looked at, once, and the order does not matter", () => {
	const first = createField();
	const second = createField();
	const places = Array.from(
		{ length: 50 },
		(_, index) => [(index % 7) / 9 - 0.3, (index % 11) / 11] as const,
	);
	const forwards = places.map(([x, y]) => first.at(x, y));
	const backwards = [...places]
		.reverse()
		.map(([x, y]) => second.at(x, y))
		.reverse();
	assert.deepEqual(forwards, backwards);
	const before = first.calls();
	assert.ok(before <= 200);
	for (const [x, y] of places) first.at(x, y);
	assert.equal(first.calls(), before);
});

test("beyond its edges the nearest value holds", () => {
	const field = createField();
	assert.deepEqual(field.at(0, -5), field.at(0, 0));
	assert.ok((field.at(9, 0.5)[0] ?? 0) < 0.6);
});
