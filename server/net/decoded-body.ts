/** Decodes an answer that came compressed although nothing compressed was asked for, as some gateways have it: what was paid for is not to be lost for that. */
import { pipeline, type Readable, type Transform } from "node:stream";
import {
	createBrotliDecompress,
	createGunzip,
	createInflate,
	createZstdDecompress,
} from "node:zlib";
import { VendorHttpError } from "./vendor-http-error.ts";

const DECODERS = new Map<string, () => Transform>([
	["gzip", createGunzip],
	["x-gzip", createGunzip],
	["deflate", createInflate],
	["br", createBrotliDecompress],
	["zstd", createZstdDecompress],
]);

/** @throws {VendorHttpError} having let go of the body, when it is in no encoding that can be read. */
export function decodedBody(
	body: Readable,
	contentEncoding: string | undefined,
): Readable {
	// A body that is let go, or broken before anyone reads it, must not end the process.
	body.on("error", () => {});
	const encoding = contentEncoding?.trim().toLowerCase() ?? "identity";
	if (encoding === "identity" || encoding === "") return body;
	const decoder = DECODERS.get(encoding)?.();
	if (decoder === undefined) {
		body.destroy();
		throw new VendorHttpError(
			"broken_off",
			"The answer is in an encoding that was not asked for.",
		);
	}
	return pipeline(body, decoder, () => {});
}
