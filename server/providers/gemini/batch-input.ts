/** The file that a batch of the vendor's reads: a request on each line. */
import { jsonPieces } from "../../net/json-stream.ts";
import {
	type BatchRequest,
	type BatchSubmission,
	type CallContext,
	type ChatCall,
	type ImageCall,
	type KeptFile,
	ProviderError,
} from "../provider.ts";
import { connectionFault } from "../wire/faults.ts";
import {
	imageConfig,
	inlinePicture,
	promptContents,
	responseModalities,
	systemInstruction,
	turnContents,
} from "./request.ts";

/** The vendor takes no larger file. */
const MAX_FILE_BYTES = 2_000_000_000;

/**
 * @param sendsModalities whether lines say what the answer may consist of. Batches of some models fail on it with error
 * 13, and without it a model answers with what it can (S0-11, S0-12, X1).
 * @throws {ProviderError} and the signal's own reason.
 */
export async function writeBatchInput(
	name: string,
	{ lines }: BatchSubmission,
	sendsModalities: boolean,
	{ keepFile, signal }: CallContext,
): Promise<KeptFile> {
	const file = await keepFile(
		textLines(name, lines, sendsModalities, signal),
	).catch((error: unknown) => {
		throw signal.aborted ? signal.reason : connectionFault(name, error, false);
	});
	const size = `${file.sizeBytes} bytes`;
	if (file.sizeBytes === 0 || file.sizeBytes > MAX_FILE_BYTES)
		throw new ProviderError(
			"invalid",
			`${name} takes batches of up to ${MAX_FILE_BYTES} bytes; this one has ${size}.`,
			{
				publicMessage:
					file.sizeBytes === 0
						? "The batch has no rows."
						: "The batch is too large for the provider. Divide it, or use smaller pictures.",
			},
		);
	return file;
}

async function* textLines(
	name: string,
	lines: BatchSubmission["lines"],
	sendsModalities: boolean,
	signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
	for await (const { key, request } of lines) {
		signal.throwIfAborted();
		const line = { key, request: requestOf(name, request, sendsModalities) };
		for await (const piece of jsonPieces(line).open()) yield Buffer.from(piece);
		yield Buffer.from("\n");
	}
}

/** In the spelling of the vendor's own samples: snake case, and camel case inside. */
function requestOf(
	name: string,
	{ kind, call }: BatchRequest,
	sendsModalities: boolean,
): unknown {
	return kind === "image"
		? {
				contents: promptContents(call, inlinePicture),
				generation_config: unlessEmpty(imageSettings(call, sendsModalities)),
			}
		: {
				contents: turnContents(call.turns, name, inlinePicture),
				systemInstruction: systemInstruction(call),
				generation_config: unlessEmpty(chatSettings(call, sendsModalities)),
			};
}

function imageSettings({ seed, frame }: ImageCall, sendsModalities: boolean) {
	return {
		seed,
		imageConfig: imageConfig(frame),
		responseModalities: sendsModalities ? ["IMAGE"] : undefined,
	};
}

function chatSettings(call: ChatCall, sendsModalities: boolean) {
	return {
		temperature: call.temperature,
		max_output_tokens: call.maxOutputTokens,
		seed: call.seed,
		imageConfig: call.modalities.includes("image")
			? imageConfig(call.frame)
			: undefined,
		responseModalities: sendsModalities
			? responseModalities(call.modalities)
			: undefined,
	};
}

function unlessEmpty(settings: object): object | undefined {
	return Object.values(settings).some((value) => value !== undefined)
		? settings
		: undefined;
}
