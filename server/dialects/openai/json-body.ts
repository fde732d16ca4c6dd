/** Reads JSON bodies as this dialect's clients send them: some say JSON and send nothing, some say `null` for what they do not say. */
import type { HttpServer } from "../../http/http-server.ts";

/**
 * Python's SDK says `application/json` on requests without a body (DELETE, cancel): that is no body, and no error. A field
 * of a body that is `null` is a field that is absent.
 */
export function readJsonBodies(server: HttpServer): void {
	const parse = server.getDefaultJsonParser("error", "error");
	server.addContentTypeParser(
		"application/json",
		{ parseAs: "string" },
		(request, text: string, done) => {
			if (text === "") done(null, undefined);
			else
				void parse(request, text, (fault, body) =>
					done(fault, withoutNulls(body)),
				);
		},
	);
}

/** A field of a body that is `null` is one that is absent. */
export function withoutNulls(body: unknown): unknown {
	if (body === null || typeof body !== "object" || Array.isArray(body))
		return body;
	return Object.fromEntries(
		Object.entries(body).filter(([, value]) => value !== null),
	);
}
