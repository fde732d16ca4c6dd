/** How this dialect says no: whatever was thrown becomes its error envelope, in the caller's language (S4-20, S4-21). */
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type EngineError, reasonOf } from "../../engine/errors.ts";
import { engineErrorOf } from "../../http/engine-error-of.ts";
import { logError } from "../../http/note-error.ts";
import { ANSWER, MISSING_PROMPT } from "./answers.ts";
import { errorBody } from "./envelope.ts";
import { languageOf, type Text } from "./language.ts";
import {
	invalidField,
	Refusal,
	type RefusalDetails,
	tooLarge,
} from "./refusal.ts";

function refusalOf(thrown: unknown, maxBodyBytes: number): Refusal {
	if (thrown instanceof Refusal) return thrown;
	const { code: fastifyCode } = (thrown ?? {}) as Partial<FastifyError>;
	if (fastifyCode === "FST_ERR_CTP_EMPTY_JSON_BODY")
		return new Refusal(MISSING_PROMPT);
	if (fastifyCode === "FST_ERR_CTP_BODY_TOO_LARGE")
		return tooLarge(`A body may have ${maxBodyBytes} bytes.`, thrown);
	const error = engineErrorOf(thrown);
	if (error.code === "internal") {
		const { generationId } = error.details;
		return new Refusal(
			ANSWER.internal,
			generationId === undefined ? {} : { generation_id: generationId },
		);
	}
	return error.code === "invalid_request"
		? badRequestOf(error)
		: new Refusal(ANSWER[error.code], detailsOf(error), error);
}

function badRequestOf(error: EngineError): Refusal {
	const [field] = error.details.field?.split(".") ?? [];
	// `body` is what the validator calls the whole when it is no object.
	if (field === undefined || field === "body")
		return new Refusal(ANSWER.invalid_request, detailsOf(error), error);
	if (field === "resolution") {
		// An exact size belongs to a resolution by its pixels, and not every model has all resolutions.
		const text: Text = {
			de: "Das konfigurierte Modell zeichnet keine Bilder dieser Größe",
			en: "The configured model does not draw images of this size",
		};
		return invalidField("size", text, detailsOf(error), error);
	}
	return invalidField(field, undefined, detailsOf(error), error);
}

function detailsOf({ code, message, details }: EngineError): RefusalDetails {
	const { allowed, generationId, retryAfterMs } = details;
	return {
		...(allowed !== undefined && { allowed }),
		reason: reasonOf(code) ?? code,
		explanation: message,
		...(generationId !== undefined && { generation_id: generationId }),
		...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
	};
}

/** The dialect's error handler. */
export function renderErrors({
	clock,
	maxBodyBytes,
}: {
	clock: () => number;
	maxBodyBytes: number;
}) {
	return async (
		thrown: unknown,
		request: FastifyRequest,
		reply: FastifyReply,
	): Promise<FastifyReply> => {
		const { answer, details } = refusalOf(thrown, maxBodyBytes);
		logError(request.log, answer === ANSWER.internal, thrown);
		if (details.retry_after_ms !== undefined)
			void reply.header(
				"retry-after",
				Math.ceil(details.retry_after_ms / 1000),
			);
		if (answer === ANSWER.unauthenticated)
			void reply.header("www-authenticate", "Bearer");
		const language = languageOf(request.headers["accept-language"]);
		return await reply
			.status(answer.status)
			.header("content-language", language)
			.header("vary", "accept-language")
			.send(
				errorBody({
					id: details.generation_id ?? request.id,
					startedAt: clock() - reply.elapsedTime,
					code: answer.code,
					message: answer.text[language],
					details,
				}),
			);
	};
}
