/** The colours found are those that a person would name, in the order of how much there is of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import sharp, { type Sharp } from "sharp";
import { type Colour, dominantColours } from "./dominant-colours.ts";
import { fourFields, noise, testPictures } from "./test-pictures.ts";

describe("the dominant colours", () => {
	const pictures = testPictures();

	function assertNear(actual: Colour | undefined, expected: Colour): void {
		assert.ok(actual);
		for (const [channel, value] of expected.entries())
			assert.ok(
				Math.abs((actual[channel] ?? -1) - value) <= 20,
				`${actual} instead of ${expected}`,
			);
	}

	async function coloursOf(picture: Sharp, count: number): Promise<Colour[]> {
		const path = pictures.path("picture.png");
		await picture.png().toFile(path);
		return (await dominantColours(path, count)).map(({ colour }) => colour);
	}

	/** Stripes of one colour each, as many pixels high as told. */
	function stripes(...parts: [Colour, number][]): Sharp {
		const rows = parts.flatMap(([colour, height]) =>
			Array.from({ length: height * 100 }, () => colour),
		);
		return sharp(Buffer.from(rows.flat()), {
			raw: { width: 100, height: rows.length / 100, channels: 3 },
		});
	}

	it("come with the most common first", async () => {
		const colours = await coloursOf(
			stripes([[200, 30, 30], 60], [[20, 40, 160], 30], [[240, 230, 200], 10]),
			3,
		);
		assert.equal(colours.length, 3);
		assertNear(colours[0], [200, 30, 30]);
		assertNear(colours[1], [20, 40, 160]);
		assertNear(colours[2], [240, 230, 200]);
	});

	it("are told with how much of the picture they make up", async () => {
		const path = pictures.path("shares.png");
		await stripes([[200, 30, 30], 75], [[20, 40, 160], 25])
			.png()
			.toFile(path);
		const shares = (await dominantColours(path, 2)).map(({ share }) => share);
		assert.equal(shares.length, 2);
		assert.ok(Math.abs((shares[0] ?? 0) - 0.75) < 0.03, `${shares}`);
		assert.equal((shares[0] ?? 0) + (shares[1] ?? 0), 1);
	});

	it("are as many as the picture has when more are asked for", async () => {
		const red = sharp({
			create: { width: 30, height: 30, channels: 3, background: "#c81e1e" },
		});
		assert.deepEqual(await coloursOf(red, 5), [[200, 30, 30]]);
		assert.equal((await coloursOf(noise(), 5)).length, 5);
		assert.deepEqual(await coloursOf(noise(), 0), []);
	});

	it("are the same each time", async () => {
		const first = await coloursOf(noise(), 6);
		assert.deepEqual(await coloursOf(noise(), 6), first);
	});

	it("are whole numbers from 0 to 255", async () => {
		for (const channel of (await coloursOf(noise(), 8)).flat())
			assert.ok(Number.isInteger(channel) && channel >= 0 && channel <= 255);
	});

	it("leave out what is transparent", async () => {
		const glass = sharp({
			create: {
				width: 30,
				height: 30,
				channels: 4,
				background: { r: 0, g: 255, b: 0, alpha: 0 },
			},
		});
		assert.deepEqual(await coloursOf(glass, 3), []);
	});

	it("are told of grey, of print colours and of 16 bits too", async () => {
		const white: Colour = [255, 255, 255];
		for (const [name, picture] of [
			["grey.png", fourFields().toColourspace("b-w").png()],
			["deep.png", fourFields().toColourspace("rgb16").png()],
			["print.jpg", fourFields().withIccProfile("cmyk").jpeg()],
		] as const) {
			const path = pictures.path(name);
			await picture.toFile(path);
			const colours = (await dominantColours(path, 4)).map(
				({ colour }) => colour,
			);
			assertNear(
				colours.toSorted((one, other) => sum(other) - sum(one))[0],
				white,
			);
		}
	});
});

function sum(colour: Colour): number {
	return colour[0] + colour[1] + colour[2];
}
