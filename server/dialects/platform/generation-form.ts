/** Reads a generation from a form (S1-16 to 19): every field of the JSON body, and files, each as it arrives and none of it in memory. */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../../engine/engine.ts";
import { EngineError, invalid } from "../../engine/errors.ts";
import type { StagedSource } from "../../engine/generations/request.ts";
import { type PartTaker, readMultipart } from "../../http/read-multipart.ts";

const MAX_FIELDS = 60;
/** Of one text field, and of all: base64 in a form is read into memory, as it is in JSON. */
const MAX_FIELD_BYTES = 8 * 1024 * 1024;
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** Of all requirements together; no model takes more pictures. */
const MAX_FILES = 20;
const ARRIVAL_TIMEOUT_MS = 290_000;

export interface GenerationForm {
	/** As the JSON body would have them; what is not what its field may be is left for the validator to name. */
	readonly fields: Readonly<Record<string, unknown>>;
	/** In the order in which they came; whoever asked for them discards them. */
	readonly files: readonly StagedSource[];
}

/** @throws {EngineError} for a form that is broken or too large, and has kept nothing then. */
export async function readGenerationForm(
	request: FastifyRequest,
	{ inputs }: Pick<Engine, "inputs">,
): Promise<GenerationForm> {
	const fields = new Map<string, string | string[]>();
	const files: StagedSource[] = [];
	let isOver = false;
	const taker: PartTaker = {
		takeField: fieldTaker(fields),
		takeFile: async (name, _fileName, bytes, signal) => {
			const source = await inputs.stage(name, bytes, signal);
			// One that was whole just when everything else was given up.
			if (isOver) await inputs.discard(source);
			else files.push(source);
		},
	};
	try {
		await readMultipart(request, limitsOf(inputs.maxBytes), taker);
		const entries = [...fields].flatMap(([name, text]) => {
			const value = readValue(name, text);
			return value === undefined ? [] : [[name, value] as const];
		});
		return { fields: Object.fromEntries(entries), files };
	} catch (error) {
		isOver = true;
		for (const source of files) await inputs.discard(source);
		throw error;
	}
}

function limitsOf(maxFileBytes: number) {
	return {
		maxFields: MAX_FIELDS,
		maxFieldBytes: MAX_FIELD_BYTES,
		maxFiles: MAX_FILES,
		maxBodyBytes:
			MAX_FILES * (maxFileBytes + 1_024) + MAX_TEXT_BYTES + MAX_FIELDS * 1_024,
		arrivalTimeoutMs: ARRIVAL_TIMEOUT_MS,
	};
}

function fieldTaker(
	fields: Map<string, string | string[]>,
): PartTaker["takeField"] {
	let textBytes = 0;
	return (name, text) => {
		textBytes += Buffer.byteLength(text);
		if (textBytes > MAX_TEXT_BYTES)
			throw new EngineError(
				"payload_too_large",
				`The text fields of a form may have ${MAX_TEXT_BYTES} bytes in all; send pictures as files.`,
			);
		const earlier = fields.get(name);
		if (earlier === undefined) fields.set(name, text);
		// A list may also be sent as a field for each of its values.
		else if (name === "refImageUrls") fields.set(name, [earlier, text].flat());
		else
			throw invalid(
				name,
				`The field ${name} occurs more than once.`,
				"one field of this name",
			);
	};
}

const NUMBERS = ["sampleCount", "seed"];
const BOOLEANS = ["isPublic"];
const JSON_FIELDS = ["variables", "refImageBase64", "maskBase64"];

/** @returns `undefined` for an empty field, since a form sends those too. @throws {EngineError} for JSON that is none. */
function readValue(name: string, value: string | string[]): unknown {
	if (typeof value !== "string") return value;
	const text = value.trim();
	if (text === "") return undefined;
	if (NUMBERS.includes(name))
		return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : value;
	if (BOOLEANS.includes(name)) {
		if (/^(true|1)$/i.test(text)) return true;
		return /^(false|0)$/i.test(text) ? false : value;
	}
	if (JSON_FIELDS.includes(name)) return parsed(name, text);
	if (name === "refImageUrls")
		return text.startsWith("[") ? parsed(name, text) : [text];
	return value;
}

function parsed(name: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw invalid(name, `${name} is no valid JSON.`, "JSON");
	}
}
