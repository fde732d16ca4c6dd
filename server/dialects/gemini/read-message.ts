/** Reads JSON as protocol buffers do: names in either spelling at every level, null as absent, and what nobody knows left out and told. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { EngineError } from "../../engine/errors.ts";
import { describeIssue } from "../../http/describe-issue.ts";

export interface ReadMessage<T> {
	readonly message: T;
	/** Paths of the fields that the schema does not have, as the caller wrote them. */
	readonly ignored: readonly string[];
}

/** More than a person reads; each is cut to so many characters. */
const MOST_IGNORED = 30;
const MOST_CHARACTERS = 100;

/**
 * @param schema of objects, arrays and scalars; its names in camelCase. One thing stands for a list of one.
 * @throws {EngineError} `invalid_request` naming the field.
 */
export function readMessage<S extends z.ZodType>(
	schema: S,
	value: unknown,
): ReadMessage<z.infer<S>> {
	const ignored: string[] = [];
	const result = schema.safeParse(normalised(schema, value ?? {}, "", ignored));
	if (result.success) return { message: result.data, ignored };
	const [issue] = result.error.issues;
	if (issue === undefined) throw result.error;
	const { field, message, allowed } = describeIssue(issue);
	throw new EngineError("invalid_request", message, {
		details: allowed === undefined ? { field } : { field, allowed },
	});
}

/** Says in a header what of a request had no effect. */
export function tellIgnored(
	reply: FastifyReply,
	ignored: readonly string[],
): void {
	if (ignored.length > 0)
		void reply.header("x-gesso-ignored", ignored.join(", "));
}

function normalised(
	schema: z.core.$ZodType,
	value: unknown,
	path: string,
	ignored: string[],
): unknown {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
		return normalised(schema.unwrap(), value, path, ignored);
	if (schema instanceof z.ZodArray) {
		const { element } = schema;
		return (Array.isArray(value) ? value : [value]).map((each) =>
			normalised(element, each, path, ignored),
		);
	}
	if (!(schema instanceof z.ZodObject) || !isObject(value)) return value;
	const fields = new Map<string, unknown>();
	for (const [key, inner] of Object.entries(value)) {
		if (inner === null) continue;
		const name = camelCase(key);
		const place = path === "" ? key : `${path}.${key}`;
		const field = Object.hasOwn(schema.shape, name)
			? schema.shape[name]
			: undefined;
		if (field === undefined) note(ignored, place);
		else if (!fields.has(name))
			fields.set(name, normalised(field, inner, place, ignored));
	}
	return Object.fromEntries(fields);
}

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function camelCase(key: string): string {
	return key.replace(/_+([a-z0-9])/g, (_, letter: string) =>
		letter.toUpperCase(),
	);
}

/** It goes into a header. */
function note(ignored: string[], place: string): void {
	const shown = place.slice(0, MOST_CHARACTERS).replace(/[^\w.-]/g, "?");
	if (ignored.length < MOST_IGNORED && !ignored.includes(shown))
		ignored.push(shown);
}
