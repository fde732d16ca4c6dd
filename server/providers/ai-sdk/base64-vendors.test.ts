/** Vendors that answer with pictures in base64, each as its package really asks it and reads it. */

import type { VendorReceived, VendorReply } from "../../testing/vendor-stub.ts";
import {
	SECRET,
	testProviderContract,
	type VendorWire,
} from "../provider-contract.ts";
import { aiSdkKinds } from "./kinds.ts";

interface Base64Wire {
	/** Beside its address and its apiKey. */
	readonly options?: Record<string, unknown>;
	readonly call?: VendorWire["call"];
	readonly path: RegExp;
	answer(pictures: readonly string[], request: VendorReceived): unknown;
	readonly promptOf: (body: never) => unknown;
	/** In base64, or as data URLs. */
	readonly inputImagesOf: (body: never) => readonly string[] | undefined;
	readonly refusals: VendorWire["refusals"];
}

function wireOf(kind: string, wire: Base64Wire): VendorWire {
	const bodyOf = ({ body }: VendorReceived) =>
		JSON.parse(body.toString()) as never;
	return {
		open: (url, services) => {
			const faults: string[] = [];
			const [instance] =
				aiSdkKinds
					.find((each) => each.kind === kind)
					?.configure(
						{
							environment: {},
							entries: { [kind]: { apiKey: SECRET, ...wire.options, url } },
						},
						faults,
					) ?? [];
			if (instance === undefined) throw new Error(faults.join("\n"));
			return instance.open(services);
		},
		...(wire.call && { call: wire.call }),
		script: (pictures, distort) => (request) =>
			wire.path.test(request.path)
				? distort({
						body: JSON.stringify(
							wire.answer(
								pictures.map((each) => each.toString("base64")),
								request,
							),
						),
					})
				: { status: 404, body: "{}" },
		isDrawing: ({ path }) => wire.path.test(path),
		refusals: wire.refusals,
		answersInText: true,
		promptOf: (request) => wire.promptOf(bodyOf(request)),
		inputImagesOf: ([request]) => {
			if (request === undefined) return [];
			return isForm(request)
				? filesIn(request)
				: (wire.inputImagesOf(bodyOf(request)) ?? []).map((text) =>
						Buffer.from(text.slice(text.indexOf(",") + 1), "base64"),
					);
		},
	};
}

function isForm({ headers }: VendorReceived): boolean {
	return headers["content-type"]?.startsWith("multipart/form-data") === true;
}

function filesIn({ headers, body }: VendorReceived): Buffer[] {
	const boundary = `--${/boundary=(.+)$/.exec(headers["content-type"] ?? "")?.[1]}`;
	return body
		.toString("latin1")
		.split(boundary)
		.filter((part) => part.includes("filename="))
		.map((part) =>
			Buffer.from(part.slice(part.indexOf("\r\n\r\n") + 4, -2), "latin1"),
		);
}

const refused = (status: number, body: unknown): VendorReply => ({
	status,
	body: JSON.stringify(body),
});

const tooMany = (body: unknown): VendorWire["refusals"][number] => ({
	what: "too many requests",
	reply: {
		...refused(429, body),
		headers: { "retry-after": "7" },
	},
	kind: "rate_limited",
	retryAfterMs: 7_000,
});

testProviderContract(
	"xai",
	wireOf("xai", {
		path: /^\/images\/(generations|edits)$/,
		answer: (pictures) => ({
			data: pictures.map((b64_json) => ({
				b64_json,
				mime_type: "image/jpeg",
				revised_prompt: "",
				respect_moderation: true,
			})),
			usage: { cost_in_usd_ticks: 200_000_000 },
		}),
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		inputImagesOf: ({ image }: { image: { url: string } }) => [image.url],
		refusals: [
			tooMany({ code: "rate_limit", error: "Too many requests" }),
			{
				what: "a wrong apiKey",
				reply: refused(400, {
					code: "Client specified an invalid argument",
					error: `Incorrect API key provided: ${SECRET}.`,
				}),
				kind: "auth",
			},
			{
				what: "a prompt against the rules",
				reply: refused(400, {
					code: "invalid-argument",
					error: "Generated image rejected by content moderation.",
				}),
				kind: "content_blocked",
			},
			{
				what: "a parameter that it does not take",
				reply: refused(422, { error: { message: "n must be at most 10" } }),
				kind: "invalid",
			},
		],
	}),
);

testProviderContract(
	"together",
	wireOf("together", {
		path: /^\/images\/generations$/,
		answer: (pictures) => ({
			id: "o1",
			model: "m",
			object: "list",
			data: pictures.map((b64_json, index) => ({ index, b64_json })),
		}),
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		inputImagesOf: ({ image_url }: { image_url: string }) => [image_url],
		refusals: [
			tooMany({ error: { message: "Slow down", type: "rate_limit" } }),
			{
				what: "an account without money",
				reply: refused(402, { error: { message: "Credit limit exceeded" } }),
				kind: "quota_exhausted",
			},
			{
				what: "a picture against the rules",
				reply: refused(422, {
					error: { message: "NSFW content detected in the image" },
				}),
				kind: "content_blocked",
			},
		],
	}),
);

testProviderContract(
	"deepinfra",
	wireOf("deepinfra", {
		call: { model: "black-forest-labs/FLUX-1-schnell" },
		path: /^\/(inference\/black-forest-labs\/FLUX-1-schnell|openai\/images\/edits)$/,
		answer: (pictures, request) =>
			isForm(request)
				? { created: 1, data: pictures.map((b64_json) => ({ b64_json })) }
				: {
						images: pictures.map((each) => `data:image/png;base64,${each}`),
						inference_status: { status: "succeeded", cost: 0.0005 },
					},
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		inputImagesOf: () => [],
		refusals: [
			tooMany({ detail: { error: "rate limited" } }),
			{
				what: "a wrong apiKey",
				reply: refused(401, { detail: { error: "not authenticated" } }),
				kind: "auth",
			},
		],
	}),
);

const bedrock: Base64Wire = {
	call: { model: "amazon.nova-canvas-v1:0" },
	path: /^\/model\/amazon\.nova-canvas-v1%3A0\/invoke$/,
	answer: (images) => ({ images, error: null }),
	promptOf: ({ textToImageParams }: { textToImageParams: { text: string } }) =>
		textToImageParams.text,
	inputImagesOf: ({
		imageVariationParams,
	}: {
		imageVariationParams: { images: string[] };
	}) => imageVariationParams.images,
	refusals: [
		tooMany({ message: "Too many requests, please wait" }),
		{
			what: "credentials that are not allowed to",
			reply: refused(403, {
				message: "You don't have access to the model with the specified ID.",
			}),
			kind: "auth",
		},
		{
			what: "a prompt against the rules",
			reply: refused(400, {
				message: "This request has been blocked by our content filters.",
			}),
			kind: "content_blocked",
		},
	],
};
testProviderContract(
	"bedrock with an apiKey",
	wireOf("bedrock", { ...bedrock, options: { region: "us-east-1" } }),
);
testProviderContract(
	"bedrock with signatures",
	wireOf("bedrock", {
		...bedrock,
		options: {
			region: "us-east-1",
			apiKey: "",
			accessKeyId: "AKIDEXAMPLE",
			secretAccessKey: SECRET,
			sessionToken: "session",
		},
	}),
);

interface GeminiBody {
	contents: { parts: { text?: string; inlineData?: { data: string } }[] }[];
}
testProviderContract(
	"vertex in express mode",
	wireOf("vertex", {
		call: {
			model: "gemini-2.5-flash-image",
			frame: { width: 1024, height: 1024, aspectRatio: "1:1" },
		},
		path: /^\/models\/gemini-2\.5-flash-image:generateContent$/,
		answer: (pictures) => ({
			candidates: [
				{
					content: {
						role: "model",
						parts: pictures.map((data) => ({
							inlineData: { mimeType: "image/png", data },
						})),
					},
					finishReason: "STOP",
				},
			],
			usageMetadata: {
				promptTokenCount: 7,
				candidatesTokenCount: 1290,
				totalTokenCount: 1297,
			},
		}),
		promptOf: ({ contents }: GeminiBody) => contents[0]?.parts[0]?.text,
		inputImagesOf: ({ contents }: GeminiBody) =>
			contents[0]?.parts.flatMap(({ inlineData }) =>
				inlineData ? [inlineData.data] : [],
			),
		refusals: [
			tooMany({ error: { code: 429, status: "RESOURCE_EXHAUSTED" } }),
			{
				what: "a wrong apiKey",
				reply: refused(400, {
					error: {
						code: 400,
						message: "API key not valid. Please pass a valid API key.",
						status: "INVALID_ARGUMENT",
					},
				}),
				kind: "auth",
			},
			{
				what: "a vendor that is overloaded",
				reply: refused(503, { error: { code: 503, status: "UNAVAILABLE" } }),
				kind: "unavailable",
			},
		],
	}),
);

testProviderContract(
	"azure",
	wireOf("azure", {
		call: { model: "gpt-image-1" },
		path: /^\/images\/(generations|edits)$/,
		answer: (pictures) => ({
			created: 1,
			data: pictures.map((b64_json) => ({ b64_json })),
			usage: { input_tokens: 10, output_tokens: 4160, total_tokens: 4170 },
		}),
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		inputImagesOf: () => [],
		refusals: [
			tooMany({ error: { code: "429", message: "Rate limit" } }),
			{
				what: "a prompt against the rules",
				reply: refused(400, {
					error: {
						code: "contentFilter",
						message: "Your task failed as a result of our safety system.",
					},
				}),
				kind: "content_blocked",
			},
			{
				what: "an account without money",
				reply: refused(429, {
					error: { code: "insufficient_quota", message: "Quota exceeded" },
				}),
				kind: "quota_exhausted",
			},
		],
	}),
);
