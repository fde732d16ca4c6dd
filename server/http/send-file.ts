/** Sends a file's bytes, whole or the range asked for, in a way in which no browser makes a page of them. */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Engine } from "../engine/engine.ts";
import { principalOf } from "./authenticate.ts";
import { parseRange } from "./byte-range.ts";

export async function sendFile(
	files: Engine["files"],
	request: FastifyRequest,
	reply: FastifyReply,
	id: string,
): Promise<FastifyReply> {
	const principal = principalOf(request);
	const { sizeBytes, mediaType, fileName, sha256 } = await files.get(
		principal,
		id,
	);
	void reply
		.header("accept-ranges", "bytes")
		.header("cache-control", "private, no-cache")
		.header("content-disposition", attachment(fileName))
		.header("etag", `"${sha256}"`)
		.header("x-content-type-options", "nosniff");
	const range = parseRange(request.headers.range, sizeBytes);
	if (range === "unsatisfiable") {
		return await reply
			.status(416)
			.header("content-range", `bytes */${sizeBytes}`)
			.type("text/plain")
			.send("");
	}
	if (range !== null)
		void reply
			.status(206)
			.header(
				"content-range",
				`bytes ${range.first}-${range.last}/${sizeBytes}`,
			);
	const length = range === null ? sizeBytes : range.last - range.first + 1;
	void reply.header("content-length", length).type(typeFor(mediaType));
	// An answer without a body would be given the length of none.
	if (request.method === "HEAD") return await reply.send(Readable.from([]));
	const { stream } = await files.open(principal, id, range ?? undefined);
	return await reply.send(stream);
}

/** Clients that are told of anything like JSON read it as one document, which lines of JSON are not. */
function typeFor(mediaType: string): string {
	return mediaType.startsWith("image/")
		? mediaType
		: "application/octet-stream";
}

/** RFC 6266: plain letters for old clients, and the whole name for the others. */
export function attachment(fileName: string): string {
	const plain = fileName.replaceAll(/[^A-Za-z0-9._ -]/g, "_");
	const whole = encodeURIComponent(fileName).replaceAll(
		/['()*]/g,
		(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
