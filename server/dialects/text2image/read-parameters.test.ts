/** What each parameter may not be, and the code that says so (S4-22 to 25, reading d). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	openText2Image,
	PROMPT,
	refused,
	succeeded,
} from "./envelope-contract.ts";

const BODY = { prompt: PROMPT, size: "64x64" };

test("S4-20, S4-22, S4-23, S4-f: a prompt that is missing or empty is MISSING_PROMPT, to the letter", async (t) => {
	const { ask, send, balance } = await openText2Image(t);
	const answers = [
		await ask({}),
		await ask({ prompt: "" }),
		await ask({ prompt: " \n\t" }),
		await ask({ prompt: null }),
		await ask({ prompt: "", size: "wrong" }),
		await send({}),
		await send({ headers: { "content-type": "application/json" } }),
	];
	for (const answer of answers) {
		assert.deepEqual(refused(answer, 400, "MISSING_PROMPT").error, {
			code: "MISSING_PROMPT",
			message: "Prompt darf nicht leer sein",
			details: {},
		});
	}
	assert.equal(await balance(), 100);
});

test("S4-24: what is not WIDTHxHEIGHT is INVALID_SIZE", async (t) => {
	const { ask } = await openText2Image(t);
	for (const size of [
		"big",
		"1024",
		"1024 x 1024",
		"-64x64",
		"64X64",
		"64x64x64",
		"1e3x1e3",
		"64×64",
		"٦٤x٦٤",
		"99999999999x64",
	]) {
		const { error } = refused(
			await ask({ ...BODY, size }),
			400,
			"INVALID_SIZE",
		);
		assert.equal(
			error.message,
			`Ungültiges Size-Format: ${size}. Erwartet: 'WIDTHxHEIGHT'`,
		);
		assert.deepEqual(error.details, { field: "size" });
	}
});

test("S4-24, S4-a: a size out of bounds is INVALID_SIZE and names the bounds", async (t) => {
	const { ask } = await openText2Image(t);
	for (const size of ["63x64", "64x4097", "0x0", "99999x64"]) {
		const { error } = refused(
			await ask({ ...BODY, size }),
			400,
			"INVALID_SIZE",
		);
		assert.ok(error.message.includes(size));
		assert.match(error.message, /64.*4096/);
	}
});

test("S4-24: a size that the model cannot draw is INVALID_SIZE", async (t) => {
	const { ask } = await openText2Image(t, {
		model: { creditPrices: { low: 1, standard: 1 } },
	});
	for (const quality of ["standard", "hd"])
		refused(
			await ask({ ...BODY, size: "2048x2048", quality }),
			400,
			"INVALID_SIZE",
		);
});

test("S4-25: any quality but standard and hd is INVALID_QUALITY", async (t) => {
	const { ask } = await openText2Image(t);
	for (const quality of ["ultra", "HD", ""]) {
		const { error } = refused(
			await ask({ ...BODY, quality }),
			400,
			"INVALID_QUALITY",
		);
		assert.equal(
			error.message,
			`Ungültige Quality: ${quality}. Erlaubt: 'standard', 'hd'`,
		);
	}
});

test("S4-d: n is 1 to 4, or to what TEXT2IMAGE_MAX_IMAGES says", async (t) => {
	const { ask } = await openText2Image(t);
	for (const n of [0, -1, 5, 1e9]) {
		const { error } = refused(await ask({ ...BODY, n }), 400, "INVALID_N");
		assert.match(error.message, /1 bis 4/);
	}
	refused(await ask({ ...BODY, seeds: [1, 2, 3, 4, 5] }), 400, "INVALID_N");
	const generous = await openText2Image(t, {
		environment: { TEXT2IMAGE_MAX_IMAGES: "6" },
	});
	assert.equal(
		succeeded(await generous.ask({ ...BODY, n: 6 })).data.images.length,
		6,
	);
	refused(await generous.ask({ ...BODY, n: 7 }), 400, "INVALID_N");
	const bounded = await openText2Image(t, {
		environment: {
			TEXT2IMAGE_MAX_IMAGES: "6",
			GESSO_MAX_IMAGES_PER_REQUEST: "2",
		},
	});
	const { error } = refused(
		await bounded.ask({ ...BODY, n: 3 }),
		400,
		"INVALID_N",
	);
	assert.match(error.message, /1 bis 2/);
});

test("S4-d: seeds that are not one for each image, or no seeds, are INVALID_SEEDS", async (t) => {
	const { ask } = await openText2Image(t);
	const uneven = refused(
		await ask({ ...BODY, n: 3, seeds: [1, 2] }),
		400,
		"INVALID_SEEDS",
	);
	assert.match(uneven.error.message, /genau ein Seed/);
	for (const seeds of [
		[-1],
		[2 ** 31],
		[1.5],
		["1"],
		[null],
		"1,x",
		"1,,2",
		"[1,",
		'["1"]',
		"[-1]",
		"-1",
		5,
		{ a: 1 },
		true,
	])
		refused(await ask({ ...BODY, seeds }), 400, "INVALID_SEEDS");
});

test("wrong types are refused by a code that fits and name the field", async (t) => {
	const { ask } = await openText2Image(t);
	const faults: [object, string, string][] = [
		[{ prompt: 5 }, "INVALID_PARAMETER", "prompt"],
		[{ prompt: ["a"] }, "INVALID_PARAMETER", "prompt"],
		[{ ...BODY, size: 1024 }, "INVALID_SIZE", "size"],
		[{ ...BODY, quality: true }, "INVALID_QUALITY", "quality"],
		[{ ...BODY, n: "2" }, "INVALID_N", "n"],
		[{ ...BODY, n: 1.5 }, "INVALID_N", "n"],
		[{ ...BODY, seed: "7" }, "INVALID_PARAMETER", "seed"],
		[{ ...BODY, seed: -1 }, "INVALID_PARAMETER", "seed"],
		[{ ...BODY, seed: 2 ** 31 }, "INVALID_PARAMETER", "seed"],
		[{ ...BODY, useCache: "maybe" }, "INVALID_PARAMETER", "useCache"],
		[{ ...BODY, useCache: 1 }, "INVALID_PARAMETER", "useCache"],
	];
	for (const [body, code, field] of faults) {
		const { error } = refused(await ask(body), 400, code);
		assert.equal(error.details.field, field);
		assert.match(error.message, new RegExp(`'${field}'`));
	}
});

test("a prompt that no database could keep or no model would read is refused by name", async (t) => {
	const { ask } = await openText2Image(t);
	for (const prompt of [
		"x".repeat(32_001),
		"zero \0 character",
		"half \ud800",
	]) {
		const { error } = refused(
			await ask({ ...BODY, prompt }),
			400,
			"INVALID_PARAMETER",
		);
		assert.equal(error.details.field, "prompt");
	}
});
