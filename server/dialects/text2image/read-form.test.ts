/** Forms, multipart and URL-encoded: as browsers and curl send them (S4-3, S4-14, reading l). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	form,
	multipartOf,
	openText2Image,
	PROMPT,
	part,
	pixelsOf,
	refused,
	sendMultipart,
	succeeded,
} from "./envelope-contract.ts";

test("S4-14: the form example works, with useCache as text", async (t) => {
	const house = await openText2Image(t);
	const fields = {
		prompt: PROMPT,
		size: "1024x1024",
		quality: "standard",
		useCache: "true",
	};
	const { data, request } = succeeded(
		await sendMultipart(house, multipartOf(fields)),
	);
	assert.deepEqual(await pixelsOf(data), { format: "png", size: "1024x1024" });
	assert.deepEqual(request.parameters, {
		prompt: PROMPT,
		size: "1024x1024",
		quality: "standard",
		n: 1,
	});
	assert.equal(data.warnings, undefined);
});

test("S4-3: both kinds of forms and JSON ask for the same: the cache says so", async (t) => {
	const house = await openText2Image(t);
	const fields = {
		prompt: "Ein Bergsee, größer als „alle“",
		size: "64x64",
		n: "2",
		seeds: "[1, 2]",
	};
	const asked = await house.ask({
		prompt: fields.prompt,
		size: "64x64",
		n: 2,
		seeds: [1, 2],
	});
	assert.equal(succeeded(asked).process.is_from_cache, false);
	const other = await sendMultipart(house, multipartOf(fields));
	assert.equal(succeeded(other).process.is_from_cache, true);
	const encoded = await house.send({
		headers: { "content-type": "application/x-www-form-urlencoded" },
		payload: new URLSearchParams(fields).toString(),
	});
	assert.equal(succeeded(encoded).process.is_from_cache, true);
});

test("S4-9, S4-l: seeds in a form are a JSON array, numbers with commas, or several fields", async (t) => {
	const house = await openText2Image(t);
	const prompt = part("prompt", PROMPT) + part("size", "64x64");
	const payloads = [
		form(prompt, part("seeds", "[7,8]")),
		form(prompt, part("seeds", "7, 8"), part("n", "2")),
		form(prompt, part("seeds", "7"), part("seeds", "8")),
		form(
			prompt,
			part("seeds", "[7,8]").replace(
				"\r\n\r\n",
				"\r\nContent-Type: application/json\r\n\r\n",
			),
		),
	];
	for (const payload of payloads) {
		const { data } = succeeded(await sendMultipart(house, payload));
		assert.deepEqual(
			data.images.map(({ seed }) => seed),
			[7, 8],
		);
	}
});

test("S4-10, S4-l: n and seed are numbers as text; useCache is true, 1, yes, on or the contrary", async (t) => {
	const house = await openText2Image(t);
	const fields = { prompt: PROMPT, size: "64x64", n: " 2 ", seed: "5" };
	const isFromCache = async (useCache: string) => {
		const payload = multipartOf({ ...fields, useCache });
		const { process, data } = succeeded(await sendMultipart(house, payload));
		assert.deepEqual(
			data.images.map(({ seed }) => seed),
			[5, 6],
		);
		return process.is_from_cache;
	};
	assert.equal(await isFromCache("yes"), false);
	for (const yes of ["true", "1", "yes", "on", "TRUE", ""])
		assert.equal(await isFromCache(yes), true, yes);
	for (const no of ["false", "0", "no", "off"])
		assert.equal(await isFromCache(no), false, no);
});

test("empty form fields count as absent, and values are checked as in JSON", async (t) => {
	const house = await openText2Image(t);
	const empty = {
		size: "",
		quality: "",
		n: "",
		seed: "",
		seeds: "",
		useCache: "",
	};
	succeeded(
		await sendMultipart(house, multipartOf({ prompt: PROMPT, ...empty })),
	);
	const faults: [Record<string, string>, string][] = [
		[{}, "MISSING_PROMPT"],
		[{ prompt: "  " }, "MISSING_PROMPT"],
		[{ prompt: PROMPT, n: "two" }, "INVALID_N"],
		[{ prompt: PROMPT, n: "1.5" }, "INVALID_N"],
		[{ prompt: PROMPT, n: "99999999999999999999" }, "INVALID_N"],
		[{ prompt: PROMPT, seed: "x" }, "INVALID_PARAMETER"],
		[{ prompt: PROMPT, useCache: "maybe" }, "INVALID_PARAMETER"],
		[{ prompt: PROMPT, seeds: "1,x" }, "INVALID_SEEDS"],
		[{ prompt: PROMPT, size: "big" }, "INVALID_SIZE"],
		[{ prompt: PROMPT, quality: "best" }, "INVALID_QUALITY"],
	];
	for (const [fields, code] of faults) {
		refused(await sendMultipart(house, multipartOf(fields)), 400, code);
		const payload = new URLSearchParams(fields).toString();
		const headers = { "content-type": "application/x-www-form-urlencoded" };
		refused(await house.send({ headers, payload }), 400, code);
	}
});

test("a field that occurs twice is refused rather than chosen from", async (t) => {
	const house = await openText2Image(t);
	const payload = form(part("prompt", "one"), part("prompt", "two"));
	const { error } = refused(
		await sendMultipart(house, payload),
		400,
		"INVALID_PARAMETER",
	);
	assert.equal(error.details.field, "prompt");
	const headers = { "content-type": "application/x-www-form-urlencoded" };
	const twice = "prompt=x&toString=1&toString=2";
	refused(
		await house.send({ headers, payload: twice }),
		400,
		"INVALID_PARAMETER",
	);
});

test("unknown form fields are named in a warning", async (t) => {
	const house = await openText2Image(t);
	const payload = multipartOf({ prompt: PROMPT, size: "64x64", style: "oil" });
	const { data } = succeeded(await sendMultipart(house, payload));
	assert.deepEqual(
		data.warnings?.map(({ parameter }) => parameter),
		["style"],
	);
});

test("an empty multipart body is an empty form", async (t) => {
	const house = await openText2Image(t);
	refused(await sendMultipart(house, ""), 400, "MISSING_PROMPT");
	refused(await sendMultipart(house, form()), 400, "MISSING_PROMPT");
});
