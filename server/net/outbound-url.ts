/** Reads a URL that a caller, or a server we were sent to, wants fetched. */
import { OutboundError } from "./outbound-error.ts";

const MAX_URL_LENGTH = 8_192;

/**
 * Ports of services that take orders from anyone who sends them lines of text, HTTP or not.
 * Source: the list of bad ports in the Fetch standard.
 */
const BAD_PORTS: ReadonlySet<number> = new Set([
	0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77,
	79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135,
	137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
	532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720,
	1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
	6669, 6679, 6697, 10080,
]);

/**
 * Blanks and other letters that do not belong in a URL are percent-encoded, and numeric hosts written in octal,
 * hexadecimal or as one number come out as plain addresses.
 * @param base what a relative URL, as in a redirect, is relative to.
 * @throws {OutboundError} `bad_url`.
 */
export function readOutboundUrl(text: string, base?: URL): URL {
	if (text.length > MAX_URL_LENGTH)
		throw badUrl(`The URL is longer than ${MAX_URL_LENGTH} characters.`);
	const url = URL.parse(text, base?.href);
	if (url === null) throw badUrl("The URL cannot be understood.");
	if (url.protocol !== "http:" && url.protocol !== "https:")
		throw badUrl("The URL must begin with http:// or https://.");
	if (url.username !== "" || url.password !== "")
		throw badUrl("The URL must not contain a user name or a password.");
	if (BAD_PORTS.has(portOf(url)))
		throw badUrl("The URL's port belongs to another kind of service.");
	return url;
}

export function portOf(url: URL): number {
	if (url.port !== "") return Number(url.port);
	return url.protocol === "https:" ? 443 : 80;
}

function badUrl(message: string): OutboundError {
	return new OutboundError("bad_url", message);
}
