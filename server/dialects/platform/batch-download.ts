/** How what is taken home from a batch is sent: as a file with a name, in pieces of some size, as it is made. */
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Catalogue } from "../../engine/catalogues/catalogue.ts";
import { attachment } from "../../http/send-file.ts";

/** @param what it is, as the end of the file's name. */
export function saved(
	reply: FastifyReply,
	{ name }: Catalogue,
	what: string,
	mediaType: string,
): FastifyReply {
	return reply
		.type(mediaType)
		.header("content-disposition", attachment(`${name}-${what}`))
		.header("x-content-type-options", "nosniff")
		.header("cache-control", "private, no-cache");
}

const PIECE_BYTES = 65_536;

/** Lines are sent many at a time: one by one they would cost more than they are. */
export function inPieces(lines: AsyncIterable<string | Buffer>): Readable {
	async function* pieces() {
		let held: Buffer[] = [];
		let heldBytes = 0;
		for await (const line of lines) {
			const bytes = Buffer.from(line);
			held.push(bytes);
			heldBytes += bytes.length;
			if (heldBytes < PIECE_BYTES) continue;
			yield Buffer.concat(held, heldBytes);
			held = [];
			heldBytes = 0;
		}
		if (heldBytes > 0) yield Buffer.concat(held, heldBytes);
	}
	return Readable.from(pieces());
}
