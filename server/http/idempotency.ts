/** Reads the Idempotency-Key of a request, and the fingerprint that tells a repetition from another request. */
import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { invalid } from "../engine/errors.ts";

/**
 * The fingerprint covers path, query and body, with the body's fields in any order.
 * @throws {EngineError} when the header is no printable text of 1 to 255 characters.
 */
export function idempotencyOf(
	request: Pick<FastifyRequest, "method" | "url" | "headers" | "body">,
): { key: string; requestSha256: string } | undefined {
	const key = request.headers["idempotency-key"];
	if (key === undefined) return undefined;
	if (typeof key !== "string" || !/^[\x20-\x7e]{1,255}$/.test(key)) {
		throw invalid(
			"Idempotency-Key",
			"The Idempotency-Key must be 1 to 255 printable ASCII characters.",
			"1 to 255 printable ASCII characters",
		);
	}
	const requestSha256 = createHash("sha256")
		.update(`${request.method} ${request.url}\n`)
		.update(JSON.stringify(sorted(request.body)))
		.digest("hex");
	return { key, requestSha256 };
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (value === null || typeof value !== "object") return value ?? null;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)]),
	);
}
