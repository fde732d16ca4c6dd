/** The file that a batch of the vendor's reads: a request on each line. */
import { jsonPieces } from "../../net/json-stream.ts";
import {
	type BatchRequest,
	type BatchSubmission,
	type CallContext,
	type ChatCall,
	type ImageCall,
	type KeptFile,
	type NativeBatches,
	ProviderError,
} from "../provider.ts";
import { connectionFault } from "../wire/faults.ts";
import { watchLines } from "../wire/watched-lines.ts";
import {
	imageConfig,
	inlinePicture,
	promptContents,
	responseModalities,
	systemInstruction,
	turnContents,
} from "./request.ts";

/**
 * The vendor takes no larger file, and names no number of lines. It keeps 20 GB of files for an account, results
 * included, and a picture of a megapixel is up to 2.7 MB of them: more lines than these could end without room for what
 * came of them.
 */
export const LIMITS: NativeBatches["limits"] = {
	maxLines: 5_000,
	maxInputBytes: 2_000_000_000,
};

/**
 * @param sendsModalities whether lines say what the answer may consist of. Batches of some models fail on it with error
 * 13, and without it a model answers with what it can (S0-11, S0-12, X1).
 * @throws {ProviderError}, what the lines throw, and the signal's own reason.
 */
export async function writeBatchInput(
	name: string,
	submission: BatchSubmission,
	sendsModalities: boolean,
	{ keepFile, signal }: CallContext,
): Promise<KeptFile> {
	const { lines, rethrow } = watchLines(submission.lines);
	return await keepFile(textLines(name, lines, sendsModalities, signal)).catch(
		(error: unknown) => {
			rethrow();
			throw signal.aborted
				? signal.reason
				: connectionFault(name, error, false);
		},
	);
}

async function* textLines(
	name: string,
	lines: BatchSubmission["lines"],
	sendsModalities: boolean,
	signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
	let count = 0;
	let sizeBytes = 0;
	for await (const { key, request } of lines) {
		signal.throwIfAborted();
		const pieces = jsonPieces({
			key,
			request: requestOf(name, request, sendsModalities),
		});
		sizeBytes += pieces.sizeBytes + 1;
		if (++count > LIMITS.maxLines || sizeBytes > LIMITS.maxInputBytes)
			throw new ProviderError(
				"invalid",
				`${name} takes batches of up to ${LIMITS.maxLines} lines and ${LIMITS.maxInputBytes} bytes`,
				{
					publicMessage:
						"The batch is too large for the provider. Divide it, or use smaller pictures.",
				},
			);
		for await (const piece of pieces.open()) yield Buffer.from(piece);
		yield Buffer.from("\n");
	}
	if (count === 0)
		throw new ProviderError("invalid", `${name} takes no empty batches`, {
			publicMessage: "The batch has no rows.",
		});
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
