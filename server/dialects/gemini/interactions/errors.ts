/** How interactions say no: a code in words, and a status after which Google's clients ask again only if that may help. */
import type { FastifyReply, FastifyRequest } from "fastify";
import {
	type EngineError,
	type EngineErrorCode,
	reasonOf,
} from "../../../engine/errors.ts";
import { noteError, tellRetryAfter } from "../../../http/note-error.ts";
import { errorBody, JSON_TYPE } from "../errors.ts";

/**
 * The clients of interactions repeat 408, 409, 429 and everything from 500 by themselves. What would fail again, or be
 * done and paid twice, has another status therefore.
 */
const STATUS: Readonly<Partial<Record<EngineErrorCode, number>>> = {
	unauthenticated: 401,
	insufficient_credits: 402,
	conflict: 400,
	payload_too_large: 413,
	generation_disabled: 403,
	// The server itself has tried several times by now.
	provider_failed: 424,
	quota_exhausted: 424,
	team_quota_exhausted: 403,
	// The work goes on; asked again, it would be done twice.
	wait_timed_out: 424,
	canceled: 400,
};

const CODE: Readonly<Partial<Record<EngineErrorCode, string>>> = {
	unauthenticated: "unauthenticated",
	insufficient_credits: "insufficient_credits",
	conflict: "conflict",
	payload_too_large: "request_too_large",
	generation_disabled: "unimplemented",
};

/** The fields of generateContent, by which requests are read, in the words of interactions. */
const WORDS: readonly (readonly [RegExp, string])[] = [
	[
		/generationConfig\.imageConfig\.aspectRatio/g,
		"response_format.aspect_ratio",
	],
	[/generationConfig\.imageConfig\.imageSize/g, "response_format.image_size"],
	[
		/generationConfig\.imageConfig\.outputMimeType/g,
		"response_format.mime_type",
	],
	[/generationConfig\.responseModalities/g, "response_modalities"],
	[/generationConfig\.seed/g, "generation_config.seed"],
	[/\bcontents(?=[.' ])/g, "input"],
];

export interface InteractionErrorBody {
	readonly code: string;
	readonly message: string;
}

/** Also of an interaction that failed, and of a stream that breaks off. */
export function interactionErrorBody(error: EngineError): InteractionErrorBody {
	return {
		code: codeOf(error.code),
		message: WORDS.reduce(
			(message, [theirs, ours]) => message.replaceAll(theirs, ours),
			errorBody(error).error.message,
		),
	};
}

function codeOf(code: EngineErrorCode): string {
	const known = CODE[code];
	if (known !== undefined) return known;
	const reason = reasonOf(code);
	if (reason === "INVALID_ARGUMENT") return "invalid_request";
	return (reason ?? code).toLowerCase();
}

export async function renderInteractionError(
	thrown: unknown,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const error = noteError(thrown, request.log);
	tellRetryAfter(reply, error);
	return await reply
		.status(STATUS[error.code] ?? errorBody(error).error.code)
		.type(JSON_TYPE)
		.send(JSON.stringify({ error: interactionErrorBody(error) }));
}
