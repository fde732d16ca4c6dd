/** How this dialect says no: Google's error object, with the details by which its SDKs and their users tell faults apart. */
import type { FastifyReply, FastifyRequest } from "fastify";
import {
	type EngineError,
	type EngineErrorCode,
	reasonOf,
} from "../../engine/errors.ts";
import { noteError, tellRetryAfter } from "../../http/note-error.ts";

export const JSON_TYPE = "application/json; charset=UTF-8";

/** The HTTP status and Google's name for it. */
interface Status {
	readonly code: number;
	readonly status: string;
}

const INVALID_ARGUMENT = { code: 400, status: "INVALID_ARGUMENT" };
const FAILED_PRECONDITION = { code: 400, status: "FAILED_PRECONDITION" };
const NOT_FOUND = { code: 404, status: "NOT_FOUND" };
const RESOURCE_EXHAUSTED = { code: 429, status: "RESOURCE_EXHAUSTED" };

/** A key that is wrong is a 400 at Google, and what cannot be paid a 429. */
const STATUS: Record<EngineErrorCode, Status> = {
	invalid_request: INVALID_ARGUMENT,
	unauthenticated: INVALID_ARGUMENT,
	forbidden: { code: 403, status: "PERMISSION_DENIED" },
	insufficient_credits: RESOURCE_EXHAUSTED,
	not_found: NOT_FOUND,
	conflict: FAILED_PRECONDITION,
	payload_too_large: INVALID_ARGUMENT,
	unsupported_media_type: INVALID_ARGUMENT,
	model_not_found: NOT_FOUND,
	provider_not_configured: NOT_FOUND,
	generation_disabled: { code: 501, status: "UNIMPLEMENTED" },
	content_blocked: INVALID_ARGUMENT,
	rate_limited: RESOURCE_EXHAUSTED,
	quota_exhausted: RESOURCE_EXHAUSTED,
	team_quota_exhausted: RESOURCE_EXHAUSTED,
	provider_rejected: INVALID_ARGUMENT,
	provider_failed: { code: 503, status: "UNAVAILABLE" },
	// The work goes on, and its picture will be in the library.
	wait_timed_out: { code: 504, status: "DEADLINE_EXCEEDED" },
	canceled: { code: 499, status: "CANCELLED" },
	internal: { code: 500, status: "INTERNAL" },
};

/** The engine's words for fields, in this dialect's. */
const FIELD: Readonly<Record<string, string>> = {
	prompt: "contents",
	messages: "contents",
	content: "contents",
	inputImages: "contents",
	count: "generation_config.candidate_count",
	aspectRatio: "generation_config.image_config.aspect_ratio",
	resolution: "generation_config.image_config.image_size",
};

/** A detail as `google.rpc` has it. */
type Detail = { readonly "@type": string; readonly [field: string]: unknown };

export interface ErrorBody {
	readonly error: Status & {
		readonly message: string;
		readonly details?: readonly Detail[];
	};
}

function statusOf(error: EngineError): Status {
	return STATUS[error.code];
}

/** Also of what goes wrong when a stream has begun. */
export function errorBody(error: EngineError): ErrorBody {
	const { code, status } = statusOf(error);
	const details = detailsOf(error);
	return {
		error: {
			code,
			message: error.code === "unauthenticated" ? INVALID_KEY : error.message,
			status,
			...(details.length > 0 && { details }),
		},
	};
}

const INVALID_KEY = "API key not valid. Please pass a valid API key.";

function detailsOf(error: EngineError): Detail[] {
	const { code, message } = error;
	const { field, retryAfterMs } = error.details;
	const details: Detail[] = infoOf(error);
	if (code === "unauthenticated")
		details.push(
			detail("LocalizedMessage", { locale: "en-US", message: INVALID_KEY }),
		);
	if (field !== undefined)
		details.push(
			detail("BadRequest", {
				fieldViolations: [{ field: fieldOf(field), description: message }],
			}),
		);
	if (statusOf(error) === RESOURCE_EXHAUSTED)
		details.push(
			detail("QuotaFailure", {
				violations: [
					{
						// Ours with the vendor, or the caller's own with us.
						subject: code === "quota_exhausted" ? "server" : "team",
						description: message,
					},
				],
			}),
		);
	if (retryAfterMs !== undefined)
		details.push(
			detail("RetryInfo", {
				retryDelay: `${Math.ceil(retryAfterMs / 1000)}s`,
			}),
		);
	return details;
}

/** Which of the four faults it is (S2-11), beside Google's status. */
function infoOf({ code, details }: EngineError): Detail[] {
	if (code === "unauthenticated")
		return [
			detail("ErrorInfo", {
				reason: "API_KEY_INVALID",
				domain: "googleapis.com",
				metadata: { service: "generativelanguage.googleapis.com" },
			}),
		];
	const reason =
		code === "insufficient_credits" ? "RESOURCE_EXHAUSTED" : reasonOf(code);
	const { generationId } = details;
	if (reason === undefined && generationId === undefined) return [];
	return [
		detail("ErrorInfo", {
			reason: reason ?? code.toUpperCase(),
			domain: "gesso",
			metadata: generationId === undefined ? {} : { generationId },
		}),
	];
}

function detail(type: string, fields: Record<string, unknown>): Detail {
	return { "@type": `type.googleapis.com/google.rpc.${type}`, ...fields };
}

function fieldOf(field: string): string {
	const known = FIELD[field] ?? field;
	return known.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export async function renderError(
	thrown: unknown,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const error = noteError(thrown, request.log);
	tellRetryAfter(reply, error);
	return await reply
		.status(statusOf(error).code)
		.type(JSON_TYPE)
		.send(JSON.stringify(errorBody(error)));
}
