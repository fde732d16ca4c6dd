/** Reads the hosts that an operator exempts from judgement. */

/**
 * @param text `host` or `host:port`, as it stands in a URL between `//` and the next slash.
 * @returns it the way a parsed URL spells it, or `undefined` when it is no host: a scheme or a path would never match.
 */
export function readAllowedHost(text: string): string | undefined {
	const parts =
		/^(?<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?<port>:\d{1,5})?$/i.exec(
			text,
		)?.groups;
	if (parts === undefined) return undefined;
	const { name, port = "" } = parts;
	// Read apart, because a URL drops the port that its scheme implies.
	if (!URL.canParse(`http://${name}`)) return undefined;
	if (Number(port.slice(1)) > 65_535) return undefined;
	return new URL(`http://${name}`).hostname + port;
}
