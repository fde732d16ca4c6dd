/**
 * Pins a few pictures to the byte. The painter promises that a seed repeats its picture for ever and on every machine, so
 * these numbers may only change on purpose: whoever changes what is painted breaks that promise to everybody who kept a
 * seed, should have a reason that is worth it, and then writes the new numbers down here.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import type { Brief } from "./brief.ts";
import { Crew } from "./crew.ts";

const crew = new Crew(1);
after(() => crew.close());

const PICTURES: readonly [
	Partial<Brief>,
	width: number,
	height: number,
	sha256: string,
][] = [
	[
		{ scene: "mountains" },
		96,
		96,
		"a42fa843a2be63c65de79d7e366af429fb896d92bad3f74d63479541638241b8",
	],
	[
		{ scene: "mountains", weather: "snow", season: "winter" },
		131,
		97,
		"187d9ea3c2e4d9d13db6a39eedeef748c02cb5505c097035953d0d167cc4a9ea",
	],
	[
		{ scene: "sea", timeOfDay: "sunset" },
		96,
		96,
		"219694a529e2b1a0b442329c9ec6ed15e63873396bbdc268020fa797427ab9dd",
	],
	[
		{ scene: "sea", weather: "storm", seed: 77 },
		64,
		200,
		"eac0fa3882957ca2f25c9112ff8549a79ff257ab519ef8af72eaf3c0d861d6f9",
	],
	[
		{ scene: "forest", season: "autumn" },
		96,
		96,
		"85f48d004037501ca7db17e72bbcb313fd7bf5e59aefe80fb7ff596d91d7489d",
	],
	[
		{ scene: "forest", weather: "fog", seed: 5 },
		300,
		64,
		"f91fdb28e3230755933b1ae03d9bdda245bf41ea951c469ad05793e2328d848e",
	],
	[
		{ scene: "desert", colours: [[0.5, 0.1, 0.05]] },
		96,
		96,
		"9844f92c381a836f639f249e9f885774bdef508bd08da2f3cdc2ddc0663c5014",
	],
	[
		{ scene: "desert", timeOfDay: "night", weather: "rain" },
		97,
		131,
		"85f141bd5500f910995a7aba60952a21fd0316f291c236de9f588e7a762d25fd",
	],
	[
		{ scene: "night", timeOfDay: "night", seed: 2 },
		96,
		96,
		"5ae4bbbf10b1ea7673360f19858ffbd4978f51347c60cbb1ac2ff12ea8e9730b",
	],
	[
		{ scene: "night", timeOfDay: "dusk", season: "winter" },
		512,
		384,
		"f1611473ae3726499da21b2adb035737b2d5c9278fdfd11362d0363f4fe1ca4b",
	],
];

for (const [change, width, height, expected] of PICTURES) {
	const title = JSON.stringify(change).replaceAll('"', "");
	test(`the file of ${title} at ${width} x ${height} is what it always was`, async () => {
		const brief: Brief = {
			scene: "mountains",
			timeOfDay: "day",
			weather: "clear",
			season: "summer",
			colours: [],
			seed: 1234,
			...change,
		};
		const hash = createHash("sha256");
		const never = new AbortController().signal;
		for await (const part of crew.paint(brief, width, height, never)) {
			hash.update(part);
		}
		assert.equal(hash.digest("hex"), expected);
	});
}
