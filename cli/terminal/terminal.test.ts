/** What is shown on a terminal, and what where there is none. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { ReadStream, WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { Progress } from "./progress.ts";
import { Terminal } from "./terminal.ts";
import { bytes, counted, dollars, duration, shortened } from "./words.ts";

function open({ columns }: { readonly columns: number | null }) {
	const [stdin, stdout, stderr] = [0, 1, 2].map(() => new PassThrough());
	assert.ok(stdin && stdout && stderr);
	const facts = columns === null ? {} : { isTTY: true, columns };
	Object.assign(stdin, columns === null ? {} : { isTTY: true });
	Object.assign(stdout, facts);
	let written = "";
	stdout.on("data", (chunk: Buffer) => {
		written += chunk.toString();
	});
	const terminal = new Terminal(
		{
			stdin: stdin as unknown as ReadStream,
			stdout: stdout as unknown as WriteStream,
			stderr: stderr as unknown as WriteStream,
		},
		{},
	);
	return {
		terminal,
		type: (text: string) => stdin.write(text),
		end: () => stdin.end(),
		written: () => written,
	};
}

const STEP = {
	done: 6,
	failed: 1,
	total: 12,
	words: ["6 of 12 drawn", "1 failed", "42 a minute", "9 s left"],
};

test("a bar shows what is done and what failed on one line that fits, and is gone when something is said", () => {
	for (const [columns, shown] of [
		[
			100,
			"  ━━━━━━━━━━━━━━──────────  6 of 12 drawn · 1 failed · 42 a minute · 9 s left",
		],
		[60, "  ━━━━━━━━━━━━───────  6 of 12 drawn · 1 failed"],
		[30, "    6 of 12 drawn · 1 failed"],
	] as const) {
		const { terminal, written } = open({ columns });
		new Progress(terminal).show(STEP);
		const plain = stripVTControlCharacters(written()).replace("\r", "");
		assert.equal(plain, shown);
		assert.ok(plain.length < columns);
		terminal.say("done");
		assert.ok(written().endsWith("\r\u001b[2Kdone\n"));
	}
});

test("where there is no terminal a line is said now and then, and the last one in any case", () => {
	const { terminal, written } = open({ columns: null });
	let now = 0;
	const progress = new Progress(terminal, () => now);
	const show = (done: number) =>
		progress.show({ ...STEP, done, words: [`${done} of 12 drawn`] });
	show(0);
	show(1);
	now = 20_000;
	show(2);
	show(2);
	show(3);
	progress.end();
	progress.end();
	assert.equal(
		written(),
		"  0 of 12 drawn\n  2 of 12 drawn\n  3 of 12 drawn\n",
	);
});

test("only a clear yes is one, and nothing at all is none", async () => {
	const signal = new AbortController().signal;
	for (const [answer, isYes] of [
		["y\n", true],
		["YES\n", true],
		["\n", false],
		["yet\n", false],
	] as const) {
		const { terminal, type, written } = open({ columns: 80 });
		assert.ok(terminal.isInteractive);
		const asking = terminal.ask("Draw?", signal);
		type(answer);
		assert.equal(await asking, isYes);
		assert.match(written(), /Draw\? \[y\/N\] /);
	}
	const closed = open({ columns: 80 });
	const asking = closed.terminal.ask("Draw?", signal);
	closed.end();
	assert.equal(await asking, false);
});

test("numbers are put as people say them", () => {
	assert.equal(counted(1, "picture"), "1 picture");
	assert.equal(counted(12_000, "picture"), "12,000 pictures");
	assert.deepEqual([0, 0.3, 0.0035, 12].map(dollars), [
		"$0.00",
		"$0.30",
		"$0.0035",
		"$12.00",
	]);
	assert.deepEqual([5, 99, 150, 36_000].map(duration), [
		"5 s",
		"99 s",
		"3 min",
		"10 h",
	]);
	assert.deepEqual([999, 1_500, 1_294_000, 24_000_000].map(bytes), [
		"999 B",
		"1.5 kB",
		"1.3 MB",
		"24 MB",
	]);
	assert.equal(shortened("a  long\nstory", 8), "a long…");
});
