/** Whose token is believed: one that this server signed, for this use, that has not expired, and no other. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import { createManualClock } from "../../testing/manual-clock.ts";
import { makeTestDirectory } from "../../testing/test-directory.ts";
import { createAccessTokens } from "./access-token.ts";
import { openSigningKey, type SigningKey } from "./signing-key.ts";

async function openHouse(t: Parameters<typeof makeTestDirectory>[0]) {
	const dataDirectory = makeTestDirectory(t);
	const key = await openSigningKey("", dataDirectory);
	const clock = createManualClock();
	return { key, clock, tokens: createAccessTokens(key, clock.now) };
}

async function sign(
	{ privateKey }: Pick<SigningKey, "privateKey">,
	payload: JWTPayload,
	header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
	return await new SignJWT(payload)
		.setProtectedHeader({ alg: "RS256", typ: "at+jwt", ...header })
		.sign(privateKey);
}

test("a token is believed for an hour, and not a second longer", async (t) => {
	const { tokens, clock } = await openHouse(t);
	const token = await tokens.issue("team_a");
	clock.advance(tokens.lifetimeSeconds * 1000 - 1);
	assert.equal(await tokens.verify(token), "team_a");
	clock.advance(1);
	assert.equal(await tokens.verify(token), null);
});

test("a token of the right key for another use is not believed", async (t) => {
	const { key, clock, tokens } = await openHouse(t);
	const now = Math.floor(clock.now() / 1000);
	const right = {
		sub: "team_a",
		iss: "gesso",
		aud: "gesso",
		iat: now,
		exp: now + 60,
	};
	assert.equal(await tokens.verify(await sign(key, right)), "team_a");
	const wrong = [
		sign(key, { ...right, iss: "other" }),
		sign(key, { ...right, aud: "other" }),
		sign(key, { ...right, aud: undefined }),
		sign(key, { ...right, sub: undefined }),
		sign(key, { ...right, exp: undefined }),
		sign(key, { ...right, iat: undefined }),
		sign(key, { ...right, nbf: now + 30 }),
		sign(key, right, { typ: "JWT" }),
		sign(key, right, { typ: "refresh+jwt" }),
		sign(key, right, { alg: "RS512" }),
		sign(key, right, { alg: "PS256" }),
	];
	for (const [index, token] of wrong.entries())
		assert.equal(await tokens.verify(await token), null, `${index}`);
});

test("the public key is no secret to sign with", async (t) => {
	const { key, clock, tokens } = await openHouse(t);
	const now = Math.floor(clock.now() / 1000);
	const part = (value: object) =>
		Buffer.from(JSON.stringify(value)).toString("base64url");
	const content = `${part({ alg: "HS256", typ: "at+jwt" })}.${part({ sub: "team_a", iss: "gesso", aud: "gesso", iat: now, exp: now + 60 })}`;
	for (const format of ["pem", "der"] as const) {
		const secret = key.publicKey.export({ type: "spki", format } as {
			type: "spki";
			format: "pem";
		});
		const signature = createHmac("sha256", secret)
			.update(content)
			.digest("base64url");
		assert.equal(await tokens.verify(`${content}.${signature}`), null);
	}
});
