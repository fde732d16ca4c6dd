/** JSON as protocol buffers read it: both spellings, numbers as text, and unknown fields told rather than refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { EngineError } from "../../engine/errors.ts";
import { flag, textOrNumber, wholeNumber } from "./field-types.ts";
import { readMessage } from "./read-message.ts";

const schema = z.object({
	imageConfig: z
		.object({ aspectRatio: z.string().optional(), imageSize: textOrNumber })
		.optional(),
	stopSequences: z.array(z.string()).default([]),
	seed: wholeNumber(-10, 10).optional(),
	isOn: flag.optional(),
	anything: z.unknown().optional(),
});

test("names are read in either spelling at every level, and the first of two counts", () => {
	const expected = {
		imageConfig: { aspectRatio: "1:1", imageSize: "512" },
		stopSequences: ["a"],
		seed: -7,
		isOn: true,
	};
	for (const given of [
		{
			imageConfig: { aspectRatio: "1:1", imageSize: "512" },
			stopSequences: ["a"],
			seed: -7,
			isOn: true,
		},
		{
			image_config: { aspect_ratio: "1:1", image_size: 512 },
			stop_sequences: "a",
			seed: "-7",
			is_on: "true",
		},
		{
			image_config: { aspect_ratio: "1:1", image_size: 512 },
			imageConfig: { aspectRatio: "9:9", imageSize: "x" },
			stop_sequences: ["a"],
			seed: "-7",
			is_on: "true",
		},
	]) {
		const { message, ignored } = readMessage(schema, given);
		assert.deepEqual(message, expected);
		assert.deepEqual(ignored, []);
	}
});

test("null is absent, and what nobody knows is told by its path", () => {
	const { message, ignored } = readMessage(schema, {
		seed: null,
		image_config: { imageSize: "1K", aspectRatio: null, colour: "red" },
		"top\nsecret": 1,
		constructor: 2,
		anything: { inside: { is: "left alone" } },
	});
	assert.deepEqual(message, {
		imageConfig: { imageSize: "1K" },
		stopSequences: [],
		anything: { inside: { is: "left alone" } },
	});
	assert.deepEqual(ignored, [
		"image_config.colour",
		"top?secret",
		"constructor",
	]);
});

test("what is told of a thousand unknown fields goes into a header", () => {
	const many = Object.fromEntries(
		Array.from({ length: 1_000 }, (_, index) => [
			`${"x".repeat(200)}ß${index}`,
			1,
		]),
	);
	const told = readMessage(schema, many).ignored.join(", ");
	assert.ok(told.length < 4_000);
	assert.match(told, /^[\x20-\x7e]+$/);
});

test("whatever is sent is read or refused by name", () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			try {
				readMessage(schema, value);
			} catch (error) {
				assert.ok(error instanceof EngineError);
				assert.equal(error.code, "invalid_request");
				assert.ok(error.details.field);
			}
		}),
	);
	assert.throws(
		() => readMessage(schema, { image_config: { image_size: [] } }),
		({ details }: EngineError) => details.field === "imageConfig.imageSize",
	);
});
