/** How this dialect says no: OpenAI's error object and Jan's in one body, and headers that tell SDKs whether to try again. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { EngineError, EngineErrorCode } from "../../engine/errors.ts";
import { noteError } from "../../http/note-error.ts";

type ErrorType =
	| "invalid_request_error"
	| "authentication_error"
	| "permission_error"
	| "insufficient_quota"
	| "rate_limit_error"
	| "server_error";

/** `if_harmless`: a request that costs nothing, or costs once however often it is sent. */
type Retry = "yes" | "no" | "if_harmless";

interface Answer {
	readonly status: number;
	readonly type: ErrorType;
	readonly code: string;
	readonly retry: Retry;
}

/**
 * The statuses of S3-28 to S3-32, and OpenAI's for the rest. SDKs try 409, 429 and everything from 500 again unless they are
 * told not to; a request for pictures would then be charged again, so they are told.
 */
const ANSWER: Record<EngineErrorCode, Answer> = {
	invalid_request: invalidRequest(400, "invalid_value"),
	unauthenticated: {
		status: 401,
		type: "authentication_error",
		code: "invalid_api_key",
		retry: "no",
	},
	forbidden: {
		status: 403,
		type: "permission_error",
		code: "permission_denied",
		retry: "no",
	},
	insufficient_credits: {
		status: 402,
		type: "insufficient_quota",
		code: "insufficient_quota",
		retry: "no",
	},
	not_found: invalidRequest(404, "not_found"),
	conflict: invalidRequest(409, "conflict"),
	payload_too_large: invalidRequest(413, "request_too_large"),
	unsupported_media_type: invalidRequest(415, "unsupported_media_type"),
	model_not_found: invalidRequest(404, "model_not_found"),
	provider_not_configured: invalidRequest(404, "image-provider-not-found"),
	generation_disabled: serverError(501, "feature_not_enabled", "no"),
	content_blocked: invalidRequest(400, "content_policy_violation"),
	rate_limited: {
		status: 429,
		type: "rate_limit_error",
		code: "rate_limit_exceeded",
		retry: "yes",
	},
	quota_exhausted: serverError(500, "provider_quota_exhausted", "no"),
	team_quota_exhausted: {
		status: 429,
		type: "insufficient_quota",
		code: "insufficient_quota",
		// It is hours until there is room again.
		retry: "no",
	},
	provider_rejected: invalidRequest(400, "provider_rejected"),
	// The server itself has tried several times by now.
	provider_failed: serverError(500, "provider_error", "no"),
	// The work goes on; asked again, it would be done twice.
	wait_timed_out: serverError(504, "timeout", "if_harmless"),
	canceled: invalidRequest(409, "canceled"),
	internal: serverError(500, "internal_error", "if_harmless"),
};

/** For clients that know no `x-should-retry` and try a 501 again, so that they lose no time with it. */
const NOT_ENABLED_RETRY_MS = 10;

/** The engine's words for fields, in this dialect's. */
const FIELD: Readonly<Record<string, string>> = {
	count: "n",
	inputImages: "image",
	aspectRatio: "aspect_ratio",
	resolution: "size",
	negativePrompt: "negative_prompt",
	partialImages: "partial_images",
};

function invalidRequest(status: number, code: string): Answer {
	return { status, type: "invalid_request_error", code, retry: "no" };
}

function serverError(status: number, code: string, retry: Retry): Answer {
	return { status, type: "server_error", code, retry };
}

interface ErrorBody {
	readonly error: {
		readonly message: string;
		readonly type: ErrorType;
		readonly param: string | null;
		readonly code: string;
	};
	readonly message: string;
	readonly code: string;
	readonly request_id: string;
	/** What may have been made all the same. */
	readonly generation_id?: string;
}

/** For an answer that is told in a file. */
export function statusOf(code: EngineErrorCode): number {
	return ANSWER[code].status;
}

/** This dialect's words for a code and a field; any other code is one already. */
export function wordsFor(
	code: string,
	field: string | undefined,
): { code: string; param: string | null } {
	return {
		code: Object.hasOwn(ANSWER, code)
			? ANSWER[code as EngineErrorCode].code
			: code,
		param: field === undefined ? null : (FIELD[field] ?? field),
	};
}

/** Also of what goes wrong when a stream has begun. */
export function errorBody(error: EngineError, requestId: string): ErrorBody {
	const { type } = ANSWER[error.code];
	const { message } = error;
	const { field, generationId } = error.details;
	const { code, param } = wordsFor(error.code, field);
	return {
		error: { message, type, param, code },
		message,
		code,
		request_id: requestId,
		...(generationId !== undefined && { generation_id: generationId }),
	};
}

export async function renderError(
	thrown: unknown,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const error = noteError(thrown, request.log);
	const { status, retry } = ANSWER[error.code];
	void reply.header(
		"x-should-retry",
		String(retry === "yes" || (retry === "if_harmless" && isHarmless(request))),
	);
	const retryAfterMs =
		status === 501 ? NOT_ENABLED_RETRY_MS : error.details.retryAfterMs;
	if (retryAfterMs !== undefined)
		void reply
			.header("retry-after-ms", Math.ceil(retryAfterMs))
			.header("retry-after", Math.ceil(retryAfterMs / 1000));
	if (status === 401) void reply.header("www-authenticate", "Bearer");
	return await reply.status(status).send(errorBody(error, request.id));
}

function isHarmless({ method, headers }: FastifyRequest): boolean {
	return method === "GET" || headers["idempotency-key"] !== undefined;
}
