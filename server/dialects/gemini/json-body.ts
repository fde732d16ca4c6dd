/** Reads JSON bodies as Google's clients send them: some say JSON and send nothing. */
import type { HttpServer } from "../../http/http-server.ts";

/** Python's SDK says `application/json` on DELETE and cancel without a body: that is no body, and no error. */
export function readJsonBodies(server: HttpServer): void {
	const parse = server.getDefaultJsonParser("error", "error");
	server.addContentTypeParser(
		"application/json",
		{ parseAs: "string" },
		(request, text: string, done) => {
			if (text === "") done(null, undefined);
			else void parse(request, text, done);
		},
	);
}
