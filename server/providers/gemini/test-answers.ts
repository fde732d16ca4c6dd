/** What the vendor says in the tests, as it was seen on the wire, and a provider that hears it. */
import type { ImageCallResult, Provider } from "../provider.ts";
import type { ProviderServices } from "../provider-kind.ts";
import { gemini } from "./kind.ts";

export const MODEL = "gemini-nano-banana-2.1";
/** What `usageOf` counts, in the engine's words. */
export const COUNTED: ImageCallResult["usage"] = {
	inputTextTokens: 9,
	inputImageTokens: 0,
	outputTextTokens: 0,
	outputImageTokens: 1290,
};

export const USAGE_METADATA = {
	promptTokenCount: 9,
	candidatesTokenCount: 1290,
	totalTokenCount: 1299,
	promptTokensDetails: [{ modality: "TEXT", tokenCount: 9 }],
	candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1290 }],
};

/** Configured as a server's owner does it. */
export function geminiAt(
	url: string,
	services: ProviderServices,
	options: Readonly<Record<string, unknown>> = {},
): Provider {
	const faults: string[] = [];
	const [instance] = gemini.configure(
		{
			environment: { GEMINI_API_KEY: "the-key", GEMINI_URL: url },
			entries: { gemini: options },
		},
		faults,
	);
	if (instance === undefined) throw new Error(faults.join("\n"));
	return instance.open(services);
}

export function picturePart(picture: Buffer, signature?: string): object {
	const data = picture.toString("base64");
	return {
		inlineData: { mimeType: "image/png", data },
		...(signature !== undefined && { thoughtSignature: signature }),
	};
}

export function answerOf(
	parts: readonly object[],
	finishReason: string | undefined = "STOP",
): object {
	return {
		candidates: [{ content: { role: "model", parts }, finishReason, index: 0 }],
		usageMetadata: USAGE_METADATA,
		modelVersion: MODEL,
		responseId: "STwNlrYURogaRn_f",
	};
}

export function errorBody(
	code: number,
	status: string,
	message: string,
	details?: readonly object[],
): string {
	return JSON.stringify({ error: { code, message, status, details } });
}

export function quotaDetails(
	quotaIds: readonly string[],
	retryDelay?: string,
): object[] {
	const details: object[] = [
		{
			"@type": "type.googleapis.com/google.rpc.QuotaFailure",
			violations: quotaIds.map((quotaId) => ({ quotaId, quotaValue: "10" })),
		},
		{ "@type": "type.googleapis.com/google.rpc.Help", links: [] },
	];
	if (retryDelay !== undefined)
		details.push({
			"@type": "type.googleapis.com/google.rpc.RetryInfo",
			retryDelay,
		});
	return details;
}
