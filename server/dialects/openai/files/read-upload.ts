/** Reads the form of an upload: a file that goes to the disk as it arrives, and fields that may come before or after it. */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../../../engine/engine.ts";
import { invalid } from "../../../engine/errors.ts";
import { principalOf } from "../../../http/authenticate.ts";
import { readMultipart } from "../../../http/read-multipart.ts";

const MAX_FIELDS = 20;
const MAX_FIELD_BYTES = 1_024;
/** For what stands around the file. */
const FORM_BYTES = 65_536;
/** Shorter than the server waits for a request, so that a slow caller is told. */
const ARRIVAL_TIMEOUT_MS = 290_000;

type StagedFile = Awaited<ReturnType<Engine["files"]["stage"]>>;

export interface Upload {
	readonly fields: Readonly<Record<string, string>>;
	readonly staged: StagedFile;
	readonly fileName: string;
	readonly mediaType: string;
}

/** The file is the caller's to keep or to discard. @throws {EngineError}; nothing is left behind then. */
export async function readUpload(
	request: FastifyRequest,
	{ files }: Engine,
): Promise<Upload> {
	const principal = principalOf(request);
	const fields = new Map<string, string>();
	const received: Omit<Upload, "fields">[] = [];
	let isOver = false;
	try {
		await readMultipart(
			request,
			{
				maxFields: MAX_FIELDS,
				maxFieldBytes: MAX_FIELD_BYTES,
				maxFiles: 1,
				maxBodyBytes: files.maxBytes + FORM_BYTES,
				arrivalTimeoutMs: ARRIVAL_TIMEOUT_MS,
			},
			{
				takeField: (name, text) => {
					if (fields.has(name))
						throw invalid(name, `The field ${name} occurs more than once.`);
					fields.set(name, text);
				},
				takeFile: async (name, fileName = "", bytes, signal) => {
					if (name !== "file") {
						bytes.resume();
						throw invalid(name, `${name} is no field for a file.`, "file");
					}
					const staged = await files.stage(principal, bytes, signal);
					// One that was whole just when everything else was given up.
					if (isOver) await files.discard(staged);
					else received.push({ staged, fileName, mediaType: typeOf(fileName) });
				},
			},
		);
		const [file] = received;
		if (file === undefined)
			throw invalid("file", "The file is missing.", "a file");
		return { ...file, fields: Object.fromEntries(fields) };
	} catch (error) {
		isOver = true;
		for (const { staged } of received) await files.discard(staged);
		throw error;
	}
}

/** What a file is said to be by who sends it is not believed: SDKs say the same of all. */
const TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
	jsonl: "application/jsonl",
	json: "application/json",
	png: "image/png",
	jpg: "image/jpeg",
	jpeg: "image/jpeg",
	webp: "image/webp",
	txt: "text/plain",
	csv: "text/csv",
};

function typeOf(fileName: string): string {
	const extension = fileName.split(".").at(-1)?.toLowerCase() ?? "";
	return TYPE_OF_EXTENSION[extension] ?? "application/octet-stream";
}
