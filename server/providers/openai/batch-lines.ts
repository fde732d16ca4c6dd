/** Writes the lines of a batch: JSON with the pictures in it, one request a line, all to one address. */
import { jsonPieces } from "../../net/json-stream.ts";
import {
	type BatchLine,
	type BatchRequest,
	type NativeBatches,
	ProviderError,
} from "../provider.ts";
import { chatFields } from "./chat-request.ts";
import { imageBatchRequest } from "./image-request.ts";
import type { OpenAiServer } from "./server.ts";
import type { Fields } from "./software.ts";

/** OpenAI's own, of its guide to the Batch API; other servers are taken to have no narrower ones. */
export const LIMITS: NativeBatches["limits"] = {
	maxLines: 50_000,
	maxInputBytes: 200_000_000,
};

type BatchEndpoint =
	| "/v1/images/generations"
	| "/v1/images/edits"
	| "/v1/chat/completions";

/** Lines being written; `endpoint` is theirs, once there is one. */
interface BatchFile {
	/** To be read once. @throws {ProviderError} `invalid` when they do not make up one batch. */
	readonly bytes: AsyncIterable<Uint8Array>;
	readonly endpoint: BatchEndpoint | undefined;
}

export function batchFileOf(
	lines: AsyncIterable<BatchLine>,
	server: OpenAiServer,
): BatchFile {
	const refuse = (why: string) =>
		new ProviderError("invalid", `${server.name}: ${why}`);
	let endpoint: BatchEndpoint | undefined;
	async function* write(): AsyncGenerator<Uint8Array, void> {
		let count = 0;
		let sizeBytes = 0;
		for await (const { key, request } of lines) {
			const { url, body } = requestOf(request, server);
			endpoint ??= url;
			if (url !== endpoint)
				throw refuse(`a batch goes to one address, not ${endpoint} and ${url}`);
			const line = { custom_id: key, method: "POST", url, body };
			const pieces = jsonPieces(line);
			sizeBytes += pieces.sizeBytes + 1;
			if (++count > LIMITS.maxLines)
				throw refuse(`a batch has at most ${LIMITS.maxLines} lines`);
			if (sizeBytes > LIMITS.maxInputBytes)
				throw refuse(
					`a batch has at most ${LIMITS.maxInputBytes} bytes, pictures included`,
				);
			for await (const piece of pieces.open()) yield Buffer.from(piece);
			yield Buffer.from("\n");
		}
		if (count === 0) throw refuse("a batch has at least one line");
	}
	return {
		bytes: write(),
		get endpoint() {
			return endpoint;
		},
	};
}

function requestOf(
	request: BatchRequest,
	server: OpenAiServer,
): { readonly url: BatchEndpoint; readonly body: Fields } {
	if (request.kind === "chat")
		return {
			url: "/v1/chat/completions",
			body: chatFields(request.call, server.options, false),
		};
	const { path, body } = imageBatchRequest(request.call, server);
	return { url: `/v1/${path}`, body };
}
