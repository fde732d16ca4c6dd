/** Every way in which the engine says no, as SDKs read it: status, type, code, and whether to try again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import {
	EngineError,
	type EngineErrorCode,
	errorCodes,
} from "../../engine/errors.ts";
import { createHttpServer } from "../../http/http-server.ts";
import { renderError } from "./errors.ts";

/** Status, and whether a POST without an Idempotency-Key is to be sent again. */
const EXPECTED: Record<EngineErrorCode, readonly [number, string, boolean]> = {
	invalid_request: [400, "invalid_request_error", false],
	unauthenticated: [401, "authentication_error", false],
	forbidden: [403, "permission_error", false],
	insufficient_credits: [402, "insufficient_quota", false],
	not_found: [404, "invalid_request_error", false],
	conflict: [409, "invalid_request_error", false],
	payload_too_large: [413, "invalid_request_error", false],
	unsupported_media_type: [415, "invalid_request_error", false],
	model_not_found: [404, "invalid_request_error", false],
	provider_not_configured: [404, "invalid_request_error", false],
	generation_disabled: [501, "server_error", false],
	content_blocked: [400, "invalid_request_error", false],
	rate_limited: [429, "rate_limit_error", true],
	quota_exhausted: [500, "server_error", false],
	team_quota_exhausted: [429, "insufficient_quota", false],
	provider_rejected: [400, "invalid_request_error", false],
	provider_failed: [500, "server_error", false],
	wait_timed_out: [504, "server_error", false],
	canceled: [409, "invalid_request_error", false],
	internal: [500, "server_error", false],
};

function openServer(thrown: unknown) {
	const server = createHttpServer({
		log: pino({ level: "silent" }),
		maxBodyBytes: 1_000,
		trustedProxies: [],
	});
	void server.register(async (part) => {
		part.setErrorHandler(renderError);
		part.route({
			method: ["GET", "POST"],
			url: "/",
			handler: async () => {
				throw thrown;
			},
		});
	});
	return async (
		method: "GET" | "POST",
		headers: Record<string, string> = {},
	) => {
		const response = await server.inject({ method, url: "/", headers });
		return {
			status: response.statusCode,
			headers: response.headers,
			body: response.json(),
		};
	};
}

for (const code of errorCodes)
	test(`S3-f: ${code} is told as SDKs expect it`, async () => {
		const [status, type, isRetried] = EXPECTED[code];
		const ask = openServer(new EngineError(code, "What to do."));
		const { body, headers, ...answer } = await ask("POST");
		assert.equal(answer.status, status);
		assert.equal(body.error.type, type);
		assert.equal(body.error.message, "What to do.");
		assert.equal(body.message, "What to do.");
		assert.equal(body.code, body.error.code);
		assert.equal(body.request_id, headers["x-request-id"]);
		assert.equal(headers["x-should-retry"], String(isRetried));
	});

test("what the seed and clients name has the name they know", async () => {
	const names = {
		provider_not_configured: "image-provider-not-found",
		content_blocked: "content_policy_violation",
		insufficient_credits: "insufficient_quota",
		model_not_found: "model_not_found",
		unauthenticated: "invalid_api_key",
	} as const;
	for (const [code, name] of Object.entries(names)) {
		const ask = openServer(new EngineError(code as EngineErrorCode, "No."));
		assert.equal((await ask("GET")).body.error.code, name);
	}
});

test("a field is named in this dialect's words, and what was made is named too", async () => {
	const ask = openServer(
		new EngineError("invalid_request", "At most 10.", {
			details: { field: "count", generationId: "gen_x" },
		}),
	);
	const { body } = await ask("POST");
	assert.equal(body.error.param, "n");
	assert.equal(body.generation_id, "gen_x");
});

test("when to come back is told in seconds and milliseconds, and of a 501 so that nobody loses time", async () => {
	const limited = await openServer(
		new EngineError("rate_limited", "Wait.", {
			details: { retryAfterMs: 1_500.2 },
		}),
	)("POST");
	assert.equal(limited.headers["retry-after"], "2");
	assert.equal(limited.headers["retry-after-ms"], "1501");
	const off = await openServer(new EngineError("generation_disabled", "Off."))(
		"POST",
	);
	assert.equal(off.headers["retry-after-ms"], "10");
	assert.equal(off.headers["x-should-retry"], "false");
});

test("a fault of ours is tried again only where that costs nothing, and tells nothing of itself", async () => {
	const ask = openServer(new Error("secret: 42"));
	const retries = [
		await ask("GET"),
		await ask("POST"),
		await ask("POST", { "idempotency-key": "once" }),
	].map(({ headers }) => headers["x-should-retry"]);
	assert.deepEqual(retries, ["true", "false", "true"]);
	const { status, body } = await ask("GET");
	assert.equal(status, 500);
	assert.doesNotMatch(JSON.stringify(body), /secret|\b42\b/);
});
