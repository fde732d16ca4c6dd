/** Turns whatever was thrown while a request was handled into one of the engine's errors, so that each dialect renders one kind of thing. */
import type { FastifyError } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { core } from "zod";
import { EngineError, type EngineErrorCode } from "../engine/errors.ts";
import { describeIssue } from "./describe-issue.ts";

/** Fastify's own refusals, by status. */
const CODE_OF_STATUS: Readonly<Record<number, EngineErrorCode>> = {
	400: "invalid_request",
	404: "not_found",
	413: "payload_too_large",
	415: "unsupported_media_type",
};

const MESSAGE_OF_FASTIFY_CODE: Readonly<Record<string, string>> = {
	FST_ERR_CTP_INVALID_JSON_BODY:
		"The body is not valid JSON. Check quotes, commas and braces.",
	FST_ERR_CTP_EMPTY_JSON_BODY:
		"The body is empty; this request needs a JSON object.",
	FST_ERR_CTP_BODY_TOO_LARGE:
		"The body is larger than this server accepts (GESSO_MAX_BODY_BYTES).",
	FST_ERR_CTP_INVALID_MEDIA_TYPE:
		"This Content-Type is not accepted here. Send application/json.",
};

/** An error of unknown origin becomes `internal`, and nothing of it is shown. */
export function engineErrorOf(thrown: unknown): EngineError {
	if (thrown instanceof EngineError) return thrown;
	if (hasZodFastifySchemaValidationErrors(thrown)) {
		const [fault] = thrown.validation;
		const { field, message, allowed } = describeIssue({
			...fault.params,
			code: fault.keyword,
			path: fault.instancePath.split("/").filter((part) => part !== ""),
			message: fault.message,
		} as core.$ZodIssue);
		return new EngineError("invalid_request", message, {
			details: allowed === undefined ? { field } : { field, allowed },
			cause: thrown,
		});
	}
	const { statusCode, code } = (thrown ?? {}) as Partial<FastifyError>;
	const engineCode = CODE_OF_STATUS[statusCode ?? 500];
	if (engineCode !== undefined) {
		const message =
			MESSAGE_OF_FASTIFY_CODE[code ?? ""] ?? (thrown as Error).message;
		return new EngineError(engineCode, message, { cause: thrown });
	}
	return new EngineError(
		"internal",
		"Something unexpected went wrong on the server. The log has it under this request's id.",
		{ cause: thrown },
	);
}
