/** Tells the public internet from everything that an outsider must not make us talk to. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Looks public and is not: where every machine in Azure finds the services of its host. */
const AZURE_HOST_SERVICES = "168.63.129.16";

/**
 * @param text one address, IPv4 or IPv6, as a resolver gives it.
 * @returns `true` only for an address that IANA gave out for the public internet, and whose embedded IPv4 addresses,
 * if it has any, are public too.
 */
export function isPublicAddress(text: string): boolean {
	switch (isIP(text)) {
		case 4:
			return isPublic(ipaddr.parse(text));
		case 6:
			return isPublic(ipaddr.parse(inHexadecimal(text)));
		default:
			return false;
	}
}

/** ipaddr.js takes `::8.8.8.8` for `::ffff:8.8.8.8`, which is another address: only its numbers leave no doubt. */
function inHexadecimal(text: string): string {
	const [address] = text.split("%");
	return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function isPublic(address: Address): boolean {
	if (address instanceof ipaddr.IPv4)
		return (
			address.range() === "unicast" &&
			address.toString() !== AZURE_HOST_SERVICES
		);
	const embedded = embeddedAddresses(address);
	if (embedded.length > 0) return embedded.every(isPublic);
	return address.range() === "unicast" && isGlobalUnicast(address);
}

/** The IPv4 addresses that a packet to this address ends at, or passes. */
function embeddedAddresses(address: ipaddr.IPv6): ipaddr.IPv4[] {
	const bytes = address.toByteArray();
	switch (address.range()) {
		case "ipv4Mapped":
			return [ipv4(bytes.slice(12))];
		case "6to4":
			return [ipv4(bytes.slice(2, 6))];
		case "teredo":
			// The relay, and the client with all its bits turned over: RFC 4380, section 4.
			return [
				ipv4(bytes.slice(4, 8)),
				ipv4(bytes.slice(12).map((byte) => byte ^ 0xff)),
			];
		case "rfc6052":
			return isWellKnownNat64(bytes) ? [ipv4(bytes.slice(12))] : [];
		default:
			return [];
	}
}

/** Only `64:ff9b::/96`: beside it lies a range for private translators, which may lead anywhere. */
function isWellKnownNat64(bytes: readonly number[]): boolean {
	return bytes.slice(4, 12).every((byte) => byte === 0);
}

/** `2000::/3` is all that was ever given out; the deprecated `::127.0.0.1`, for one, lies elsewhere and has no range. */
function isGlobalUnicast(address: ipaddr.IPv6): boolean {
	return ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
}

function ipv4(bytes: number[]): ipaddr.IPv4 {
	return new ipaddr.IPv4(bytes);
}
