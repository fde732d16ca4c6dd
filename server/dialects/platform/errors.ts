/** How the team API says no: `{ error: "text", code, ... }` (S1-27; every status but 404 and 504 is our own reading). */
import type { FastifyReply, FastifyRequest } from "fastify";
import {
	type EngineError,
	type EngineErrorCode,
	type Reason,
	reasonOf,
} from "../../engine/errors.ts";
import { noteError, tellRetryAfter } from "../../http/note-error.ts";

const STATUS: Record<EngineErrorCode, number> = {
	invalid_request: 400,
	unauthenticated: 401,
	forbidden: 403,
	insufficient_credits: 402,
	not_found: 404,
	conflict: 409,
	payload_too_large: 413,
	unsupported_media_type: 415,
	model_not_found: 400,
	provider_not_configured: 503,
	generation_disabled: 501,
	content_blocked: 422,
	rate_limited: 429,
	quota_exhausted: 503,
	team_quota_exhausted: 429,
	provider_rejected: 400,
	provider_failed: 502,
	wait_timed_out: 504,
	canceled: 409,
	internal: 500,
};

/** The engine's words for fields, in this dialect's. */
const FIELDS: ReadonlyMap<string, string> = new Map([
	["count", "sampleCount"],
	["model", "modelVersion"],
	["describingModel", "describingModelVersion"],
	["inputImages", "refImageBase64 and refImageUrls"],
	["mask", "maskBase64 or maskUrl"],
	["choice.name", "kind"],
	["choice.template", "prompt"],
]);
/** The same for fields that have others in them, by how they begin. */
const FIELD_GROUPS: readonly (readonly [string, string])[] = [
	["choice.variables.", "variables."],
	["choice.files.", "fileColumns."],
	["choice.", ""],
];

/** Whether a field is translated, so that nothing of a caller's own may be called so. */
export function isTranslated(field: string): boolean {
	return FIELDS.has(field);
}

export interface ErrorBody {
	error: string;
	code: EngineErrorCode;
	reason?: Reason;
	field?: string;
	allowed?: string;
	jobId?: string;
	hint?: string;
	requestId: string;
}

function fieldOf(field: string): string {
	const known = FIELDS.get(field);
	if (known !== undefined) return known;
	const group = FIELD_GROUPS.find(([beginning]) => field.startsWith(beginning));
	return group === undefined ? field : group[1] + field.slice(group[0].length);
}

export function errorBody(error: EngineError, requestId: string): ErrorBody {
	const { field, allowed, generationId } = error.details;
	const reason = reasonOf(error.code);
	return {
		error: error.message,
		code: error.code,
		...(reason !== undefined && { reason }),
		...(field !== undefined && { field: fieldOf(field) }),
		...(allowed !== undefined && { allowed }),
		...(generationId !== undefined && {
			jobId: generationId,
			hint: `GET /v0/images/generations/${generationId} to check status`,
		}),
		requestId,
	};
}

export async function renderError(
	thrown: unknown,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const error = noteError(thrown, request.log);
	tellRetryAfter(reply, error);
	if (error.code === "unauthenticated")
		void reply.header("www-authenticate", "Bearer");
	return await reply
		.status(STATUS[error.code])
		.send(errorBody(error, request.id));
}
