/** Files that come over a network: whole or not at all. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { GessoError } from "@gesso/client/gesso-error";
import { openFolder } from "../testing/run-gesso.ts";
import { saveDownload } from "./save-download.ts";

type Ending = "close" | "break" | "silence";

/** A server whose files end in one way after the other. */
function saving(folder: string, ...endings: readonly Ending[]) {
	let opened = 0;
	return {
		open: async () => {
			const ending = endings[opened++];
			if (ending === undefined)
				throw new GessoError("Gone.", { status: 404, code: "not_found" });
			const body = new ReadableStream<Uint8Array>({
				start: (controller) => {
					controller.enqueue(Buffer.from(`picture ${opened}`));
					if (ending === "close") controller.close();
				},
				pull: (controller) => {
					if (ending === "break") controller.error(new Error("reset"));
				},
			});
			const facts = { mediaType: "image/png", fileName: null, sizeBytes: null };
			return { ...facts, body };
		},
		fileOf: () => path.join(folder, "deep", "a.png"),
		url: "http://gesso.example",
		signal: new AbortController().signal,
		silenceMs: 20,
	};
}

test("what breaks off, or comes no more, is begun again, and only a whole file stands under its name", async (t) => {
	const folder = openFolder(t);
	const deep = path.join(folder, "deep");
	const saved = await saveDownload(saving(folder, "break", "silence", "close"));
	assert.equal(saved.sizeBytes, "picture 3".length);
	assert.deepEqual(readdirSync(deep), ["a.png"]);
	await assert.rejects(
		saveDownload(saving(folder, "break", "break", "break", "close")),
		{ code: "unreachable", message: /broke off/ },
	);
	await assert.rejects(saveDownload(saving(folder)), { code: "not_found" });
	assert.equal(readFileSync(path.join(deep, "a.png"), "utf8"), "picture 3");
	assert.deepEqual(readdirSync(deep), ["a.png"]);
});

test("a disk on which nothing can be written is named at once", async (t) => {
	const folder = openFolder(t);
	mkdirSync(path.join(folder, "deep", "a.png"), { recursive: true });
	await assert.rejects(saveDownload(saving(folder, "close")), {
		name: "Refusal",
		message: /cannot be saved: .*a\.png/,
	});
});
