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
	const { key: _key, metadata: _metadata, request, model, ...bare } = value;
	const wrapped = isFields(request) ? request : bare;
	const { model: own, config, ...rest } = wrapped;
	const named = [own, model].find((each) => typeof each === "string");
	return {
		model: typeof named === "string" && named !== "" ? named : undefined,
		body: {
			...(isFields(config) ? fromConfig(config) : {}),
			...rest,
			...contentsOf(rest),
		},
	};
}

/** Keeps what the caller knows a line by; nothing of what is no line. */
export function marksOf(value: unknown): LineMarks {
	if (!isFields(value)) return {};
	const { key, metadata } = value;
	return {
		...(isNothing(key) ? {} : { key }),
		...(isNothing(metadata) ? {} : { metadata }),
	};
}

/** As text, since the engine keeps no more of a line. */
export function idOfMarks(marks: LineMarks): string {
	return JSON.stringify(marks);
}

export function marksIn(id: string): LineMarks {
	return id === "" ? {} : JSON.parse(id);
}

/** The SDKs' own `config`, which people copy into files: what is no field of the request is one of its generationConfig. */
function fromConfig(config: Fields): Fields {
	const request: Record<string, unknown> = {};
	const generation: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(config)) {
		if (/^system_?instruction$/i.test(name))
			request.systemInstruction =
				typeof value === "string" ? { parts: [{ text: value }] } : value;
		else if (/^(safety_?settings|tools|tool_?config|labels)$/i.test(name))
			request[name] = value;
		else generation[name] = value;
	}
	return { ...request, generationConfig: generation };
}

/** A text, or a list of texts, for contents. */
function contentsOf({ contents }: Fields): Fields {
	if (typeof contents === "string") return { contents: [said(contents)] };
	if (!Array.isArray(contents)) return {};
	return {
		contents: contents.map((each: unknown) =>
			typeof each === "string" ? said(each) : each,
		),
	};
}

function said(text: string) {
	return { parts: [{ text }] };
}

function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null;
}
