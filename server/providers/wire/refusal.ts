/** What an answer that is no success means: its status, its headers and the vendor's own words, put together. */
import type { VendorAnswer } from "../../net/vendor-http.ts";
import { ProviderError, type ProviderErrorKind } from "../provider.ts";
import { readFaultText, redacted } from "./fault-text.ts";
import { kindOfStatus, retryAfterMsOf } from "./faults.ts";

/** What an adapter can tell of an answer that is no success, beyond what its status says. */
export interface VendorFault {
	readonly kind?: ProviderErrorKind | undefined;
	readonly retryAfterMs?: number | undefined;
	/** Whether what was asked for is not there: the vendor's own word, and not that of a proxy or of a wrong address. */
	readonly isMissing?: boolean | undefined;
}

/** An answer that is no success. */
export class Refusal extends ProviderError {
	readonly status: number;
	readonly isMissing: boolean;

	constructor(
		answer: { readonly status: number; readonly isMissing: boolean },
		...rest: ConstructorParameters<typeof ProviderError>
	) {
		super(...rest);
		this.status = answer.status;
		this.isMissing = answer.isMissing;
	}
}

/** @param body what the answer says as JSON, or `undefined`; it may be anything. */
export type FaultOf = (
	status: number,
	body: unknown,
) => VendorFault | undefined;

/** Reads the answer to its end, as far as it goes; nothing was drawn for it. */
export async function refusalOf(
	answer: VendorAnswer,
	{
		what,
		secrets,
		faultOf,
		now,
	}: {
		/** Who answered and what was asked, for the log. */
		what: string;
		/** What the vendor might quote and nobody may read. */
		secrets: readonly string[];
		faultOf: FaultOf | undefined;
		/** Milliseconds since 1970. */
		now: number;
	},
): Promise<Refusal> {
	const { status } = answer;
	const { text, json } = await readFaultText(answer);
	const fault = faultIn(status, json, faultOf);
	// Where a redirect leads to is how an owner finds out that the configured URL is not quite right.
	const location = answer.header("location");
	const said = location === undefined ? text : `see ${location} ${text}`;
	return new Refusal(
		{ status, isMissing: fault?.isMissing ?? false },
		fault?.kind ?? kindOfStatus(status),
		`${what}, answered ${status}: ${redacted(said, secrets)}`,
		{ retryAfterMs: retryAfterMsOf(answer, now) ?? fault?.retryAfterMs },
	);
}

/** A body that the adapter did not expect tells no more than its status. */
function faultIn(
	status: number,
	body: unknown,
	faultOf: FaultOf | undefined,
): VendorFault | undefined {
	try {
		return faultOf?.(status, body);
	} catch {
		return undefined;
	}
}
