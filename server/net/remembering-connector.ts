/** Opens connections, and remembers which errors came before there was one: nobody has to know all codes of sockets, names and TLS. */
import { buildConnector } from "undici";

export interface RememberingConnector {
	readonly connect: buildConnector.connector;
	neverConnected(error: unknown): boolean;
}

/** @param timeoutMs for all from the name to the end of the TLS handshake. */
export function rememberingConnector(timeoutMs: number): RememberingConnector {
	const errors = new WeakSet<object>();
	const connect = buildConnector({ timeout: timeoutMs, allowH2: false });
	return {
		connect: (options, callback) =>
			connect(options, (...result) => {
				if (result[0] !== null) errors.add(result[0]);
				callback(...result);
			}),
		neverConnected: (error) =>
			typeof error === "object" && error !== null && errors.has(error),
	};
}
