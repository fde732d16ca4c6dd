/** Tells callers apart by their address without telling the address: what limits are counted by and what rows may hold. */
import { createHmac } from "node:crypto";
import type { FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";
import type { SigningKey } from "./signing-key.ts";

/** The same text for the same address, in every process that has the same signing key. */
export type AddressHash = (request: Pick<FastifyRequest, "ip">) => string;

export function createAddressHash(signingKey: SigningKey): AddressHash {
	const secret = signingKey.derive("caller addresses");
	return ({ ip }) =>
		createHmac("sha256", secret).update(networkOf(ip)).digest("base64url");
}

/**
 * An IPv4 address as it is, also when it comes wrapped in IPv6; of an IPv6 address the first 64 bits, since whoever has
 * one has all that begin with the same.
 */
export function networkOf(address: string): string {
	if (!ipaddr.isValid(address)) return address;
	const parsed = ipaddr.process(address);
	if (parsed instanceof ipaddr.IPv4) return parsed.toString();
	return parsed.parts.slice(0, 4).join(":");
}
