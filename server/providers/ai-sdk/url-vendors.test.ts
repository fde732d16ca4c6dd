/** Vendors that answer with a picture's address, or with its bytes: each as its package really asks it and reads it. */
import type {
	VendorReceived,
	VendorReply,
	VendorScript,
	VendorStub,
} from "../../testing/vendor-stub.ts";
import {
	SECRET,
	testProviderContract,
	type VendorWire,
} from "../provider-contract.ts";
import { aiSdkKinds } from "./kinds.ts";

interface UrlWire {
	readonly call?: VendorWire["call"];
	/** What the vendor says before the picture is fetched; `undefined` for what it does not know. */
	answer(
		request: VendorReceived,
		pictureUrl: string,
		stub: VendorStub,
	): unknown;
	readonly isDrawing: VendorWire["isDrawing"];
	readonly promptOf: (body: never) => unknown;
	readonly inputImageOf?: (body: never) => string;
	readonly refusals: VendorWire["refusals"];
}

const PICTURE_PATH = "/pictures/0.png";

function wireOf(kind: string, wire: UrlWire): VendorWire {
	const { inputImageOf } = wire;
	const bodyOf = ({ body }: VendorReceived) =>
		JSON.parse(body.toString()) as never;
	return {
		open: (url, services) => {
			const faults: string[] = [];
			const [instance] =
				aiSdkKinds
					.find((each) => each.kind === kind)
					?.configure(
						{ environment: {}, entries: { [kind]: { apiKey: SECRET, url } } },
						faults,
					) ?? [];
			if (instance === undefined) throw new Error(faults.join("\n"));
			return instance.open(services);
		},
		...(wire.call && { call: wire.call }),
		script: scriptOf(wire),
		isDrawing: wire.isDrawing,
		refusals: wire.refusals,
		answersInText: false,
		promptOf: (request) => wire.promptOf(bodyOf(request)),
		...(inputImageOf && {
			inputImagesOf: ([request]) => {
				if (request === undefined) return [];
				const text = inputImageOf(bodyOf(request));
				return [Buffer.from(text.slice(text.indexOf(",") + 1), "base64")];
			},
		}),
	};
}

function scriptOf(wire: UrlWire): VendorWire["script"] {
	return ([picture], distort, stub): VendorScript =>
		(request) => {
			if (request.path === PICTURE_PATH)
				return distort({
					headers: { "content-type": "image/png" },
					body: picture ?? "",
				});
			const answer = wire.answer(request, stub.url + PICTURE_PATH, stub);
			return answer === undefined
				? { status: 404, body: "{}" }
				: { body: JSON.stringify(answer) };
		};
}

const refused = (status: number, body: unknown): VendorReply => ({
	status,
	body: JSON.stringify(body),
});

const tooMany = (body: unknown): VendorWire["refusals"][number] => ({
	what: "too many requests",
	reply: { ...refused(429, body), headers: { "retry-after": "7" } },
	kind: "rate_limited",
	retryAfterMs: 7_000,
});

const frame = { width: 1024, height: 1024, aspectRatio: "1:1" };

testProviderContract(
	"fal",
	wireOf("fal", {
		call: { model: "fal-ai/flux/dev" },
		answer: ({ path }, url) =>
			path === "/fal-ai/flux/dev"
				? {
						images: [{ url, width: 48, height: 32, content_type: "image/png" }],
						timings: { inference: 1.2 },
						seed: 9_007_199,
						has_nsfw_concepts: [false],
						prompt: "a red fox",
					}
				: undefined,
		isDrawing: ({ method }) => method === "POST",
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		inputImageOf: ({ image_url }: { image_url: string }) => image_url,
		refusals: [
			tooMany({ detail: "Too many concurrent requests" }),
			{
				what: "a prompt against the rules",
				reply: refused(422, {
					detail: [
						{
							loc: ["body", "prompt"],
							msg: "The content could not be processed.",
							type: "content_policy_violation",
						},
					],
				}),
				kind: "content_blocked",
			},
			{
				what: "an account without money",
				reply: refused(403, {
					detail: "User is locked. Reason: Exhausted balance.",
				}),
				kind: "quota_exhausted",
			},
			{
				what: "a wrong apiKey",
				reply: refused(401, { detail: `No user found for Key ${SECRET}` }),
				kind: "auth",
			},
		],
	}),
);

testProviderContract(
	"replicate",
	wireOf("replicate", {
		call: { model: "black-forest-labs/flux-dev", frame },
		answer: ({ path }, url, stub) => {
			const urls = { get: `${stub.url}/predictions/p1` };
			if (path === "/models/black-forest-labs/flux-dev/predictions")
				return { id: "p1", status: "starting", urls };
			if (path === "/predictions/p1")
				return { id: "p1", status: "succeeded", output: [url], urls };
			return undefined;
		},
		isDrawing: ({ method }) => method === "POST",
		promptOf: ({ input }: { input: { prompt: string } }) => input.prompt,
		inputImageOf: ({ input }: { input: { image: string } }) => input.image,
		refusals: [
			tooMany({ detail: "Request was throttled." }),
			{
				what: "an account without money",
				reply: refused(402, { title: "Insufficient credit", status: 402 }),
				kind: "quota_exhausted",
			},
			{
				what: "a parameter that it does not take",
				reply: refused(422, { detail: "- input.aspect_ratio: is not valid" }),
				kind: "invalid",
			},
		],
	}),
);

testProviderContract(
	"black-forest-labs",
	wireOf("black-forest-labs", {
		call: { model: "flux-kontext-pro", frame },
		answer: ({ path }, url, stub) => {
			if (path === "/flux-kontext-pro")
				return {
					id: "t1",
					polling_url: `${stub.url}/v1/get_result?id=t1`,
					cost: 4,
				};
			if (path === "/v1/get_result?id=t1")
				return {
					id: "t1",
					status: "Ready",
					result: { sample: url, seed: 5, prompt: "a red fox" },
				};
			return undefined;
		},
		isDrawing: ({ method }) => method === "POST",
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		inputImageOf: ({ input_image }: { input_image: string }) => input_image,
		refusals: [
			tooMany({ detail: "Rate limit exceeded" }),
			{
				what: "an account without money",
				reply: refused(402, { detail: "Insufficient credits" }),
				kind: "quota_exhausted",
			},
			{
				what: "a wrong apiKey",
				reply: refused(403, { detail: "Not authenticated" }),
				kind: "auth",
			},
		],
	}),
);

testProviderContract(
	"luma",
	wireOf("luma", {
		call: { model: "photon-1", frame },
		answer: ({ path }, url) => {
			if (path === "/dream-machine/v1/generations/image")
				return { id: "g1", state: "queued", failure_reason: null };
			if (path === "/dream-machine/v1/generations/g1")
				return { id: "g1", state: "completed", assets: { image: url } };
			return undefined;
		},
		isDrawing: ({ method }) => method === "POST",
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		refusals: [
			tooMany({ detail: "Too many generations" }),
			{
				what: "a prompt against the rules",
				reply: refused(400, { detail: "Prompt not allowed by moderation" }),
				kind: "content_blocked",
			},
		],
	}),
);

const KONTEXT = "accounts/fireworks/models/flux-kontext-pro";
testProviderContract(
	"fireworks, Kontext",
	wireOf("fireworks", {
		call: { model: KONTEXT, frame },
		answer: ({ path }, url) => {
			if (path === `/workflows/${KONTEXT}`) return { request_id: "r1" };
			if (path === `/workflows/${KONTEXT}/get_result`)
				return { id: "r1", status: "Ready", result: { sample: url } };
			return undefined;
		},
		isDrawing: ({ path }) => path === `/workflows/${KONTEXT}`,
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		inputImageOf: ({ input_image }: { input_image: string }) => input_image,
		refusals: [tooMany({ error: { message: "Rate limit" } })],
	}),
);

const SCHNELL = "accounts/fireworks/models/flux-1-schnell-fp8";
testProviderContract("fireworks, FLUX.1", {
	...wireOf("fireworks", {
		call: { model: SCHNELL, frame },
		answer: () => undefined,
		isDrawing: ({ path }) => path === `/workflows/${SCHNELL}/text_to_image`,
		promptOf: ({ prompt }: { prompt: string }) => prompt,
		refusals: [
			tooMany({ error: "Rate limit" }),
			{
				what: "a wrong apiKey",
				reply: refused(401, { error: "unauthorized" }),
				kind: "auth",
			},
		],
	}),
	script:
		([picture], distort) =>
		() =>
			distort({
				headers: { "content-type": "image/jpeg", "finish-reason": "SUCCESS" },
				body: picture ?? "",
			}),
});
