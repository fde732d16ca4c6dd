/** Signs the path of a URL so that whoever has the URL may open it, for a while. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { SigningKey } from "./signing-key.ts";

export interface UrlSigner {
	/** @returns the query that opens the path until the lifetime is over, the house's own unless given, without its `?`. */
	sign(path: string, lifetimeSeconds?: number): string;
	/**
	 * @param query as it came in; each parameter may be missing, or there several times.
	 * @returns for how many more seconds the path is open, or `null` when it is not.
	 */
	secondsLeft(
		path: string,
		query: { readonly exp?: unknown; readonly sig?: unknown },
	): number | null;
}

export function createUrlSigner(
	signingKey: SigningKey,
	options: { readonly lifetimeSeconds: number; readonly clock: () => number },
): UrlSigner {
	const secret = signingKey.derive("signed urls");
	const nowSeconds = () => Math.floor(options.clock() / 1000);

	function signatureOf(path: string, expiresAt: string): string {
		return createHmac("sha256", secret)
			.update(`v1\n${path}\n${expiresAt}`)
			.digest("base64url");
	}

	return {
		sign: (path, lifetimeSeconds = options.lifetimeSeconds) => {
			const expiresAt = String(nowSeconds() + lifetimeSeconds);
			return `exp=${expiresAt}&sig=${signatureOf(path, expiresAt)}`;
		},
		secondsLeft: (path, { exp, sig }) => {
			if (typeof exp !== "string" || typeof sig !== "string") return null;
			if (!/^[1-9]\d{0,11}$/.test(exp)) return null;
			if (!isSame(sig, signatureOf(path, exp))) return null;
			const seconds = Number(exp) - nowSeconds();
			return seconds > 0 ? seconds : null;
		},
	};
}

/** Takes as long for any wrong text of the right length. */
function isSame(given: string, expected: string): boolean {
	const [one, other] = [Buffer.from(given), Buffer.from(expected)];
	return one.length === other.length && timingSafeEqual(one, other);
}
