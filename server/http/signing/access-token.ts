/** Access tokens: JWTs signed by this server that say who their bearer is, for an hour. */
import { JOSEError } from "jose/errors";
import { SignJWT } from "jose/jwt/sign";
import { jwtVerify } from "jose/jwt/verify";
import type { SigningKey } from "./signing-key.ts";

/** The one algorithm, for making and for checking (S3-11): what a token itself says of its algorithm is not believed. */
const ALGORITHM = "RS256";
/** The header's word for an access token (RFC 9068). */
const TYPE = "at+jwt";
const ISSUER = "gesso";
const AUDIENCE = "gesso";
const LIFETIME_SECONDS = 3_600;

export interface AccessTokens {
	readonly lifetimeSeconds: number;
	/** @param subject whom the token is to let in. */
	issue(subject: string): Promise<string>;
	/** @returns the subject of a token that this server issued and that has not expired; else `null`. */
	verify(token: string): Promise<string | null>;
}

export function createAccessTokens(
	{ privateKey, publicKey }: SigningKey,
	clock: () => number,
): AccessTokens {
	return {
		lifetimeSeconds: LIFETIME_SECONDS,
		issue: async (subject) => {
			const now = Math.floor(clock() / 1000);
			return await new SignJWT()
				.setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
				.setSubject(subject)
				.setIssuer(ISSUER)
				.setAudience(AUDIENCE)
				.setIssuedAt(now)
				.setExpirationTime(now + LIFETIME_SECONDS)
				.sign(privateKey);
		},
		verify: async (token) => {
			try {
				const { payload } = await jwtVerify(token, publicKey, {
					algorithms: [ALGORITHM],
					typ: TYPE,
					issuer: ISSUER,
					audience: AUDIENCE,
					requiredClaims: ["sub", "exp", "iat"],
					currentDate: new Date(clock()),
				});
				return payload.sub ?? null;
			} catch (fault) {
				if (fault instanceof JOSEError) return null;
				throw fault;
			}
		},
	};
}
