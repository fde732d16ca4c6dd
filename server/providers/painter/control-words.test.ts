/** The words that tell the painter to misbehave are found, obeyed and taken out of the prompt. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readControlWords } from "./control-words.ts";

test("a prompt without control words is left as it is", () => {
	assert.deepEqual(readControlWords("a lake at dawn, painted slowly"), {
		prompt: "a lake at dawn, painted slowly",
		failure: undefined,
		delayMs: 0,
	});
});

test("control words are found in any case, obeyed, and taken out of the prompt", () => {
	assert.deepEqual(readControlWords("a lake Painter-Fail at dawn"), {
		prompt: "a lake at dawn",
		failure: "invalid",
		delayMs: 0,
	});
	assert.equal(readControlWords("painter-unavailable").failure, "unavailable");
	assert.equal(
		readControlWords("x, painter-block.").failure,
		"content_blocked",
	);
});

test("painter-slow waits five seconds, painter-slow-7s as many as it says, and never over ten minutes", () => {
	assert.equal(readControlWords("painter-slow lake").delayMs, 5_000);
	assert.equal(readControlWords("painter-slow-7s lake").delayMs, 7_000);
	assert.equal(readControlWords("painter-slow-0s lake").delayMs, 0);
	assert.equal(readControlWords("painter-slow-999s").delayMs, 600_000);
	assert.equal(
		readControlWords("painter-slow-2s painter-slow-9s").delayMs,
		9_000,
	);
});

test("only whole words count", () => {
	for (const prompt of [
		"a painter-failure",
		"my-painter-fail",
		"painter-slowly",
		"painter-slow-7seconds",
		"painter-slow-7000s",
		"painter fail",
	]) {
		assert.deepEqual(readControlWords(prompt), {
			prompt,
			failure: undefined,
			delayMs: 0,
		});
	}
});
