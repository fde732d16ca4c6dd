/** Reads a line of a batch in all the shapes in which callers write one: as Google's documents have it, as its SDKs, and nearly so. */
import { LineFault } from "../../../engine/batches/translator.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface RequestLine {
	/** As the caller named it, when the line names one itself. */
	readonly model: string | undefined;
	/** A generateContent request. */
	readonly body: Fields;
}

/** What of a line is given back with its answer. */
export interface LineMarks {
	readonly key?: unknown;
	readonly metadata?: unknown;
}

/** @param value JSON. @throws {LineFault} */
export function readRequestLine(value: unknown): RequestLine {
	if (!isFields(value))
		throw new LineFault(
			"invalid_request",
			"A line is an object with a key and a request.",
		);
	const { key: _key, metadata, request, model, ...bare } = value;
	if (!isNothing(metadata) && !isFields(metadata))
		throw new LineFault(
			"invalid_request",
			"The metadata of a line is an object.",
			"metadata",
		);
	const wrapped = isFields(request) ? request : bare;
	const { model: own, ...body } = wrapped;
	const named = [own, model].find((each) => typeof each === "string");
	return {
		model: typeof named === "string" && named !== "" ? named : undefined,
		body,
	};
}

/** Keeps what the caller knows a line by; nothing of what is no line. */
export function marksOf(value: unknown): LineMarks {
	if (!isFields(value)) return {};
	const { key, metadata } = value;
	return {
		...(isNothing(key) ? {} : { key }),
		...(isFields(metadata) && { metadata }),
	};
}

/** As text, since the engine keeps no more of a line. */
export function idOfMarks(marks: LineMarks): string {
	return JSON.stringify(marks);
}

export function marksIn(id: string): LineMarks {
	return id === "" ? {} : JSON.parse(id);
}

function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null;
}
