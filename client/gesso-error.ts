/** What a Gesso server refused, or why it could not be asked. */

/** What else the server says of a refusal. */
export interface GessoErrorFacts {
	/** Of the answer; `null` when none came. */
	readonly status: number | null;
	/** The server's word for it, such as `insufficient_credits`; `unreachable` or `unexpected_answer` are the client's. */
	readonly code: string;
	/** By which the server's log has it. */
	readonly requestId?: string | undefined;
	/** The field at fault, and what it may be. */
	readonly field?: string | undefined;
	readonly allowed?: string | undefined;
	/** The generation that it is about. */
	readonly jobId?: string | undefined;
	/** For how long there is no use in asking again. */
	readonly retryAfterMs?: number | undefined;
	readonly cause?: unknown;
}

export class GessoError extends Error {
	readonly status: number | null;
	readonly code: string;
	readonly requestId: string | undefined;
	readonly field: string | undefined;
	readonly allowed: string | undefined;
	readonly jobId: string | undefined;
	readonly retryAfterMs: number | undefined;

	constructor(message: string, facts: GessoErrorFacts) {
		super(message, { cause: facts.cause });
		this.name = "GessoError";
		this.status = facts.status;
		this.code = facts.code;
		this.requestId = facts.requestId;
		this.field = facts.field;
		this.allowed = facts.allowed;
		this.jobId = facts.jobId;
		this.retryAfterMs = facts.retryAfterMs;
	}
}

/** Whether the same may well be answered later: no answer came, or the server was not able to. */
export function isPassing(error: unknown): boolean {
	if (!(error instanceof GessoError)) return false;
	if (LASTING.includes(error.code)) return false;
	return error.status === null || error.status === 429 || error.status >= 500;
}

/** Refusals with the status of a passing one. */
const LASTING = [
	"provider_not_configured",
	"quota_exhausted",
	"team_quota_exhausted",
	"generation_disabled",
];

/** Makes an error of an answer that is none of what was asked for; its body is read. */
export async function errorOf(response: Response): Promise<GessoError> {
	const { status } = response;
	const text = await response.text().catch(() => "");
	const body = asObject(text);
	if (typeof body?.error === "string" && typeof body.code === "string")
		return new GessoError(body.error, {
			status,
			...factsOf(body),
			retryAfterMs: retryAfterOf(response.headers.get("retry-after")),
		});
	return new GessoError(
		`${new URL(response.url).origin} answered with status ${status}, and not as a Gesso server does.`,
		{
			status,
			code: "unexpected_answer",
			retryAfterMs: retryAfterOf(response.headers.get("retry-after")),
		},
	);
}

/** The same of an error that comes in the middle of a stream, when no status can be sent any more. */
export function errorInStream(data: string): GessoError {
	const body = asObject(data) ?? {};
	const message = body.error;
	return new GessoError(
		typeof message === "string" ? message : "The server broke off.",
		{ status: null, ...factsOf(body) },
	);
}

function factsOf(body: Record<string, unknown>) {
	const text = (name: string) => {
		const value = body[name];
		return typeof value === "string" ? value : undefined;
	};
	return {
		code: text("code") ?? "unexpected_answer",
		requestId: text("requestId"),
		field: text("field"),
		allowed: text("allowed"),
		jobId: text("jobId"),
	};
}

function asObject(text: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null
			? (value as Record<string, unknown>)
			: null;
	} catch {
		return null;
	}
}

/** Seconds, or a date. */
function retryAfterOf(header: string | null): number | undefined {
	if (header === null) return undefined;
	const ms = /^\d{1,7}$/.test(header.trim())
		? Number(header) * 1000
		: Date.parse(header) - Date.now();
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
