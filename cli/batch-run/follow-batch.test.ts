/** What of following a batch no server does on demand: it runs out of credits, or names files as none may be named. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import type { ReadStream, WriteStream } from "node:tty";
import { GessoClient } from "@gesso/client";
import { Terminal } from "../terminal/terminal.ts";
import { openFolder } from "../testing/run-gesso.ts";
import { collectPictures, followBatch } from "./follow-batch.ts";
import { OutFolder } from "./out-folder.ts";
import { SavedPictures } from "./saved-pictures.ts";

const COUNTS = {
	total: 2,
	invalid: 0,
	waiting: 1,
	describing: 0,
	described: 0,
	drawing: 0,
	drawn: 1,
	failed: 0,
};

async function openRun(
	t: TestContext,
	batch: object,
	rows: readonly object[] = [],
) {
	const place = openFolder(t);
	const answers: Readonly<Record<string, () => Response>> = {
		"/events": () =>
			new Response(`event: progress\ndata: ${JSON.stringify(batch)}\n\n`),
		"/rows": () => Response.json({ data: { rows, next: null } }),
		"/download": () => new Response("picture"),
		"": () => Response.json({ data: batch }),
	};
	const fetch = async (input: string | URL | Request) => {
		const { pathname } = new URL(String(input));
		const end = Object.keys(answers).find((each) => pathname.endsWith(each));
		return answers[end ?? ""]?.() ?? Response.error();
	};
	const { signal } = new AbortController();
	const streams = [1, 2, 3].map(() => new PassThrough().resume());
	const [stdin, stdout, stderr] = streams as [unknown, unknown, unknown];
	const run = {
		client: new GessoClient({ url: "http://gesso.example", apiKey: "", fetch }),
		batchId: "catalogue_1",
		table: "rugs.csv",
		folder: await OutFolder.open(place, signal),
		saved: await SavedPictures.open(place, path.join(place, "notes")),
		terminal: new Terminal(
			{
				stdin: stdin as ReadStream,
				stdout: stdout as WriteStream,
				stderr: stderr as WriteStream,
			},
			{},
		),
		signal,
		isOwn: false,
		wishes: {
			yes: true,
			retry: false,
			sample: undefined,
			format: "original" as const,
		},
		shown: (file: string) => file,
	};
	return { run, place };
}

test("whoever follows a batch that waits for credits is told, instead of waiting with it", async (t) => {
	const { run } = await openRun(t, {
		status: "paused",
		pausedFor: "credits",
		counts: COUNTS,
		sampleCount: 1,
		rowsPerMinute: null,
		remainingSeconds: null,
	});
	await assert.rejects(followBatch(run), /credits ran out when 1 row/);
});

test("a server cannot have a file written anywhere but into the folder", async (t) => {
	const rowCalled = (fileName: string) => ({
		key: "1",
		status: "drawn",
		fileName,
		images: [{ id: "img_1" }],
	});
	const batch = { counts: COUNTS, sampleCount: 2 };
	for (const name of ["../rug", "a\\b", "..", ""]) {
		const { run } = await openRun(t, batch, [rowCalled(name)]);
		await assert.rejects(collectPictures(run), /no name for a file/);
	}
	const { run, place } = await openRun(t, batch, [rowCalled("rug")]);
	assert.deepEqual(await collectPictures(run), { pictures: 1, gone: 0 });
	assert.ok(readdirSync(place).includes("rug-1.bin"));
});
