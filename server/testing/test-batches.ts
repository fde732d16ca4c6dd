/** What the tests of batches share: a plain language for lines, and a house in which batches are made and looked at. */
import { Readable } from "node:stream";
import type { NewBatch } from "../engine/batches/batches.ts";
import type { Batch } from "../engine/batches/find-batches.ts";
import {
	type BatchTranslator,
	LineFault,
} from "../engine/batches/translator.ts";
import type { Principal } from "../engine/generations/request.ts";
import { Base64Of } from "../net/json-stream.ts";
import { smallRequest, type TestEngine } from "./test-engine.ts";
import { waitUntil } from "./wait-until.ts";

/** A line as the tests write it. */
export interface PlainLine {
	readonly id: string;
	readonly prompt?: string;
	readonly count?: number;
	readonly model?: string;
	readonly base64?: string;
}

/** A line of results or errors. */
export interface PlainResult {
	readonly id: string;
	readonly images?: readonly string[];
	readonly error?: { readonly code: string; readonly message: string };
}

/** Lines of the tests' own language, told and answered in it. */
export function plainTranslator({ engine }: TestEngine): BatchTranslator {
	return {
		dialect: "plain",
		endpoint: "pictures",
		independentLines: false,
		identify: (value) => {
			const { id } = value as PlainLine;
			if (typeof id === "string") return id;
			throw new LineFault("missing_id", "There is no id.", "id");
		},
		readLine: async (_context, value) => {
			const line = value as PlainLine;
			return {
				letGo: async () => {},
				ask: {
					kind: "generation",
					request: smallRequest({
						dialect: "plain",
						prompt: line.prompt ?? `picture ${line.id}`,
						count: line.count ?? 1,
						model: line.model,
						inputImages:
							line.base64 === undefined
								? undefined
								: [{ kind: "base64", field: "base64", data: line.base64 }],
					}),
				},
			};
		},
		writeLine: async (_context, { customId, outcome }) => {
			if (outcome.kind === "failed")
				return { id: customId, error: outcome.error };
			const images = outcome.generation.images.map(
				(image) =>
					new Base64Of(
						image.sizeBytes,
						async () => (await engine.openVariant(image, "original")).stream,
					),
			);
			return { id: customId, images };
		},
	};
}

const DAY_MS = 24 * 60 * 60 * 1000;

export async function uploadText(
	{ engine }: TestEngine,
	principal: Principal,
	text: string | Iterable<string>,
): Promise<string> {
	const pieces = typeof text === "string" ? [text] : text;
	const bytes = Readable.from(pieces).map((piece: string) =>
		Buffer.from(piece),
	);
	const staged = await engine.files.stage(principal, bytes);
	const file = await engine.files.create(principal, staged, {
		purpose: "batch",
		fileName: "input.jsonl",
		mediaType: "application/jsonl",
	});
	return file.id;
}

/** Uploads lines, or the text of a file. @returns the batch of them that may be made. */
export async function plainBatch(
	house: TestEngine,
	principal: Principal,
	lines: readonly PlainLine[] | string,
): Promise<NewBatch> {
	const text =
		typeof lines === "string"
			? lines
			: lines.map((line) => `${JSON.stringify(line)}\n`).join("");
	return {
		dialect: "plain",
		endpoint: "pictures",
		inputFileId: await uploadText(house, principal, text),
		field: "input",
		windowMs: DAY_MS,
		dialectData: {},
	};
}

/** Makes a batch of lines, or of the text of a file. @returns its id. */
export async function makeBatch(
	house: TestEngine,
	principal: Principal,
	lines: readonly PlainLine[] | string,
): Promise<string> {
	const batch = await plainBatch(house, principal, lines);
	return (await house.engine.batches.create(principal, batch)).id;
}

/** Waits until a batch has ended. */
export async function batchEnded(
	{ engine }: TestEngine,
	principal: Principal,
	id: string,
): Promise<Batch> {
	return await waitUntil(async () => {
		const batch = await engine.batches.get(principal, "plain", id);
		return batch.endedAt !== null && batch;
	});
}

/** The lines of a file of results; none for none. */
export async function resultsIn(
	{ engine }: TestEngine,
	principal: Principal,
	fileId: string | null,
): Promise<PlainResult[]> {
	if (fileId === null) return [];
	const { stream } = await engine.files.open(principal, fileId);
	const text = Buffer.concat(await stream.toArray()).toString();
	return text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}
