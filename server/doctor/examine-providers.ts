/** Asks every configured provider whether it is there, and compares what it has with what the catalogue says of it. */
import { foldName } from "../engine/models/check-names.ts";
import type { Model } from "../engine/models/model.ts";
import { VendorHttpError } from "../net/vendor-http-error.ts";
import {
	type Provider,
	ProviderError,
	type ProviderLimits,
	type VendorModel,
} from "../providers/provider.ts";

export interface ProviderFinding {
	readonly name: string;
	readonly kind: string;
	/** `not_asked`: there is nothing to ask it, or nobody wanted to. */
	readonly status: "reachable" | "unreachable" | "not_asked" | "not_configured";
	/** For people. */
	readonly detail: string;
	readonly limits: ProviderLimits;
	/** Of the catalogue, those that this provider draws. */
	readonly models: readonly DrawnModel[];
}

export interface DrawnModel {
	readonly id: string;
	/** The provider's own name of it. */
	readonly providerModel: string;
	/** Whether the vendor's own list has it; `null` when there is no list to look into. */
	readonly isListed: boolean | null;
}

interface Question {
	readonly kind: string;
	readonly provider: Provider;
	readonly models: readonly Model[];
	readonly timeoutMs: number;
	readonly isOffline: boolean;
}

/** Never throws, and never repeats what a vendor said, which may hold anything. */
export async function examineProvider(
	question: Question,
): Promise<ProviderFinding> {
	const { kind, provider, models } = question;
	const { readiness, name, limits } = provider;
	const answer =
		readiness.status === "ready"
			? await ask(question)
			: { status: readiness.status, detail: readiness.detail };
	const listed =
		answer.list && new Set(answer.list.map(({ id }) => foldName(id)));
	return {
		name,
		kind,
		status: answer.status,
		detail: withoutPassword(answer.detail),
		limits,
		models: models.flatMap(({ id, image, offers }) =>
			offers
				.filter((offer) => image !== null && offer.provider === name)
				.map(({ providerModel }) => ({
					id,
					providerModel,
					isListed:
						listed === undefined || listed.size === 0 || providerModel === ""
							? null
							: listed.has(foldName(providerModel)),
				})),
		),
	};
}

interface Answer {
	readonly status: ProviderFinding["status"];
	readonly detail: string;
	readonly list?: readonly VendorModel[];
}

async function ask({
	provider: { readiness, isEmbedded, listModels },
	timeoutMs,
	isOffline,
}: Question): Promise<Answer> {
	const { detail } = readiness;
	if (isEmbedded === true) return { status: "reachable", detail };
	if (listModels === undefined)
		return {
			status: "not_asked",
			detail: `${detail}; it can be asked for nothing but paid work`,
		};
	if (isOffline) return { status: "not_asked", detail };
	const signal = AbortSignal.timeout(timeoutMs);
	try {
		const list = await listModels(signal);
		return {
			status: "reachable",
			detail: `${detail}; it has ${list.length} model${list.length === 1 ? "" : "s"}`,
			list,
		};
	} catch (error) {
		const { status, words } = signal.aborted
			? {
					status: "unreachable" as const,
					words: `did not answer within ${timeoutMs / 1000} seconds`,
				}
			: meaningOf(error);
		return { status, detail: `${detail}; it ${words}` };
	}
}

function meaningOf(error: unknown): {
	status: "reachable" | "unreachable";
	words: string;
} {
	if (!(error instanceof ProviderError))
		return { status: "unreachable", words: UNREADABLE };
	switch (error.kind) {
		case "auth":
			return { status: "unreachable", words: "does not accept the apiKey" };
		case "rate_limited":
			return { status: "reachable", words: "wants to be asked less often" };
		case "quota_exhausted":
			return { status: "reachable", words: "says that the account is used up" };
		case "timeout":
			return { status: "unreachable", words: "took too long" };
		case "unavailable":
			return { status: "unreachable", words: outageOf(error.cause) };
		default:
			// It answered, and many servers of one's own list nothing.
			return { status: "reachable", words: "has no list of its models" };
	}
}

const UNREADABLE = "answers with something else than a list of models";

function outageOf(cause: unknown): string {
	if (cause === undefined) return "is out of order";
	if (!(cause instanceof VendorHttpError)) return UNREADABLE;
	const { code } = (cause.cause ?? {}) as NodeJS.ErrnoException;
	const said = typeof code === "string" ? ` (${code})` : "";
	return cause.kind === "unreachable"
		? `cannot be reached${said}`
		: `breaks off the connection${said}`;
}

/** An address may have one before its host. */
function withoutPassword(text: string): string {
	return text.replaceAll(/\/\/[^/@\s]*@/g, "//");
}
