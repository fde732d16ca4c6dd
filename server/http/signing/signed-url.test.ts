/** A signature opens one path until one moment, and nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { makeTestDirectory } from "../../testing/test-directory.ts";
import { networkOf } from "./address-hash.ts";
import { createUrlSigner } from "./signed-url.ts";
import { openSigningKey } from "./signing-key.ts";

test("a path is open until its time is over, and no other path is", async (t) => {
	const dataDirectory = makeTestDirectory(t);
	const key = await openSigningKey("", dataDirectory);
	const clock = createManualClock();
	const signer = createUrlSigner(key, {
		lifetimeSeconds: 60,
		clock: clock.now,
	});
	const query = Object.fromEntries(new URLSearchParams(signer.sign("/a.png")));
	assert.equal(signer.secondsLeft("/a.png", query), 60);
	const { exp, sig = "" } = query;
	const later = String(Number(exp) + 1);
	for (const wrong of [
		{},
		{ exp },
		{ sig },
		{ exp: later, sig },
		{ exp: `0${exp}`, sig },
		{ exp: ` ${exp}`, sig },
		{ exp: `${exp}.0`, sig },
		{ exp: "Infinity", sig },
		{ exp: `${exp}0000000`, sig },
		{ exp, sig: "" },
		{ exp, sig: `${sig}=` },
		{ exp, sig: sig.toLowerCase() },
		{ exp, sig: sig.slice(1) },
		{ exp, sig: [sig, sig] },
		{ exp: [exp, exp], sig },
	])
		assert.equal(
			signer.secondsLeft("/a.png", wrong),
			null,
			JSON.stringify(wrong),
		);
	for (const path of ["/b.png", "/a.png/", "/A.png", "/a.webp", ""])
		assert.equal(signer.secondsLeft(path, query), null, path);
	clock.advance(59_000);
	assert.equal(signer.secondsLeft("/a.png", query), 1);
	clock.advance(1_000);
	assert.equal(signer.secondsLeft("/a.png", query), null);
});

test("callers are told apart by address in IPv4 and by network in IPv6", () => {
	assert.equal(networkOf("192.0.2.1"), networkOf("::ffff:192.0.2.1"));
	assert.notEqual(networkOf("192.0.2.1"), networkOf("192.0.2.2"));
	assert.equal(networkOf("2001:db8::1"), networkOf("2001:db8:0:0:ffff::2"));
	assert.notEqual(networkOf("2001:db8::1"), networkOf("2001:db8:0:1::1"));
	assert.equal(networkOf("fe80::1%eth0"), networkOf("fe80::2%eth0"));
	assert.equal(networkOf(""), "");
});
