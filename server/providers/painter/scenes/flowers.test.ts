/** Holds the flowers to the contract of a scene, and to the kinds and colours that a prompt names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FlowerSpecies } from "../brief.ts";
import { flowers } from "./flowers.ts";
import {
	assertSound,
	describeScene,
	difference,
	paint,
	plainBrief,
} from "./scene-contract.ts";

const plain = plainBrief("flowers");

describeScene("flowers", flowers);

test("every kind of flower that a prompt can name looks unlike the others", () => {
	const kinds: FlowerSpecies[] = [
		"rose",
		"tulip",
		"sunflower",
		"daisy",
		"poppy",
		"lavender",
	];
	const pictures = kinds.map((flower) =>
		paint(flowers, { ...plain, flower }, 40, 40),
	);
	for (const [index, picture] of pictures.entries()) {
		assertSound(picture, kinds[index] ?? "");
		for (const other of pictures.slice(0, index)) {
			assert.ok(difference(picture, other) > 0.02, kinds[index]);
		}
	}
});

test("blossoms take the colour that was asked for", () => {
	const red = paint(
		flowers,
		{ ...plain, colours: [[0.6, 0.02, 0.03]] },
		40,
		40,
	);
	const blue = paint(
		flowers,
		{ ...plain, colours: [[0.03, 0.05, 0.6]] },
		40,
		40,
	);
	const sumOf = (picture: Float64Array, channel: number) =>
		picture.reduce(
			(sum, light, index) => (index % 3 === channel ? sum + light : sum),
			0,
		);
	assert.ok(sumOf(red, 0) > sumOf(blue, 0) * 1.1);
	assert.ok(sumOf(blue, 2) > sumOf(red, 2) * 1.1);
});
