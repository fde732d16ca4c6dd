/** What OpenRouter says when it says no: the same words in an answer's body, in a choice, and in the middle of a stream. */
import { z } from "zod";
import { ProviderError, type ProviderErrorKind } from "../provider.ts";
import { redacted } from "../wire/fault-text.ts";
import { boundedWait, kindOfStatus } from "../wire/faults.ts";
import type { VendorFault } from "../wire/vendor.ts";
import type { Connection } from "./connection.ts";

const errorSchema = z.looseObject({
	/** The HTTP status it would have; in streams of pictures a word. */
	code: z.union([z.number(), z.string()]).optional().catch(undefined),
	message: z.string().catch(""),
	metadata: z
		.looseObject({
			error_type: z.string().optional().catch(undefined),
			/** Of moderation. */
			reasons: z.array(z.unknown()).optional().catch(undefined),
			/** Of a guardrail. */
			patterns: z.array(z.unknown()).optional().catch(undefined),
			limit_source: z.string().optional().catch(undefined),
			provider_name: z.string().optional().catch(undefined),
			provider_code: z.string().optional().catch(undefined),
			/** What the provider behind it said, letter by letter. */
			raw: z.unknown().optional(),
			headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
		})
		.optional()
		.catch(undefined),
});

export type OpenrouterFault = z.infer<typeof errorSchema>;

const withError = z.looseObject({ error: errorSchema });

/** @returns the error that a body, a choice or an event carries, if it does. */
export function faultIn(body: unknown): OpenrouterFault | undefined {
	const read = withError.safeParse(body);
	return read.success ? read.data.error : undefined;
}

/** "Typed error codes" of the documentation; those whose HTTP status says as much are left out. */
const KIND_OF_TYPE: Readonly<Record<string, ProviderErrorKind>> = {
	content_policy_violation: "content_blocked",
	refusal: "content_blocked",
	authentication: "auth",
	permission_denied: "auth",
	payment_required: "quota_exhausted",
	rate_limit_exceeded: "rate_limited",
	provider_overloaded: "unavailable",
	provider_unavailable: "unavailable",
	server: "unavailable",
	timeout: "timeout",
};

/** Codes by which the providers behind it tell that their moderation refused. */
const BLOCKING_CODES: ReadonlySet<string> = new Set([
	"content_policy_violation",
	"content_filter",
	"moderation_blocked",
	"data_inspection_failed",
	"DataInspectionFailed",
	"InputTextSensitiveContentDetected",
	"InputImageSensitiveContentDetected",
	"OutputImageSensitiveContentDetected",
]);

/** @param status the answer's own; 200 when the error came inside of a success. */
function kindOfFault(
	fault: OpenrouterFault,
	status: number,
): ProviderErrorKind {
	const { metadata } = fault;
	const wasModerated =
		metadata?.reasons !== undefined ||
		metadata?.patterns !== undefined ||
		providerCodesOf(fault).some((code) => BLOCKING_CODES.has(code));
	if (wasModerated) return "content_blocked";
	// Money that calls under way have reserved: it comes back when they end.
	if (metadata?.limit_source === "openrouter_in_flight_budget")
		return "rate_limited";
	const byType = KIND_OF_TYPE[metadata?.error_type ?? ""];
	if (byType !== undefined) return byType;
	const code = Number(fault.code);
	return kindOfStatus(code >= 400 && code < 600 ? code : status);
}

function providerCodesOf({ code, metadata }: OpenrouterFault): string[] {
	const raw = z
		.looseObject({
			code: z.unknown().optional(),
			error: z
				.looseObject({ code: z.unknown().optional() })
				.optional()
				.catch(undefined),
		})
		.safeParse(parsed(metadata?.raw));
	return [
		code,
		metadata?.provider_code,
		...(raw.success ? [raw.data.code, raw.data.error?.code] : []),
	].filter((each) => typeof each === "string");
}

function parsed(raw: unknown): unknown {
	if (typeof raw !== "string") return raw;
	try {
		return JSON.parse(raw);
	} catch {
		return undefined;
	}
}

/** Until when requests of a free model are refused stands in the error, not in the answer's headers; milliseconds since 1970. */
function retryAfterMsIn(
	fault: OpenrouterFault,
	now: number,
): number | undefined {
	const reset = Number(fault.metadata?.headers?.["X-RateLimit-Reset"]);
	return boundedWait(reset - now);
}

/** For answers whose status tells that they are no success. */
export function readFault(
	status: number,
	body: unknown,
	now: number,
): VendorFault | undefined {
	const fault = faultIn(body);
	return fault === undefined
		? undefined
		: {
				kind: kindOfFault(fault, status),
				retryAfterMs: retryAfterMsIn(fault, now),
			};
}

/** For an error inside of a success. */
export function errorOfFault(
	{ name, clock, secrets }: Connection,
	fault: OpenrouterFault,
	mayBePaid: boolean,
): ProviderError {
	const { code, message, metadata } = fault;
	const provider = metadata?.provider_name;
	const said = [
		message,
		provider && `(${provider})`,
		metadata?.raw !== undefined && JSON.stringify(metadata.raw),
	].filter(Boolean);
	return new ProviderError(
		kindOfFault(fault, 200),
		`${name} answered with error ${code ?? "of no code"}: ${redacted(said.join(" "), secrets)}`,
		{
			retryAfterMs: retryAfterMsIn(fault, clock()),
			mayBePaid,
		},
	);
}
