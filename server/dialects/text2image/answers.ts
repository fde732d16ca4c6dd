/** What this dialect answers to each of the engine's errors and to each bad field: status, code, and words in two languages (S4-22 to 29, reading f). */
import { MAX_SEED } from "../../engine/engine.ts";
import type { EngineErrorCode } from "../../engine/errors.ts";
import type { Text } from "./language.ts";

export interface Answer {
	readonly status: number;
	readonly code: string;
	readonly text: Text;
}

function answer(status: number, code: string, de: string, en: string): Answer {
	return { status, code, text: { de, en } };
}

/** S4-22, to the letter. */
export const MISSING_PROMPT = answer(
	400,
	"MISSING_PROMPT",
	"Prompt darf nicht leer sein",
	"The prompt must not be empty",
);

export const ANSWER: Readonly<Record<EngineErrorCode, Answer>> = {
	// What names no field: those that do are answered by `FIELD`.
	invalid_request: answer(
		400,
		"PARSE_ERROR",
		"Die Anfrage ist nicht lesbar. Erwartet wird ein JSON-Objekt oder ein Formular",
		"The request cannot be read. Send a JSON object or a form",
	),
	unauthenticated: answer(
		401,
		"UNAUTHORIZED",
		"Der API-Schlüssel fehlt oder ist ungültig",
		"The apiKey is missing or not valid",
	),
	forbidden: answer(
		403,
		"FORBIDDEN",
		"Dieser API-Schlüssel darf das nicht",
		"This apiKey may not do that",
	),
	insufficient_credits: answer(
		402,
		"INSUFFICIENT_CREDITS",
		"Das Guthaben des Teams reicht nicht aus",
		"The team does not have enough credits",
	),
	not_found: answer(
		404,
		"NOT_FOUND",
		"Diesen Endpunkt gibt es nicht. Die API ist unter /docs beschrieben",
		"There is no such endpoint. The API is described at /docs",
	),
	conflict: answer(
		409,
		"CONFLICT",
		"Dieser Idempotency-Key gehört zu einer anderen Anfrage",
		"This Idempotency-Key belongs to another request",
	),
	payload_too_large: answer(
		413,
		"PAYLOAD_TOO_LARGE",
		"Die Anfrage ist zu groß",
		"The request is too large",
	),
	unsupported_media_type: answer(
		415,
		"UNSUPPORTED_MEDIA_TYPE",
		"Dieser Content-Type wird nicht angenommen. Erlaubt: application/json, multipart/form-data, application/x-www-form-urlencoded",
		"This Content-Type is not accepted. Allowed: application/json, multipart/form-data, application/x-www-form-urlencoded",
	),
	model_not_found: answer(
		500,
		"MODEL_NOT_CONFIGURED",
		"Für text2image ist kein bekanntes Modell konfiguriert",
		"No known model is configured for text2image",
	),
	provider_not_configured: answer(
		500,
		"PROVIDER_NOT_CONFIGURED",
		"Für text2image ist kein Anbieter konfiguriert",
		"No provider is configured for text2image",
	),
	generation_disabled: answer(
		500,
		"PROVIDER_NOT_CONFIGURED",
		"Die Bildgenerierung ist auf diesem Server abgeschaltet",
		"Image generation is switched off on this server",
	),
	content_blocked: answer(
		500,
		"TEXT2IMAGE_ERROR",
		"Fehler bei der Bildgenerierung: Der Anbieter hat den Inhalt abgelehnt. Bitte den Prompt ändern",
		"Image generation failed: the provider refused the content. Modify the prompt",
	),
	rate_limited: answer(
		429,
		"RATE_LIMITED",
		"Zu viele Anfragen. Bitte später erneut versuchen",
		"Too many requests. Try again later",
	),
	quota_exhausted: answer(
		500,
		"TEXT2IMAGE_ERROR",
		"Fehler bei der Bildgenerierung: Das Kontingent beim Anbieter ist aufgebraucht. Bitte warten oder das Kontingent erhöhen lassen",
		"Image generation failed: the quota with the provider is used up. Wait, or have it upgraded",
	),
	team_quota_exhausted: answer(
		429,
		"QUOTA_EXHAUSTED",
		"Das Tageskontingent dieses Teams ist aufgebraucht. Bitte warten oder die Stufe erhöhen lassen",
		"The images that this team has a day are used up. Wait, or have the tier raised",
	),
	provider_rejected: answer(
		500,
		"TEXT2IMAGE_ERROR",
		"Fehler bei der Bildgenerierung: Der Anbieter hat einen Parameter abgelehnt. Bitte die API-Dokumentation prüfen",
		"Image generation failed: the provider refused a parameter. Check the API documentation",
	),
	provider_failed: answer(
		500,
		"TEXT2IMAGE_ERROR",
		"Fehler bei der Bildgenerierung: Der Anbieter hat kein Bild geliefert",
		"Image generation failed: the provider returned no image",
	),
	wait_timed_out: answer(
		500,
		"TEXT2IMAGE_ERROR",
		"Die Bildgenerierung dauert länger, als der Server wartet. Sie läuft weiter; das Bild wird in der Bibliothek zu finden sein",
		"The image takes longer than the server waits. It is still being drawn and will be found in the library",
	),
	canceled: answer(
		500,
		"TEXT2IMAGE_ERROR",
		"Die Bildgenerierung wurde abgebrochen",
		"The image generation was canceled",
	),
	internal: answer(
		500,
		"INTERNAL_ERROR",
		"Ein unerwarteter Fehler ist aufgetreten",
		"An unexpected error occurred",
	),
};

/** The code for a field that is not what it may be, and what it may be. */
export const FIELD: ReadonlyMap<string, { code: string; allowed: Text }> =
	new Map(
		Object.entries({
			prompt: {
				code: "INVALID_PARAMETER",
				allowed: { de: "ein Text", en: "a text" },
			},
			size: {
				code: "INVALID_SIZE",
				allowed: { de: "'WIDTHxHEIGHT'", en: "'WIDTHxHEIGHT'" },
			},
			quality: {
				code: "INVALID_QUALITY",
				allowed: { de: "'standard' oder 'hd'", en: "'standard' or 'hd'" },
			},
			n: {
				code: "INVALID_N",
				allowed: { de: "eine ganze Zahl ab 1", en: "a whole number from 1" },
			},
			seed: {
				code: "INVALID_PARAMETER",
				allowed: {
					de: `eine ganze Zahl von 0 bis ${MAX_SEED}`,
					en: `a whole number from 0 to ${MAX_SEED}`,
				},
			},
			seeds: {
				code: "INVALID_SEEDS",
				allowed: {
					de: `eine Liste ganzer Zahlen von 0 bis ${MAX_SEED}`,
					en: `a list of whole numbers from 0 to ${MAX_SEED}`,
				},
			},
			useCache: {
				code: "INVALID_PARAMETER",
				allowed: { de: "true oder false", en: "true or false" },
			},
		}),
	);
