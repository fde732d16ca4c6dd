/** What statuses, waits and broken connections mean, and that nothing said of them gives a secret away. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { OutboundError } from "../../net/outbound-guard.ts";
import { VendorHttpError } from "../../net/vendor-http.ts";
import { ProviderError, type ProviderErrorKind } from "../provider.ts";
import { redacted, secretsIn } from "./fault-text.ts";
import { connectionFault, kindOfStatus, retryAfterMsOf } from "./faults.ts";

test("a status means what RFC 9110 says", () => {
	const kinds: Readonly<Record<ProviderErrorKind, readonly number[]>> = {
		auth: [401, 403],
		quota_exhausted: [402],
		timeout: [408, 504],
		rate_limited: [429],
		invalid: [400, 404, 405, 409, 413, 415, 422],
		// A redirect is not followed: the configured URL is not where the vendor is.
		unavailable: [301, 302, 307, 308, 500, 502, 503, 529],
		content_blocked: [],
		not_configured: [],
	};
	for (const [kind, statuses] of Object.entries(kinds))
		for (const status of statuses)
			assert.equal(kindOfStatus(status), kind, String(status));
});

test("how long to wait is read from seconds, dates and milliseconds, and nonsense is no wait", () => {
	const now = Date.parse("2030-01-01T00:00:00Z");
	const day = 86_400_000;
	const cases: [Record<string, string>, number | undefined][] = [
		[{}, undefined],
		[{ "retry-after": "7" }, 7_000],
		[{ "retry-after": " 1.5 " }, 1_500],
		[{ "retry-after": "0" }, undefined],
		[{ "retry-after": "-3" }, undefined],
		[{ "retry-after": "" }, undefined],
		[{ "retry-after": "soon" }, undefined],
		[{ "retry-after": "5 seconds" }, undefined],
		[{ "retry-after": "1e9" }, undefined],
		[{ "retry-after": "99999999999" }, day],
		[{ "retry-after": "9".repeat(400) }, undefined],
		[{ "retry-after": "Tue, 01 Jan 2030 00:00:20 GMT" }, 20_000],
		[{ "retry-after": "Mon, 31 Dec 2029 23:59:00 GMT" }, undefined],
		[{ "retry-after": "Sat, 01 Jan 2050 00:00:00 GMT" }, day],
		[{ "retry-after": "Foo, 99 Bar 2030 GMT" }, undefined],
		[{ "retry-after-ms": "250" }, 250],
		[{ "retry-after-ms": "250.2", "retry-after": "9" }, 251],
		[{ "retry-after-ms": "nonsense", "retry-after": "9" }, 9_000],
	];
	for (const [headers, expected] of cases)
		assert.equal(
			retryAfterMsOf({ header: (name) => headers[name] }, now),
			expected,
			JSON.stringify(headers),
		);
});

test("a failure on the way is paid for unless the vendor cannot have had the request", () => {
	const cases: [Error, ProviderErrorKind, boolean][] = [
		[new VendorHttpError("unreachable", "x"), "unavailable", false],
		[new VendorHttpError("unsent", "x"), "unavailable", false],
		[new VendorHttpError("silent", "x"), "timeout", true],
		[new VendorHttpError("broken_off", "x"), "unavailable", true],
		[new OutboundError("unreachable", "x"), "unavailable", true],
		[new OutboundError("timeout", "x"), "timeout", true],
		[new OutboundError("forbidden_address", "x"), "unavailable", true],
		[new Error("x"), "unavailable", true],
	];
	for (const [error, kind, mayBePaid] of cases) {
		const fault = connectionFault("acme", error, true);
		assert.equal(fault.kind, kind);
		assert.equal(fault.mayBePaid, mayBePaid, `${error.name} ${kind}`);
		assert.equal(fault.message, "acme: x");
		assert.equal(fault.cause, error);
		assert.equal(connectionFault("acme", error, false).mayBePaid, false);
	}
	const own = new ProviderError("content_blocked", "no");
	assert.equal(connectionFault("acme", own, true), own);
	assert.equal(connectionFault("acme", "text", true).message, "acme: text");
});

test("no message has base64 or a credential in it", () => {
	const picture = randomBytes(3_000).toString("base64");
	const lines = picture.replaceAll(/.{76}/g, "$&\r\n");
	for (const [text, expected] of [
		[`{"b64_json":"${picture}"}`, '{"b64_json":"[...]"}'],
		[
			"got Authorization: Bearer abc.def-ghi",
			"got Authorization: Bearer [...]",
		],
		["GET /v1?key=AbC123&alt=sse", "GET /v1?key=[...]&alt=sse"],
		['{"api_key": "hunter2", "n": 1}', '{"api_key": "[...]", "n": 1}'],
		[
			"Incorrect API key provided: sk-proj-1234567.",
			"Incorrect API key provided: sk-[...].",
		],
		["two\n\n  lines", "two lines"],
		["model `a-b` has no size 1024x1024", "model `a-b` has no size 1024x1024"],
		[
			"request req_0123456789abcdef0123456789abcdef",
			"request req_0123456789abcdef0123456789abcdef",
		],
	] as const)
		assert.equal(redacted(text), expected);
	assert.ok(!/[A-Za-z0-9+/]{64}/.test(redacted(lines)));
	assert.ok(redacted("word ".repeat(1_000)).length <= 600);
	assert.ok(redacted(`${"a ".repeat(299)}a🦊`).isWellFormed());
});

test("what we send to prove who we are is left out, however it looks", () => {
	const secrets = secretsIn({
		authorization: "Bearer correct horse",
		"x-goog-api-key": "AIzaSy-plain",
		"x-version": "2030-01-01",
		"api-key": "short",
	});
	assert.deepEqual(secrets, ["correct", "AIzaSy-plain"]);
	assert.equal(
		redacted("the key AIzaSy-plain is not known", secrets),
		"the key [...] is not known",
	);
});
