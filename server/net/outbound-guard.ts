/** Fetches what a caller names by URL, without letting the caller reach into our network or fill our memory. */
import type { IncomingHttpHeaders } from "node:http";
import { Client, type Dispatcher } from "undici";
import { type Deadline, startDeadline, untilAborted } from "./deadline.ts";
import {
	createHostJudge,
	type HostJudge,
	type Resolve,
	resolveBySystem,
} from "./host-judge.ts";
import { OutboundError } from "./outbound-error.ts";
import { readOutboundUrl } from "./outbound-url.ts";
import { type MakeConnector, pinnedConnector } from "./pinned-connector.ts";

export { OutboundError } from "./outbound-error.ts";

export interface OutboundOptions {
	/** `host` or `host:port`, just as in the URL; these may lie inside our network. */
	readonly allowedHosts: readonly string[];
	/** For fetches that name no time of their own. */
	readonly timeoutMs?: number;
	readonly connectTimeoutMs?: number;
	/** For tests. */
	readonly resolve?: Resolve;
	/** For tests. */
	readonly makeConnector?: MakeConnector;
}

export interface OutboundLimits {
	readonly maxBytes: number;
	/** For everything from the name to the last byte. */
	readonly timeoutMs?: number;
	/** Media types, `image/png` or `image/*`; any when left out. */
	readonly acceptedTypes?: readonly string[];
	readonly maxRedirects?: number;
	readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
	/** Lower-case and without parameters; empty when the server gave none. It is the server's claim, no more. */
	readonly contentType: string;
	readonly finalUrl: string;
	/** May be read once. Throws like `OutboundFetch`. What is not read is let go when the time is up. */
	readonly body: AsyncIterable<Uint8Array>;
}

/** @throws {OutboundError} or the signal's own reason. */
export type OutboundFetch = (
	url: string,
	limits: OutboundLimits,
) => Promise<OutboundAnswer>;

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_REDIRECTS = 5;
const MAX_HEADER_BYTES = 16_384;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Every connection belongs to one fetch and ends with it, so there is nothing to close. */
export function createOutboundFetch(options: OutboundOptions): OutboundFetch {
	const hops: HopOptions = {
		judge: createHostJudge(
			options.allowedHosts,
			options.resolve ?? resolveBySystem,
		),
		makeConnector: options.makeConnector ?? pinnedConnector,
		connectTimeoutMs: options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
	};
	return async (url, limits) => {
		const timeoutMs =
			limits.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
		const deadline = startDeadline(timeoutMs, limits.signal);
		try {
			const { hop, finalUrl } = await follow(
				url,
				hops,
				limits,
				deadline.signal,
			);
			deadline.whenEnded(hop.close);
			const contentType = acceptHeaders(hop.response.headers, limits);
			const bytes = readBody(hop.response, limits.maxBytes, deadline);
			return { contentType, finalUrl, body: closing(bytes, deadline.end) };
		} catch (error) {
			deadline.end();
			throw translate(error, deadline.signal);
		}
	};
}

interface HopOptions {
	readonly judge: HostJudge;
	readonly makeConnector: MakeConnector;
	readonly connectTimeoutMs: number;
}

/** One request and its answer, of which the body is still to be read. */
interface Hop {
	readonly response: Dispatcher.ResponseData;
	close(): void;
}

/** Goes from redirect to redirect, judging each as if the caller had named it. */
async function follow(
	text: string,
	options: HopOptions,
	{ acceptedTypes, maxRedirects = DEFAULT_MAX_REDIRECTS }: OutboundLimits,
	signal: AbortSignal,
): Promise<{ hop: Hop; finalUrl: string }> {
	let url = readOutboundUrl(text);
	for (let redirects = 0; ; redirects++) {
		const hop = await request(url, acceptedTypes, options, signal);
		const { statusCode, headers } = hop.response;
		if (statusCode >= 200 && statusCode < 300)
			return { hop, finalUrl: url.href };
		hop.close();
		const location = single(headers.location);
		if (!REDIRECTS.includes(statusCode) || location === undefined)
			throw new OutboundError(
				"bad_status",
				`The host answered with status ${statusCode}.`,
			);
		if (redirects === maxRedirects)
			throw new OutboundError(
				"too_many_redirects",
				`There were more than ${maxRedirects} redirects.`,
			);
		// Header bytes arrive one to a letter; a URL that is not plain ASCII was written in UTF-8.
		url = readOutboundUrl(Buffer.from(location, "latin1").toString(), url);
	}
}

async function request(
	url: URL,
	acceptedTypes: readonly string[] = ["*/*"],
	{ judge, makeConnector, connectTimeoutMs }: HopOptions,
	signal: AbortSignal,
): Promise<Hop> {
	const addresses = await untilAborted(judge(url), signal);
	const client = new Client(url.origin, {
		connect: makeConnector(addresses, connectTimeoutMs),
		// No second request on a connection.
		pipelining: 0,
		maxHeaderSize: MAX_HEADER_BYTES,
		// The deadline of the whole fetch is the stricter one.
		headersTimeout: 0,
		bodyTimeout: 0,
	});
	const close = () => void client.destroy();
	try {
		const response = await client.request({
			method: "GET",
			path: `${url.pathname}${url.search}`,
			headers: {
				accept: acceptedTypes.join(", "),
				"accept-encoding": "identity",
				"user-agent": "Gesso",
			},
			signal,
		});
		return { response, close };
	} catch (error) {
		close();
		throw error;
	}
}

/** @returns the content type. @throws {OutboundError} `too_large` or `bad_type`. */
function acceptHeaders(
	headers: IncomingHttpHeaders,
	{ maxBytes, acceptedTypes }: OutboundLimits,
): string {
	if (Number(headers["content-length"] ?? 0) > maxBytes)
		throw tooLarge(maxBytes);
	// Nothing compressed was asked for, and what it would grow to is unknown.
	if (![undefined, "identity"].includes(headers["content-encoding"]))
		throw new OutboundError("bad_type", "The answer is compressed.");
	const contentType =
		single(headers["content-type"])?.split(";")[0]?.trim().toLowerCase() ?? "";
	if (acceptedTypes?.some((type) => isOfType(contentType, type)) === false)
		throw new OutboundError(
			"bad_type",
			`The answer is of another type than ${acceptedTypes.join(", ")}.`,
		);
	return contentType;
}

function isOfType(contentType: string, accepted: string): boolean {
	return accepted.endsWith("/*")
		? contentType.startsWith(accepted.slice(0, -1))
		: contentType === accepted;
}

async function* readBody(
	{ body }: Dispatcher.ResponseData,
	maxBytes: number,
	{ signal, end }: Deadline,
): AsyncGenerator<Uint8Array> {
	let sizeBytes = 0;
	try {
		for await (const chunk of body as AsyncIterable<Uint8Array>) {
			sizeBytes += chunk.byteLength;
			if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
			yield chunk;
		}
	} catch (error) {
		throw translate(error, signal);
	} finally {
		end();
	}
}

/** Lets a reader leave at any moment: a generator by itself cannot, before its first value or while it waits for one. */
function closing(
	bytes: AsyncGenerator<Uint8Array>,
	end: () => void,
): AsyncIterable<Uint8Array> {
	return {
		[Symbol.asyncIterator]: () => ({
			next: () => bytes.next(),
			return: () => {
				end();
				return bytes.return(undefined);
			},
		}),
	};
}

function translate(error: unknown, signal: AbortSignal): unknown {
	if (signal.aborted) return signal.reason;
	if (error instanceof OutboundError) return error;
	const code = (error as NodeJS.ErrnoException).code;
	return code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT"
		? new OutboundError("timeout", "The host could not be reached in time.", {
				cause: error,
			})
		: new OutboundError(
				"unreachable",
				"The host could not be reached, or broke off.",
				{ cause: error },
			);
}

function tooLarge(maxBytes: number): OutboundError {
	return new OutboundError(
		"too_large",
		`The answer is larger than ${maxBytes} bytes.`,
	);
}

/** A header that must not come twice; one that does is as good as none. */
function single(header: string | string[] | undefined): string | undefined {
	return typeof header === "string" ? header : undefined;
}
