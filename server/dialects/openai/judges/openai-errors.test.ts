/** OpenAI's own client for Node understands how this server says no: which class of error, why, and whether to try again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { ProviderError } from "../../../providers/provider.ts";
import { openJudged, openScripted, SMALL } from "./judged-contract.ts";

type ApiError = InstanceType<typeof OpenAI.APIError>;

async function failureOf(
	promise: Promise<unknown>,
	kind: abstract new (...args: never[]) => ApiError,
): Promise<ApiError> {
	const error: unknown = await promise.then(
		() => assert.fail("it went well"),
		(thrown: unknown) => thrown,
	);
	assert.ok(error instanceof kind, String(error));
	assert.ok(error.requestID, "there is no request id");
	return error;
}

function facts({ status, type, param, code }: ApiError) {
	return { status, type, param, code };
}

test("S3-21, S3-28: a bad request is a BadRequestError that names the field, and is sent once", async (t) => {
	const house = await openScripted(t);
	const client = house.clientWith({});
	for (const [param, change] of [
		["size", { size: "enormous" }],
		["n", { n: 11 }],
		["prompt", { prompt: "" }],
		["response_format", { response_format: "jpeg" as "url" }],
	] as const) {
		const error = await failureOf(
			client.images.generate({ prompt: "A cat", size: SMALL, ...change }),
			OpenAI.BadRequestError,
		);
		assert.deepEqual(facts(error), {
			status: 400,
			type: "invalid_request_error",
			param,
			code: "invalid_value",
		});
		assert.ok(error.message.startsWith("400 "), error.message);
	}
	assert.equal(house.received.length, 4);
	assert.equal(house.provider.calls.length, 0);
});

test("S3-29: a wrong key is an AuthenticationError", async (t) => {
	const house = await openScripted(t);
	for (const apiKey of ["sk-img-nonsense", "sk-proj-1234", "a.b.c"]) {
		const client = house.clientWith({ apiKey });
		const error = await failureOf(
			client.models.list(),
			OpenAI.AuthenticationError,
		);
		assert.deepEqual(facts(error), {
			status: 401,
			type: "authentication_error",
			param: null,
			code: "invalid_api_key",
		});
	}
	assert.equal(house.received.length, 3);
});

test("S3-30: nobody who draws, a model and a thing that are not there are NotFoundErrors, and are not asked for again", async (t) => {
	const house = await openJudged(t, {
		environment: { PAINTER_ENABLED: "false" },
	});
	const client = house.clientWith({});
	const missing = await failureOf(
		client.images.generate({ prompt: "A cat" }),
		OpenAI.NotFoundError,
	);
	assert.equal(missing.code, "image-provider-not-found");
	const model = await failureOf(
		client.models.retrieve("nobody/knows-me"),
		OpenAI.NotFoundError,
	);
	assert.equal(model.code, "model_not_found");
	assert.equal(model.param, "model");
	const conversation = await failureOf(
		client.conversations.retrieve("conv_0123456789abcdef"),
		OpenAI.NotFoundError,
	);
	assert.equal(conversation.code, "not_found");
	assert.equal(house.received.length, 3);
});

test("S3-31: a provider's fault is an InternalServerError that is not tried again, and is not charged", async (t) => {
	const house = await openScripted(t);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("unavailable", "502 from secret.example", {
			mayBePaid: true,
		}),
	});
	const error = await failureOf(
		house.clientWith({}).images.generate({ prompt: "A cat", size: SMALL }),
		OpenAI.InternalServerError,
	);
	assert.deepEqual(facts(error), {
		status: 500,
		type: "server_error",
		param: null,
		code: "provider_error",
	});
	assert.doesNotMatch(error.message, /secret/);
	assert.equal(house.received.length, 1);
	assert.equal(await house.balance(), 100);
});

test("S3-32: pictures that are switched off are a 501, told once", async (t) => {
	const house = await openScripted(t, { IMAGE_GENERATION_ENABLED: "false" });
	const error = await failureOf(
		house.clientWith({}).images.generate({ prompt: "A cat" }),
		OpenAI.InternalServerError,
	);
	assert.equal(error.status, 501);
	assert.equal(error.code, "feature_not_enabled");
	assert.equal(house.received.length, 1);
	assert.equal((await house.client.models.list()).data.length, 1);
});

test("a picture that must not be drawn is a BadRequestError with OpenAI's code for it", async (t) => {
	const house = await openScripted(t);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "no"),
	});
	const error = await failureOf(
		house.client.images.generate({ prompt: "A cat", size: SMALL }),
		OpenAI.BadRequestError,
	);
	assert.equal(error.code, "content_policy_violation");
	assert.equal(await house.balance(), 100);
});

test("whoever has no credits left is told so once", async (t) => {
	const house = await openScripted(t);
	const poor = await house.team(1);
	const client = house.clientWith({ apiKey: poor.apiKey });
	const error = await failureOf(
		client.images.generate({ prompt: "A cat", size: SMALL, n: 2 }),
		OpenAI.APIError,
	);
	assert.equal(error.status, 402);
	assert.equal(error.code, "insufficient_quota");
	assert.equal(house.received.length, 1);
});

test("too many guests are a RateLimitError, which is tried again when it says", async (t) => {
	const house = await openScripted(t, { GESSO_GUEST_LOGINS_PER_MINUTE: "1" });
	const client = house.clientWith({
		baseURL: house.url,
		maxRetries: 1,
		fetch: withoutWaiting,
	});
	await client.post("/auth/guest-login", { body: {} });
	const error = await failureOf(
		client.post("/auth/guest-login", { body: {} }),
		OpenAI.RateLimitError,
	);
	assert.equal(error.code, "rate_limit_exceeded");
	const seconds = Number(error.headers?.get("retry-after"));
	assert.ok(seconds >= 1 && seconds <= 60, String(seconds));
	assert.equal(house.received.length, 3, "it was tried again, once");
});

/** As the server answers, but the minute that it says to wait is left out. */
async function withoutWaiting(
	...request: Parameters<typeof fetch>
): Promise<Response> {
	const response = await fetch(...request);
	const headers = new Headers(response.headers);
	if (headers.get("x-should-retry") === "true") {
		headers.set("retry-after-ms", "1");
	}
	return new Response(response.body, { status: response.status, headers });
}

test("a stream whose picture cannot be drawn ends with an error, and is not begun again", async (t) => {
	const house = await openScripted(t);
	house.provider.script = () => ({
		kind: "fail",
		error: new ProviderError("unavailable", "secret", { mayBePaid: true }),
	});
	const begin = () =>
		house.clientWith({}).images.generate({
			prompt: "A cat",
			size: SMALL,
			stream: true,
		});
	const error = await failureOf(
		begin().then(async (stream) => {
			for await (const _event of stream) assert.fail("an event came");
		}),
		OpenAI.APIError,
	);
	assert.equal(error.code, "provider_error");
	assert.doesNotMatch(error.message, /secret/);
	assert.equal(house.received.length, 1);
});

test("every answer has a request id, which the client shows", async (t) => {
	const house = await openScripted(t);
	const { _request_id } = await house.client.images.generate({
		prompt: "A cat",
		size: SMALL,
	});
	const listed = await house.client.models.list().withResponse();
	assert.match(String(_request_id), /^[\w-]{8,}$/);
	assert.match(String(listed.request_id), /^[\w-]{8,}$/);
	assert.notEqual(listed.request_id, _request_id);
});
