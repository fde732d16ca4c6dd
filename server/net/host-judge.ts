/** Decides whether a host may be talked to, and at which addresses. */
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isPublicAddress } from "./addresses.ts";
import { readAllowedHost } from "./allowed-host.ts";
import { OutboundError } from "./outbound-error.ts";
import { portOf } from "./outbound-url.ts";

/** Finds all addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** @throws {OutboundError} `forbidden_address`, or `unreachable` when the name service itself fails. */
export type HostJudge = (url: URL) => Promise<readonly LookupAddress[]>;

/** As every other program on the machine does it, `/etc/hosts` included. */
export const resolveBySystem: Resolve = (hostname) =>
	lookup(hostname, { all: true, order: "verbatim" });

/** @param allowedHosts `host` or `host:port`, exempt from judgement. */
export function createHostJudge(
	allowedHosts: readonly string[],
	resolve: Resolve,
): HostJudge {
	const allowed = new Set(allowedHosts.map(allowedHost));
	return async (url) => {
		const isAllowed =
			allowed.has(url.hostname) ||
			allowed.has(`${url.hostname}:${portOf(url)}`);
		const addresses = await addressesOf(url.hostname, resolve);
		// One address inside is enough to refuse: which one a connection takes is nobody's promise.
		const isPublic =
			addresses.length > 0 &&
			addresses.every(({ address }) => isPublicAddress(address));
		if (addresses.length > 0 && (isAllowed || isPublic)) return addresses;
		throw forbidden();
	};
}

function allowedHost(text: string): string {
	const host = readAllowedHost(text);
	if (host === undefined) throw new TypeError(`${text} is no host`);
	return host;
}

async function addressesOf(
	hostname: string,
	resolve: Resolve,
): Promise<readonly LookupAddress[]> {
	const literal = hostname.replace(/^\[(.*)\]$/, "$1");
	const family = isIP(literal);
	if (family !== 0) return [{ address: literal, family }];
	try {
		return await resolve(hostname);
	} catch (cause) {
		if ((cause as NodeJS.ErrnoException).code === "EAI_AGAIN")
			throw new OutboundError(
				"unreachable",
				"The name of the host could not be looked up just now.",
				{ cause },
			);
		throw forbidden(cause);
	}
}

/** The same for a name that does not exist and one that is ours, so that nobody can list our names by asking. */
function forbidden(cause?: unknown): OutboundError {
	return new OutboundError(
		"forbidden_address",
		"The host is unknown or not on the public internet.",
		{ cause },
	);
}
