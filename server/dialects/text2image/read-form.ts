/** Reads a form, multipart or URL-encoded, into the same object that a JSON body would be (S4-3, S4-14, reading l). */
import multipart from "@fastify/multipart";
import type { FastifyError, FastifyRequest } from "fastify";
import type { HttpServer } from "../../http/http-server.ts";
import { invalidField, Refusal, tooLarge, unreadable } from "./refusal.ts";

const MAX_FIELDS = 40;
const MAX_FIELD_BYTES = 262_144;
const MAX_NAME_CHARACTERS = 100;

export interface FormLimits {
	readonly maxBodyBytes: number;
	/** How long a multipart body may take to arrive. */
	readonly arrivalTimeoutMs: number;
}

/** Teaches a part of the server both kinds of forms. */
export async function registerForms(
	server: HttpServer,
	limits: FormLimits,
): Promise<void> {
	await server.register(multipart, {
		throwFileSizeLimit: false,
		limits: {
			fields: MAX_FIELDS,
			fieldSize: MAX_FIELD_BYTES,
			// One, so that a file is noticed and refused rather than dropped.
			files: 1,
			parts: MAX_FIELDS + 1,
			headerPairs: 20,
		},
	});
	server.addHook("preValidation", async (request) => {
		if (request.isMultipart())
			request.body = await readMultipart(request, limits);
	});
	server.addContentTypeParser(
		"application/x-www-form-urlencoded",
		{ parseAs: "string", bodyLimit: limits.maxBodyBytes },
		async (_request: FastifyRequest, body: string) => {
			const entries = [...new URLSearchParams(body)];
			if (entries.length > MAX_FIELDS) throw tooManyFields();
			return bodyOf(entries);
		},
	);
}

/** @throws {Refusal} for a file, for too much of anything, and for what is no multipart body. */
export async function readMultipart(
	request: FastifyRequest,
	{ maxBodyBytes, arrivalTimeoutMs }: FormLimits,
): Promise<Record<string, unknown>> {
	const source = request.raw;
	const limit = Promise.withResolvers<never>();
	let receivedBytes = 0;
	const count = (chunk: Buffer) => {
		receivedBytes += chunk.length;
		// The parser has no limit for what stands before, between and after the parts.
		if (receivedBytes > maxBodyBytes)
			limit.reject(tooLarge(`A body may have ${maxBodyBytes} bytes.`));
	};
	const timer = setTimeout(
		() => limit.reject(unreadable("The body did not arrive in time.")),
		arrivalTimeoutMs,
	);
	source.on("data", count);
	try {
		return bodyOf(await Promise.race([readFields(request), limit.promise]));
	} catch (error) {
		throw refusalOf(error);
	} finally {
		clearTimeout(timer);
		source.off("data", count);
		// What is left is let go by, so that the caller reads the answer instead of waiting for us to read on.
		source.unpipe();
		source.resume();
	}
}

async function readFields(
	request: FastifyRequest,
): Promise<[string, unknown][]> {
	const entries: [string, unknown][] = [];
	for await (const part of request.parts()) {
		const name = part.fieldname;
		if (typeof name !== "string" || name.length > MAX_NAME_CHARACTERS) {
			throw unreadable(
				`A form field needs a name of at most ${MAX_NAME_CHARACTERS} characters.`,
			);
		}
		if (part.type === "file") {
			part.file.resume();
			throw invalidField(name, {
				de: `'${name}' ist eine Datei. Dieser Endpunkt nimmt nur Textfelder an`,
				en: `'${name}' is a file. This endpoint takes text fields only`,
			});
		}
		if (part.valueTruncated) {
			throw tooLarge(
				`The form field ${name} may have ${MAX_FIELD_BYTES} bytes.`,
			);
		}
		entries.push([name, part.value]);
	}
	return entries;
}

function tooManyFields(cause?: unknown): Refusal {
	return tooLarge(`A form may have ${MAX_FIELDS} fields.`, cause);
}

/** The parser's errors are the caller's faults, though some of them come without a status. */
function refusalOf(error: unknown): Refusal {
	if (error instanceof Refusal) return error;
	const { statusCode } = (error ?? {}) as Partial<FastifyError>;
	return statusCode === 413
		? tooManyFields(error)
		: unreadable("This is no complete multipart/form-data body.", error);
}

function bodyOf(
	entries: readonly (readonly [string, unknown])[],
): Record<string, unknown> {
	const values = new Map<string, unknown>();
	for (const [name, value] of entries) {
		const earlier = values.get(name);
		if (earlier === undefined) values.set(name, value);
		// A list may also be sent as a field for each of its values.
		else if (name === "seeds") values.set(name, `${earlier},${value}`);
		else {
			throw invalidField(name, {
				de: `Das Feld '${name}' kommt mehrfach vor`,
				en: `The field '${name}' occurs more than once`,
			});
		}
	}
	return Object.fromEntries(
		[...values].map(([name, value]) => [
			name,
			typeof value === "string" ? parsed(name, value) : value,
		]),
	);
}

const YES = ["true", "1", "yes", "on"];
const NO = ["false", "0", "no", "off"];

/** Text that is not what its field may be is left as it is, for the validator to name. */
function parsed(name: string, text: string): unknown {
	const trimmed = text.trim().toLowerCase();
	// A form sends its empty fields too.
	if (trimmed === "") return undefined;
	if (name === "n" || name === "seed")
		return /^[+-]?\d+$/.test(trimmed) ? Number(trimmed) : text;
	if (name === "useCache") {
		if (YES.includes(trimmed)) return true;
		return NO.includes(trimmed) ? false : text;
	}
	return text;
}
