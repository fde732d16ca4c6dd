/** OpenAI, and the servers that speak its API in one way or the other, keep the contract of all providers. */

import type { VendorReceived, VendorReply } from "../../testing/vendor-stub.ts";
import {
	SECRET,
	testProviderContract,
	type VendorWire,
} from "../provider-contract.ts";
import { configured, eventStream, serverAt } from "./test-instance.ts";

const USAGE = {
	total_tokens: 100,
	input_tokens: 50,
	output_tokens: 50,
	input_tokens_details: { text_tokens: 10, image_tokens: 40 },
};

function refused(
	status: number,
	error: Readonly<Record<string, unknown>>,
	headers: Readonly<Record<string, string>> = {},
): VendorReply {
	const body = { error: { message: "no", param: null, ...error } };
	return { status, headers, body: JSON.stringify(body) };
}

const refusals: VendorWire["refusals"] = [
	{
		what: "a refused prompt",
		reply: refused(400, {
			type: "image_generation_user_error",
			code: "moderation_blocked",
			message:
				"Your request was rejected by the safety system. safety_violations=[violence].",
		}),
		kind: "content_blocked",
	},
	{
		what: "a parameter that the model lacks",
		reply: refused(400, {
			type: "invalid_request_error",
			code: "unknown_parameter",
		}),
		kind: "invalid",
	},
	{
		what: "a wrong key",
		reply: refused(401, {
			type: "invalid_request_error",
			code: "invalid_api_key",
			message: `Incorrect API key provided: ${SECRET.slice(0, 7)}***.`,
		}),
		kind: "auth",
	},
	{
		what: "an account that is not verified",
		reply: refused(403, { type: "invalid_request_error", code: null }),
		kind: "auth",
	},
	{
		what: "a model that is gone",
		reply: refused(404, { code: "model_not_found" }),
		kind: "invalid",
	},
	{
		what: "a used-up quota",
		reply: refused(429, {
			type: "insufficient_quota",
			code: "insufficient_quota",
		}),
		kind: "quota_exhausted",
	},
	{
		what: "a bill that reached its limit",
		reply: refused(400, { code: "billing_hard_limit_reached" }),
		kind: "quota_exhausted",
	},
	{
		what: "too many requests, with a header",
		reply: refused(
			429,
			{
				type: "input-images",
				code: "rate_limit_exceeded",
				message: "Please try again in 20s.",
			},
			{ "retry-after-ms": "1500" },
		),
		kind: "rate_limited",
		retryAfterMs: 1_500,
	},
	{
		what: "too many requests, with words alone",
		reply: refused(429, {
			type: "input-images",
			code: "rate_limit_exceeded",
			message: "Limit 5, Used 5, Requested 1. Please try again in 1m12.5s.",
		}),
		kind: "rate_limited",
		retryAfterMs: 72_500,
	},
	{
		what: "a server error",
		reply: refused(500, { type: "server_error", code: null }),
		kind: "unavailable",
	},
	{
		what: "a gateway that waited too long",
		reply: {
			status: 504,
			headers: { "content-type": "text/html" },
			body: "<h1>504</h1>",
		},
		kind: "timeout",
	},
];

const isDrawing = ({ path }: VendorReceived) => path.startsWith("/v1/images/");

/** The files of a form, found by their heads; the forms of these tests hold PNGs only. */
function filesOf(request: VendorReceived): Buffer[] {
	const type = request.headers["content-type"] ?? "";
	const boundary = /boundary=(.*)$/.exec(type)?.[1];
	if (boundary === undefined) return [];
	return request.body
		.toString("latin1")
		.split(`--${boundary}`)
		.filter((part) => part.includes("filename="))
		.map((part) =>
			Buffer.from(part.slice(part.indexOf("\r\n\r\n") + 4, -2), "latin1"),
		);
}

const wire: VendorWire = {
	open: (url, services) => {
		const environment = { OPENAI_URL: `${url}/v1`, OPENAI_API_KEY: SECRET };
		const instance = configured(environment).get("openai");
		if (instance === undefined) throw new Error("There is no openai");
		return instance.open(services);
	},
	call: { model: "gpt-image-2" },
	script: (pictures, distort) => () =>
		distort({
			body: JSON.stringify({
				created: 1713833628,
				background: "opaque",
				output_format: "png",
				quality: "high",
				size: "1024x1024",
				data: pictures.map((each) => ({ b64_json: each.toString("base64") })),
				usage: USAGE,
			}),
		}),
	isDrawing,
	refusals,
	answersInText: true,
	promptOf: ({ body }) => JSON.parse(body.toString()).prompt,
	inputImagesOf: (received) => received.filter(isDrawing).flatMap(filesOf),
};

testProviderContract("OpenAI", wire);

testProviderContract("OpenAI with unfinished pictures", {
	...wire,
	call: { model: "gpt-image-2", partialImages: 2 },
	script: (pictures, distort) => () =>
		distort({
			...eventStream(
				...pictures.map((each) => ({
					type: "image_generation.completed",
					created_at: 1,
					usage: USAGE,
					b64_json: each.toString("base64"),
				})),
			),
		}),
});

testProviderContract("a server that answers with base64", {
	...wire,
	open: (url, services) =>
		serverAt(`${url}/v1`, { apiKey: SECRET }).open(services),
	call: { model: "z-image" },
	script: (pictures, distort) => () =>
		distort({
			body: JSON.stringify({
				created: 1,
				data: pictures.map((each) => ({ b64_json: each.toString("base64") })),
			}),
		}),
});

testProviderContract("a server that answers with URLs", {
	...wire,
	open: (url, services) =>
		serverAt(`${url}/v1`, { apiKey: SECRET, responseFormat: "url" }).open(
			services,
		),
	call: { model: "z-image" },
	script:
		(pictures, distort, { url }) =>
		(request) => {
			if (isDrawing(request))
				return {
					body: JSON.stringify({
						created: 1,
						data: pictures.map((_, index) => ({
							url: `${url}/pictures/${index}.png`,
						})),
					}),
				};
			const index = Number(/(\d+)\.png$/.exec(request.path)?.[1]);
			const body = pictures[index];
			return body === undefined
				? { status: 404 }
				: distort({ headers: { "content-type": "image/png" }, body });
		},
	answersInText: false,
});
