/** The bytes of a request whose body nobody has read. */
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { EngineError } from "../../../engine/errors.ts";

/** A body of no bytes is none at all. */
export function bytesOf({ body }: Pick<FastifyRequest, "body">): Readable {
	return body instanceof Readable ? body : Readable.from([]);
}

/** @throws {EngineError} `payload_too_large` */
export async function textOf(
	request: Pick<FastifyRequest, "body">,
	maxBytes: number,
): Promise<string> {
	const chunks: Buffer[] = [];
	let received = 0;
	for await (const chunk of bytesOf(request)) {
		received += chunk.length;
		if (received > maxBytes)
			throw new EngineError(
				"payload_too_large",
				`What is said of a file may have ${maxBytes} bytes.`,
			);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString();
}
