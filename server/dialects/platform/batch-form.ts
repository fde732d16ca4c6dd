/** Reads a batch from a form: fields, and then the table or the requests, which are taken in as they arrive. */
import { addAbortSignal, type Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { EngineError, invalid } from "../../engine/errors.ts";
import { describeIssue } from "../../http/describe-issue.ts";
import { type BatchFields, batchFields } from "./batch-schema.ts";
import type { FormFields } from "./form-values.ts";
import { readForm } from "./read-form.ts";

const MAX_FIELDS = 30;
const MAX_FIELD_BYTES = 256 * 1024;
const ARRIVAL_TIMEOUT_MS = 290_000;
const FILE = "file";
const FIELDS: FormFields = {
	numbers: ["sampleCount", "maxPhotos", "rowsAtOnce"],
	booleans: ["auto"],
	json: ["variables", "fileColumns"],
	lists: ["photoColumns"],
};

export interface UploadedTable {
	readonly fileName: string | undefined;
	readonly bytes: Readable;
}

/** What is done with a table while it arrives. */
export interface TableWork<T> {
	take(fields: BatchFields, table: UploadedTable): Promise<T>;
	/** Takes back what was done, as the rest of the form is no good. */
	undo(done: T): Promise<void>;
}

/** @throws {EngineError} for a form that is broken or too large, and what the work throws; nothing is done then. */
export async function readBatchForm<T>(
	request: FastifyRequest,
	maxFileBytes: number,
	work: TableWork<T>,
): Promise<T> {
	const { done } = await readForm<T>(request, {
		limits: limitsOf(maxFileBytes),
		fields: FIELDS,
		checkField: (name, _text, doneCount) => {
			if (doneCount > 0)
				throw invalid(
					name,
					`${name} comes after the file, which is taken in as it arrives: send the file as the last part of the form.`,
					"a field before the file",
				);
		},
		takeFile: async ({ name, fileName, bytes, signal }, readValues) => {
			if (name !== FILE)
				throw invalid(name, `The table's field is called ${FILE}.`, FILE);
			const asked = validated(readValues());
			addAbortSignal(signal, bytes);
			return await work.take(asked, { fileName, bytes });
		},
		undo: work.undo,
	});
	const [result] = done;
	if (result !== undefined) return result;
	throw invalid(
		FILE,
		"The form has no file: send the table, CSV or TSV, or the requests as `file`.",
		"a table",
	);
}

function limitsOf(maxFileBytes: number) {
	return {
		maxFields: MAX_FIELDS,
		maxFieldBytes: MAX_FIELD_BYTES,
		maxFiles: 1,
		maxBodyBytes: maxFileBytes + MAX_FIELDS * (MAX_FIELD_BYTES + 1_024),
		arrivalTimeoutMs: ARRIVAL_TIMEOUT_MS,
	};
}

function validated(values: Readonly<Record<string, unknown>>): BatchFields {
	const result = batchFields.safeParse(values);
	if (result.success) return result.data;
	const [issue] = result.error.issues;
	if (issue === undefined)
		throw new EngineError("invalid_request", result.error.message);
	const { field, message, allowed } = describeIssue(issue);
	throw invalid(field, message, allowed);
}
