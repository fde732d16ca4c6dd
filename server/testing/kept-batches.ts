/** A vendor whose batches lie in a directory: they outlive whoever handed them over, for tests that kill processes. */
import { randomUUID } from "node:crypto";
import {
	appendFileSync,
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	renameSync,
} from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import type { BatchResult, NativeBatches } from "../providers/provider.ts";
import type { SizedPicture } from "./marked-picture.ts";

/** What is kept of a line. */
interface KeptLine {
	readonly key: string;
	readonly prompt: string;
}

/** @param draw makes the picture of a line; all have the same size, whatever is asked. */
export function createKeptBatches(
	directory: string,
	draw: SizedPicture,
): NativeBatches {
	mkdirSync(directory, { recursive: true });
	const fileOf = (batchId: string) => path.join(directory, batchId);
	return {
		limits: { maxLines: 50_000, maxInputBytes: 2_000_000_000 },
		submit: async ({ displayName, lines }) => {
			const batchId = `${displayName.replaceAll(" ", "-")}.${randomUUID()}`;
			const unfinished = `${fileOf(batchId)}.unfinished`;
			const file = openSync(unfinished, "w");
			try {
				for await (const { key, request } of lines) {
					if (request.kind !== "image") throw new Error("It only draws");
					const line: KeptLine = { key, prompt: request.call.prompt };
					appendFileSync(file, `${JSON.stringify(line)}\n`);
				}
			} finally {
				closeSync(file);
			}
			renameSync(unfinished, fileOf(batchId));
			return { batchId };
		},
		find: async (displayName) => {
			const start = `${displayName.replaceAll(" ", "-")}.`;
			const batchId = keptIn(directory).find((name) => name.startsWith(start));
			return batchId === undefined ? undefined : { batchId };
		},
		poll: async (batchId) => ({
			status: existsSync(fileOf(batchId)) ? "succeeded" : "gone",
			counts: { total: undefined, succeeded: undefined, failed: undefined },
			fault: undefined,
		}),
		cancel: async () => {},
		results: async function* (batchId, { keepFile, signal }) {
			await using file = await open(fileOf(batchId));
			for await (const text of file.readLines()) {
				signal.throwIfAborted();
				const { key, prompt }: KeptLine = JSON.parse(text);
				const kept = await keepFile(draw(`${key} ${prompt}`));
				yield {
					key,
					kind: "done",
					images: [{ file: kept, seed: undefined, revisedPrompt: undefined }],
					text: "",
					usage: undefined,
					costDollars: 0.01,
				} satisfies BatchResult;
			}
		},
	};
}

/** The ids of the batches that were handed over: two that differ only in their ending are one that was handed over twice. */
export function keptIn(directory: string): readonly string[] {
	return existsSync(directory)
		? readdirSync(directory).filter((name) => !name.endsWith(".unfinished"))
		: [];
}
