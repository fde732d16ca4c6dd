/** What servers say no with, as they really say it, and what is made of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answeredError, isFault, openAiFault } from "./faults.ts";

for (const [what, status, body, kind] of [
	[
		"OpenAI's moderation",
		400,
		{
			error: {
				type: "image_generation_user_error",
				code: "moderation_blocked",
				message: "no",
			},
		},
		"content_blocked",
	],
	[
		"the policy of older models",
		400,
		{
			error: {
				type: "invalid_request_error",
				code: "content_policy_violation",
				message: "no",
			},
		},
		"content_blocked",
	],
	[
		"a type instead of a code",
		400,
		{ error: { type: "moderation_blocked", code: null, message: "no" } },
		"content_blocked",
	],
	[
		"safety violations without a code",
		400,
		{
			error: {
				message: "Your request was rejected. safety_violations=[sexual]",
			},
		},
		"content_blocked",
	],
	[
		"Azure's filter",
		400,
		{
			error: {
				code: "BadRequest",
				message: "no",
				innererror: { code: "ResponsibleAIPolicyViolation" },
			},
		},
		"content_blocked",
	],
	[
		"Jan's shape",
		500,
		{ code: "moderation_blocked", error: "no", message: "no" },
		"content_blocked",
	],
	[
		"a used-up quota",
		429,
		{ error: { type: "insufficient_quota", code: "insufficient_quota" } },
		"quota_exhausted",
	],
	[
		"a bill at its limit",
		400,
		{ error: { code: "billing_hard_limit_reached" } },
		"quota_exhausted",
	],
	[
		"a rate",
		429,
		{ error: { type: "requests", code: "rate_limit_exceeded" } },
		"rate_limited",
	],
	[
		"a missing parameter",
		400,
		{ error: { type: "invalid_request_error", code: null } },
		"invalid",
	],
	["an error in plain text", 500, undefined, "unavailable"],
	[
		"Jan's missing provider",
		404,
		{ code: "image-provider-not-found", error: "no", message: "no" },
		"invalid",
	],
	["sd-server's missing prompt", 400, { error: "prompt required" }, "invalid"],
	[
		"sd-server's failure",
		500,
		{ error: "server_error", message: "out of memory" },
		"unavailable",
	],
	[
		"LocalAI's failure",
		500,
		{ error: { code: 500, message: "could not load model", type: "" } },
		"unavailable",
	],
	[
		"FastAPI's validation",
		422,
		{ detail: [{ loc: ["body", "size"], msg: "no", type: "value_error" }] },
		"invalid",
	],
] as const) {
	test(`${what} is ${kind}`, () => {
		const error = answeredError("server", body, { status, mayBePaid: false });
		assert.equal(error.kind, kind);
	});
}

for (const [what, body, kind] of [
	["a bad request", { error: { type: "invalid_request_error" } }, "invalid"],
	[
		"a user's error",
		{ error: { type: "image_generation_user_error", code: null } },
		"invalid",
	],
	[
		"a server's error",
		{ error: { type: "image_generation_server_error" } },
		"unavailable",
	],
	["a rate", { error: { type: "rate_limit_error" } }, "rate_limited"],
	[
		"nothing that is known",
		{ error: { type: "weather", message: "rain" } },
		"unavailable",
	],
] as const) {
	test(`without a status, ${what} is ${kind}`, () => {
		const error = answeredError("server", body, { mayBePaid: true });
		assert.equal(error.kind, kind);
		assert.equal(error.mayBePaid, true);
	});
}

for (const [words, milliseconds] of [
	["Please try again in 20s.", 20_000],
	["Please try again in 7.188s. Contact us", 7_188],
	["Please try again in 1m12.5s", 72_500],
	["please try again in 1h2m3s.", 3_723_000],
	["Please try again in 350ms", 350],
	["slow down and try again after 51.84 seconds.", 51_840],
	["Please try again in 2 minutes", 120_000],
	["Please try again in 3 days", undefined],
	["Please try again in a moment", undefined],
	["You exceeded your current quota", undefined],
] as const) {
	test(`"${words}" asks to wait ${milliseconds ?? "no known number of"} milliseconds`, () => {
		const { retryAfterMs } = openAiFault(429, { error: { message: words } });
		assert.equal(retryAfterMs, milliseconds);
	});
}

test("what is no error is none", () => {
	assert.equal(isFault({ error: null, data: [] }), false);
	assert.equal(isFault({ type: "image_generation.completed" }), false);
	assert.equal(isFault({ error: "no" }), true);
	assert.equal(isFault({ type: "error", message: "no" }), true);
});

test("a picture in an error stays out of the log", () => {
	const picture = Buffer.alloc(900, 7).toString("base64");
	const error = answeredError(
		"server",
		{ error: { message: `bad image ${picture}` } },
		{ mayBePaid: false },
	);
	assert.ok(error.message.length < 200, error.message);
});
