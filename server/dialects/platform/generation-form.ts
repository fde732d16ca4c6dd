/** Reads a generation from a form (S1-16 to 19): every field of the JSON body, and files, each as it arrives and none of it in memory. */
import type { FastifyRequest } from "fastify";
import type { Engine } from "../../engine/engine.ts";
import { EngineError } from "../../engine/errors.ts";
import type { StagedSource } from "../../engine/generations/request.ts";
import type { FormFields } from "./form-values.ts";
import { readForm } from "./read-form.ts";

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
	let textBytes = 0;
	const { values, done } = await readForm(request, {
		limits: limitsOf(inputs.maxBytes),
		fields: FIELDS,
		checkField: (_name, text) => {
			textBytes += Buffer.byteLength(text);
			if (textBytes > MAX_TEXT_BYTES)
				throw new EngineError(
					"payload_too_large",
					`The text fields of a form may have ${MAX_TEXT_BYTES} bytes in all; send pictures as files.`,
				);
		},
		takeFile: ({ name, bytes, signal }) => inputs.stage(name, bytes, signal),
		undo: (source) => inputs.discard(source),
	});
	return { fields: values, files: done };
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
