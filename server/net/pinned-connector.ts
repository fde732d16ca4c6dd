/** Connects to addresses that were judged, whatever the name service says by now. */
import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { buildConnector } from "undici";

/** Makes what undici opens connections with. */
export type MakeConnector = (
	addresses: readonly LookupAddress[],
	timeoutMs: number,
) => buildConnector.connector;

/** The addresses are tried one after the other; the certificate is checked against the host's name. */
export const pinnedConnector: MakeConnector = (addresses, timeoutMs) => {
	const lookup: LookupFunction = (_hostname, options, callback) => {
		const [first] = addresses;
		if (options.all) callback(null, [...addresses]);
		else callback(null, first?.address ?? "", first?.family);
	};
	return buildConnector({
		lookup,
		timeout: timeoutMs,
		autoSelectFamily: true,
		allowH2: false,
		maxCachedSessions: 0,
	});
};
