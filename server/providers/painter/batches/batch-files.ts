/** What lies in a batch's folder: its name and number of lines, the lines, and every picture once. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import {
	type FileHandle,
	mkdir,
	open,
	readFile,
	rename,
} from "node:fs/promises";
import path from "node:path";
import { readLiftedLines } from "../../../net/lifted-lines.ts";
import {
	type BatchLine,
	type BatchRequest,
	type BatchSubmission,
	type InputImage,
	type NativeBatches,
	ProviderError,
} from "../../provider.ts";
import { syncFolder, unlessMissing } from "./shelf.ts";
import {
	fromStored,
	type StoredPicture,
	type StoredRequest,
	toStored,
} from "./stored-request.ts";

/** The painter's own: what a disk has room for, and what is read again in a moment. */
export const LIMITS: NativeBatches["limits"] = {
	maxLines: 50_000,
	maxInputBytes: 2_000_000_000,
};

/** Characters. */
const WRITTEN_AT_ONCE = 65_536;
/** No request has as much text in it. */
const MAX_LINE_BYTES = 64 * 1_024 * 1_024;

export interface Label {
	readonly displayName: string;
	readonly lines: number;
}

interface StoredLine {
	readonly key: string;
	readonly request: StoredRequest;
}

const labelIn = (folder: string) => path.join(folder, "batch.json");
const linesIn = (folder: string) => path.join(folder, "lines.jsonl");
const picturesIn = (folder: string) => path.join(folder, "pictures");

/**
 * One line after the other, none of them kept in memory.
 * @throws {ProviderError} for a batch that is empty or too large; what the lines, their pictures or the disk throw.
 */
export async function writeBatch(
	folder: string,
	{ displayName, lines }: BatchSubmission,
	randomSeed: () => number,
	signal: AbortSignal,
): Promise<void> {
	await mkdir(picturesIn(folder));
	let count = 0;
	async function* texts(): AsyncGenerator<string> {
		let sizeBytes = 0;
		let pending = "";
		for await (const line of lines) {
			signal.throwIfAborted();
			const { text, inputBytes } = await textOf(line, folder, randomSeed);
			sizeBytes += inputBytes;
			if (++count > LIMITS.maxLines || sizeBytes > LIMITS.maxInputBytes)
				throw refused(
					`The painter takes batches of up to ${LIMITS.maxLines} lines and ${LIMITS.maxInputBytes} bytes.`,
				);
			pending += text;
			if (pending.length < WRITTEN_AT_ONCE) continue;
			yield pending;
			pending = "";
		}
		yield pending;
	}
	await writeNew(linesIn(folder), (handle) => handle.writeFile(texts()));
	if (count === 0) throw refused("The batch has no rows.");
	const label: Label = { displayName, lines: count };
	await syncFolder(picturesIn(folder));
	await writeNew(labelIn(folder), (handle) =>
		handle.writeFile(JSON.stringify(label)),
	);
}

/** @returns the line as it is written, and what it would weigh with its pictures in it. */
async function textOf(
	{ key, request }: BatchLine,
	folder: string,
	randomSeed: () => number,
): Promise<{ readonly text: string; readonly inputBytes: number }> {
	let pictureBytes = 0;
	const keep = async (image: InputImage) => {
		const picture = await keepPicture(folder, image);
		pictureBytes += 4 * Math.ceil(picture.sizeBytes / 3);
		return picture;
	};
	const line: StoredLine = {
		key,
		request: await toStored(request, keep, randomSeed),
	};
	const text = `${JSON.stringify(line)}\n`;
	return { text, inputBytes: Buffer.byteLength(text) + pictureBytes };
}

/** The same bytes are kept once, however many lines have them. */
async function keepPicture(
	folder: string,
	image: InputImage,
): Promise<StoredPicture> {
	const { mediaType, width, height } = image;
	const arriving = path.join(folder, randomUUID());
	const hash = createHash("sha256");
	let sizeBytes = 0;
	await writeNew(arriving, (handle) =>
		handle.writeFile(
			(async function* () {
				for await (const piece of await image.open()) {
					hash.update(piece);
					sizeBytes += piece.byteLength;
					yield piece;
				}
			})(),
		),
	);
	const sha256 = hash.digest("hex");
	await rename(arriving, path.join(picturesIn(folder), sha256));
	return { sha256, mediaType, width, height, sizeBytes };
}

/** The bytes are on the disk when it returns. */
async function writeNew(
	file: string,
	write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
	const handle = await open(file, "wx");
	try {
		await write(handle);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** @returns `undefined` when the batch has been forgotten in the meantime. */
export async function readLabel(folder: string): Promise<Label | undefined> {
	const text = await readFile(labelIn(folder), "utf8").catch(unlessMissing);
	return text === undefined ? undefined : (JSON.parse(text) as Label);
}

/** A line that is to be drawn. */
export interface ReadLine {
	readonly key: string;
	/** Its pictures are opened only when somebody looks at them. */
	readonly request: BatchRequest;
}

/** One line after the other, as they are asked for. */
export async function* readLines(
	folder: string,
): AsyncGenerator<ReadLine, void> {
	const take = (picture: StoredPicture): InputImage => ({
		...picture,
		open: async () => bytesIn(path.join(picturesIn(folder), picture.sha256)),
	});
	const lines = readLiftedLines(bytesIn(linesIn(folder)), {
		keep: async () => {},
		shouldLift: () => false,
		maxTextBytes: MAX_LINE_BYTES,
	});
	for await (const line of lines) {
		if (line.kind === "broken") throw line.reason;
		const { key, request } = line.value as StoredLine;
		yield { key, request: fromStored(request, take) };
	}
}

/** The file is opened when the first byte is asked for: a stream that nobody reads yet would fail unheard. */
async function* bytesIn(file: string): AsyncGenerator<Uint8Array, void> {
	yield* createReadStream(file);
}

/** The painter has no secrets: what it says is for the caller too. */
function refused(message: string): ProviderError {
	return new ProviderError("invalid", message, { publicMessage: message });
}
