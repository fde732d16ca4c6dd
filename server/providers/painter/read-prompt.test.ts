/** What is read from a prompt, in every language the painter knows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brief } from "./brief.ts";
import { fromBytes, hex } from "./colour.ts";
import { readPrompt } from "./read-prompt.ts";
import { COLOURS, type ColourName } from "./vocabulary/colours.ts";

const read = (prompt: string, negativePrompt?: string): Brief =>
	readPrompt(prompt, { seed: 1, negativePrompt });

/** What a brief says, as far as a test asks: `colours` by name. */
type Expected = Partial<Omit<Brief, "colours">> & {
	readonly colours?: readonly ColourName[];
};

function assertReads(prompt: string, expected: Expected, negative?: string) {
	const brief = read(prompt, negative);
	for (const [key, value] of Object.entries(expected)) {
		const seen =
			key === "colours"
				? brief.colours.map(
						(colour) =>
							Object.entries(COLOURS).find(
								([, code]) => String(hex(code)) === String(colour),
							)?.[0],
					)
				: brief[key as keyof Brief];
		assert.deepEqual(seen, value, `${key} of "${prompt}"`);
	}
}

const TABLE: readonly [prompt: string, expected: Expected][] = [
	[
		"A serene mountain lake at sunset with snow-capped peaks in the background",
		{ scene: "mountains", timeOfDay: "sunset" },
	],
	[
		"a serene mountain lake at sunrise",
		{ scene: "mountains", timeOfDay: "dawn" },
	],
	[
		"A serene mountain landscape at sunset with vibrant orange and purple sky, photorealistic",
		{
			scene: "mountains",
			timeOfDay: "sunset",
			colours: ["orange", "purple"],
		},
	],
	[
		"Waves crash against a lighthouse in a thunderstorm",
		{ scene: "sea", weather: "storm" },
	],
	[
		"foggy pine woods, autumn morning",
		{ scene: "forest", weather: "fog", season: "autumn", timeOfDay: "dawn" },
	],
	["sand dunes of the Sahara at noon", { scene: "desert", timeOfDay: "day" }],
	["The Milky Way", { scene: "night", timeOfDay: "night" }],
	[
		"New York skyline on a rainy night",
		{ scene: "city", weather: "rain", timeOfDay: "night" },
	],
	["sunflowers", { scene: "flowers", flower: "sunflower" }],
	["a bouquet of red roses", { scene: "flowers", flower: "rose" }],
	["lavender fields", { scene: "flowers", flower: "lavender" }],
	["seamless marble texture", { scene: "abstract", pattern: "marble" }],
	["geometric wallpaper in teal and gold", { colours: ["teal", "gold"] }],
	["snowfall over a village street", { weather: "snow", season: "winter" }],
	["Bergsee", { scene: "mountains" }],
	[
		"Ein Bergsee bei Sonnenuntergang",
		{ scene: "mountains", timeOfDay: "sunset" },
	],
	["Regenwald", { scene: "forest" }],
	["gruene Huegel im Fruehling", { scene: "mountains", season: "spring" }],
	[
		"Nächtliche Straße in Berlin bei Regen",
		{ scene: "city", timeOfDay: "night", weather: "rain" },
	],
	["Märchenwaldstimmung im Nebel", { scene: "forest", weather: "fog" }],
	["Winterlandschaft", { season: "winter" }],
	["Sonnenblumenfeld im Sommer", { flower: "sunflower", season: "summer" }],
	[
		"Perserteppich im Wohnzimmer, rot und blau",
		{ scene: "rug", rugDesign: "medallion", colours: ["red", "blue"] },
	],
	["Un lago de montaña al amanecer", { scene: "mountains", timeOfDay: "dawn" }],
	[
		"playa con olas al atardecer, cielo naranja",
		{ scene: "sea", timeOfDay: "sunset", colours: ["orange"] },
	],
	[
		"alfombra azul marino en la sala de estar",
		{ scene: "rug", colours: ["navy"] },
	],
	["bosque en otoño con niebla", { scene: "forest", weather: "fog" }],
	[
		"Paris sous la pluie, la nuit",
		{ scene: "city", weather: "rain", timeOfDay: "night" },
	],
	["une foret enneigee", { scene: "forest", season: "winter" }],
	[
		"champ de coquelicots au lever du soleil",
		{ flower: "poppy", timeOfDay: "dawn" },
	],
	["Un faro durante la tempesta", { scene: "sea", weather: "storm" }],
	[
		"tappeto rotondo verde salvia in soggiorno",
		{ scene: "rug", rugShape: "round", colours: ["sage"] },
	],
	["notte stellata", { scene: "night", timeOfDay: "night" }],
	["montanha no pôr do sol", { scene: "mountains", timeOfDay: "sunset" }],
	["Uma floresta com neblina", { scene: "forest", weather: "fog" }],
	["tapete vermelho e azul na sala", { colours: ["red", "blue"] }],
	["富士山と夕焼け", { scene: "mountains", timeOfDay: "sunset" }],
	["雨の東京の夜景", { scene: "city", weather: "rain", timeOfDay: "night" }],
	[
		"リビングの赤いペルシャ絨毯",
		{ scene: "rug", colours: ["red"], rugDesign: "medallion" },
	],
	["ひまわり畑", { scene: "flowers", flower: "sunflower" }],
	["山中的湖泊，日落", { scene: "mountains", timeOfDay: "sunset" }],
	["下雪的森林", { scene: "forest", weather: "snow", season: "winter" }],
	["客厅里的蓝色波斯地毯", { scene: "rug", colours: ["blue"] }],
	["上海夜景", { scene: "city", timeOfDay: "night" }],
	[
		"눈 내리는 밤의 도시",
		{ scene: "city", weather: "snow", timeOfDay: "night" },
	],
	["산에서 보는 일출", { scene: "mountains", timeOfDay: "dawn" }],
	["거실의 빨간 러그", { scene: "rug", colours: ["red"] }],
	["ภูเขายามพระอาทิตย์ตก", { scene: "mountains", timeOfDay: "sunset" }],
	["พรมสีแดงในห้องนั่งเล่น", { scene: "rug", colours: ["red"] }],
	["ทะเลทราย", { scene: "desert" }],
];

for (const [prompt, expected] of TABLE) {
	test(`"${prompt}" is read as it is meant`, () =>
		assertReads(prompt, expected));
}

test("a snow-capped peak brings no snowfall and no winter", () => {
	const brief = read("a lake at sunset with snow-capped peaks");
	assert.notEqual(brief.weather, "snow");
	assert.notEqual(brief.season, "winter");
});

test("a rug in any room, before any window, is a rug", () => {
	for (const prompt of [
		"a living room with a view of the mountains and a wool rug",
		"A cat sits on a carpet in a forest cabin at night",
		"flowers on a kilim",
	]) {
		assertReads(prompt, { scene: "rug" });
	}
	assertReads("ein roter Teppich", { scene: "rug", colours: ["red"] });
	assert.notEqual(read("a boy on a flying carpet").scene, "rug");
	assertReads("a carpet of flowers in the woods", { scene: "flowers" });
});

test("what a shop writes about a rug decides its shape, proportion, design and colours", () => {
	const runner = read(
		`3'2"x13'10" Antique Persian Boteh Design Runner, Border Color: Ivory, Field Color: Navy Blue`,
	);
	assert.equal(runner.scene, "rug");
	assert.equal(runner.rugShape, "runner");
	assert.equal(runner.rugDesign, "allover");
	assert.equal(runner.rugPalette, "classic");
	assert.equal(runner.rugProportion, (13 + 10 / 12) / (3 + 2 / 12));
	assert.deepEqual(runner.colours, [hex(COLOURS.navy), hex(COLOURS.cream)]);
	assertReads("rug 97 X 422", { rugShape: "runner" });
	assertReads("8x10 area rug", {
		rugShape: "rectangle",
		rugProportion: 1.25,
	});
	assertReads("a 6' x 6' rug", { rugShape: "square" });
	assertReads("Oushak rug in soft pastels", { rugPalette: "pastel" });
	assertReads("a rug 0 x 5", { rugProportion: undefined });
	assertReads("blue rug with an ivory border", { colours: ["blue", "cream"] });
	assertReads("ivory border, blue field rug", { colours: ["blue", "cream"] });
});

test("the longest match wins, and earlier words weigh more", () => {
	assertReads("night sky over a lake", { scene: "night" });
	assertReads("a lake under the night sky", { scene: "mountains" });
	assertReads("a beach near a forest", { scene: "sea" });
	assertReads("a forest near a beach", { scene: "forest" });
	assertReads("midnight blue flowers", {
		scene: "flowers",
		colours: ["navy"],
	});
	assertReads("forest green", { colours: ["forest"] });
});

test("short words of another language are no false friends", () => {
	assertReads("I can see a city", { scene: "city" });
	assertReads("the mare stands in the meadow", { scene: "flowers" });
	assertReads("rot and decay in the woods", { scene: "forest", colours: [] });
	assertReads("una ciudad de oro", { scene: "city", colours: ["gold"] });
});

test("accents, case, width and composition make no difference", () => {
	const plain = read("montaña al amanecer");
	for (const other of [
		"MONTAÑA AL AMANECER",
		"montana al amanecer",
		"montan\u0303a   al\namanecer",
		"ｍｏｎｔａñａ ａｌ ａｍａｎｅｃｅｒ",
	]) {
		assert.deepEqual(read(other), plain, other);
	}
});

test("the negative prompt takes words out, and what it names is not chosen by chance either", () => {
	assertReads("a city in the rain", { scene: "city" }, "street");
	assert.notEqual(read("forest in the rain", "rain").weather, "rain");
	assert.notEqual(read("mountains, forest", "mountains").scene, "mountains");
	assert.deepEqual(read("red and blue flowers", "red").colours, [
		hex(COLOURS.blue),
	]);
	assertReads("a city street", { scene: "city" }, "people, watermark, text");
	for (const subject of ["a sea", "a forest", "mountains", "a desert"]) {
		for (const word of ["bright", "calm", "vast", "quiet", "old", "wild"]) {
			const brief = read(`${word} ${subject}`, "clouds, fog, sunset, dusk");
			assert.equal(brief.weather, "clear");
			assert.ok(["dawn", "day"].includes(brief.timeOfDay));
		}
	}
});

test("a negation in the prompt counts for the next word only", () => {
	assert.notEqual(read("a forest without fog").weather, "fog");
	assertReads("no people, mountains", { scene: "mountains" });
	assertReads("ein Wald ohne Nebel, Regen", { weather: "rain" });
	assert.notEqual(read("没有雨的城市").weather, "rain");
	assert.notEqual(read("霧のない森").weather, "fog");
	assert.notEqual(read("비 없는 도시").weather, "rain");
});

test("the seed changes the picture, never the idea", () => {
	const briefs = [101, 102, 103, 104].map((seed) =>
		readPrompt("running shoes", { seed }),
	);
	assert.equal(new Set(briefs.map((brief) => brief.seed)).size, 4);
	const ideas = briefs.map((brief) => JSON.stringify({ ...brief, seed: 0 }));
	assert.equal(new Set(ideas).size, 1);
});

test("unknown prompts get scenes of their own, under fair skies", () => {
	const words = "blorp quux zib frob nargle wumpus xyzzy plugh thud grault";
	const briefs = words
		.split(" ")
		.flatMap((word) => [read(word), read(`${word} ${word}ish`)]);
	assert.ok(new Set(briefs.map((brief) => brief.scene)).size >= 5);
	assert.ok(new Set(briefs.map((brief) => brief.timeOfDay)).size >= 3);
	assert.equal(new Set(briefs.map((brief) => brief.seed)).size, 20);
	for (const brief of briefs) {
		assert.ok(["clear", "cloudy", "fog"].includes(brief.weather));
	}
	assert.deepEqual(read("ภาพถ่ายรองเท้าวิ่ง"), read("ภาพถ่ายรองเท้าวิ่ง"));
});

test("a prompt that names only an hour, a weather or a season gets a scene where that shows", () => {
	assertReads("night", { scene: "night", timeOfDay: "night" });
	assert.ok(["mountains", "forest"].includes(read("snow").scene));
	assert.ok(["forest", "mountains"].includes(read("autumn").scene));
});

test("reference colours come before the colours of the words, and six are enough", () => {
	const brief = readPrompt(
		"red, blue, green, yellow, black, white and pink flowers",
		{ seed: 1, referenceColours: [[10, 20, 30]] },
	);
	assert.equal(brief.colours.length, 6);
	assert.deepEqual(brief.colours[0], fromBytes(10, 20, 30));
	assert.deepEqual(brief.colours[1], hex(COLOURS.red));
});

test("any seed of 32 bits gives a seed of 32 bits", () => {
	for (const seed of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
		const brief = readPrompt("sea", { seed });
		assert.ok(Number.isInteger(brief.seed));
		assert.ok(brief.seed >= 0 && brief.seed < 2 ** 32);
	}
});

test("hostile prompts are read without error, the beginning at least", () => {
	const hostile = [
		"",
		" ".repeat(200_000),
		"\ud800\udc00\ud800 \udfff",
		`a${"\u0301".repeat(200_000)}`,
		"\ufdfa".repeat(100_000),
		"(.*)+[a-z]{99}\\$^|".repeat(20_000),
		"山".repeat(200_000),
		"가나다".repeat(100_000),
		"berg".repeat(50_000),
		"1 x ".repeat(50_000),
		"no ".repeat(50_000),
		"__proto__ constructor toString",
		"\u0000\u202e\u200b",
	];
	for (const prompt of hostile) {
		const brief = readPrompt(prompt, { seed: 7, negativePrompt: prompt });
		assert.ok(brief.scene);
		assert.ok(Number.isInteger(brief.seed));
	}
	assertReads(`forest ${"x ".repeat(200_000)}`, { scene: "forest" });
});
