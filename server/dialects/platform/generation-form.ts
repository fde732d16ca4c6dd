/** Reads a generation from a form (S1-16 to 19): every field of the JSON body, and files, each as it arrives and none of it in memory. */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../../engine/engine.ts";
import { EngineError, invalid } from "../../engine/errors.ts";
import type { StagedSource } from "../../engine/generations/request.ts";
import { type PartTaker, readMultipart } from "../../http/read-multipart.ts";
import { type FormFields, formValue } from "./form-values.ts";

const MAX_FIELDS = 60;
/** Of one text field, and of all: base64 in a form is read into memory, as it is in JSON. */
const MAX_FIELD_BYTES = 8 * 1024 * 1024;
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** Of all requirements together; no model takes more pictures. */
const MAX_FILES = 20;
const ARRIVAL_TIMEOUT_MS = 290_000;
const FIELDS: FormFields = {
	numbers: ["sampleCount", "seed"],
	booleans: ["isPublic"],
	json: ["variables", "refImageBase64", "maskBase64"],
	lists: ["refImageUrls"],
};

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
			const value = formValue(FIELDS, name, text);
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
		else if (FIELDS.lists.includes(name))
			fields.set(name, [earlier, text].flat());
		else
			throw invalid(
				name,
				`The field ${name} occurs more than once.`,
				"one field of this name",
			);
	};
}
