/** Google Vertex AI: Gemini models of a Google Cloud project, which answer with pictures in base64. */
import type { createGoogleVertex } from "@ai-sdk/google-vertex";
import { z } from "zod";
import { textSetting, type Values } from "../../../settings.ts";
import { type ImageCapabilities, ProviderError } from "../../provider.ts";
import { urlOption } from "../../provider-kind.ts";
import {
	type AiSdkOptions,
	type AiSdkVendor,
	aiSdkOptions,
	type DefaultModel,
	type Known,
	plainDrawing,
} from "../ai-sdk-vendor.ts";
import { MEGAPIXEL, ratioFrames } from "../ratio-frames.ts";
import { recordOf, recordsIn } from "../record.ts";

type ModelId = Known<
	Parameters<ReturnType<typeof createGoogleVertex>["image"]>[0]
>;

const settings = {
	apiKey: textSetting({
		variable: "GOOGLE_VERTEX_API_KEY",
		default: "",
		meaning: "An apiKey of Vertex AI's express mode, instead of a project",
		isSecret: true,
	}),
	project: textSetting({
		variable: "GOOGLE_VERTEX_PROJECT",
		default: "",
		meaning:
			"The Google Cloud project that draws, with Google's application default credentials",
	}),
	location: textSetting({
		variable: "GOOGLE_VERTEX_LOCATION",
		default: "",
		meaning: "Where the project draws, such as global or us-central1",
	}),
} as const;

interface VertexOptions extends AiSdkOptions {
	readonly apiKey: string;
	readonly project: string;
	readonly location: string;
	readonly url?: string | undefined;
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const EXPRESS_URL = "https://aiplatform.googleapis.com/v1/publishers/google";
/** Locations that are no region, and have hosts of their own. */
const HOSTS = new Map([
	["global", "aiplatform.googleapis.com"],
	["eu", "aiplatform.eu.rep.googleapis.com"],
	["us", "aiplatform.us.rep.googleapis.com"],
]);

/** Google's guide to Gemini's image generation. */
const RATIOS = [
	"1:1",
	"16:9",
	"9:16",
	"4:3",
	"3:4",
	"3:2",
	"2:3",
	"5:4",
	"4:5",
	"21:9",
];

const inThreeTiers: Partial<ImageCapabilities> = {
	sizing: {
		kind: "frames",
		frames: [
			...ratioFrames(RATIOS, MEGAPIXEL, "1K"),
			...ratioFrames(RATIOS, 4 * MEGAPIXEL, "2K"),
			...ratioFrames(RATIOS, 16 * MEGAPIXEL, "4K"),
		],
	},
	maxInputImages: 14,
};

/** Why a candidate came to its end that the content policy is behind. */
const BLOCKED =
	/^(IMAGE_)?(SAFETY|PROHIBITED_CONTENT|RECITATION|BLOCKLIST|SPII)$/;

export const vertex: AiSdkVendor<typeof settings, VertexOptions> = {
	kind: "vertex",
	settings,
	options: z.strictObject({
		...aiSdkOptions,
		apiKey: z.string().default(""),
		/** They become part of a URL. */
		project: z
			.string()
			.regex(/^[a-z0-9:.-]*$/)
			.default(""),
		location: z
			.string()
			.regex(/^[a-z0-9-]*$/)
			.default(""),
		url: urlOption.optional(),
	}),
	defaultCapabilities: {
		...plainDrawing,
		sizing: { kind: "frames", frames: ratioFrames(RATIOS, MEGAPIXEL) },
		maxInputImages: 3,
		// It takes one, and draws another picture with it all the same.
		seed: "ignored",
	},
	defaultModels: [
		{
			id: "vertex/gemini-2.5-flash-image",
			providerModel: "gemini-2.5-flash-image",
		},
		{
			id: "vertex/gemini-3-pro-image-preview",
			providerModel: "gemini-3-pro-image-preview",
			...inThreeTiers,
		},
		{
			id: "vertex/gemini-3.1-flash-image-preview",
			providerModel: "gemini-3.1-flash-image-preview",
			...inThreeTiers,
		},
	] satisfies DefaultModel<ModelId>[],
	optionsOf: (values: Values<typeof settings>) => ({ ...values }),
	missing: ({ apiKey, project, location }) =>
		apiKey !== "" || (project !== "" && location !== "")
			? undefined
			: {
					variables:
						"GOOGLE_VERTEX_API_KEY, or GOOGLE_VERTEX_PROJECT and GOOGLE_VERTEX_LOCATION,",
					options: "apiKey, or project and location,",
				},
	urlOf: ({ url, apiKey, project, location }) => {
		if (url !== undefined) return url;
		if (apiKey !== "") return EXPRESS_URL;
		const host = HOSTS.get(location) ?? `${location}-aiplatform.googleapis.com`;
		return `https://${host}/v1beta1/projects/${project}/locations/${location}/publishers/google`;
	},
	connect: (options) => {
		const googleAuth = rememberedAuth(options.project);
		return async (model, fetchAnswer) => {
			const sdk = await import("@ai-sdk/google-vertex");
			return sdk
				.createGoogleVertex({
					// An empty one keeps the package from looking for another in the environment.
					apiKey: options.apiKey,
					project: options.project,
					location: options.location,
					baseURL: vertex.urlOf(options),
					fetch: fetchAnswer,
					...(options.apiKey === "" && {
						googleAuthOptions: { authClient: await googleAuth() },
					}),
				})
				.image(model);
		};
	},
	optionsName: "googleVertex",
	words: { tier: (imageSize) => ({ imageConfig: { imageSize } }) },
	masks: "none",
	isPicture: (path) => path.at(-1) === "data" && path.at(-2) === "inlineData",
	isBlocked: ({ json }) =>
		typeof recordOf(json?.promptFeedback).blockReason === "string" ||
		recordsIn(json?.candidates).some(({ finishReason }) =>
			BLOCKED.test(String(finishReason)),
		),
};

/**
 * Google's application default credentials, found by Google's own library where it always looks for them. One client
 * serves all calls, so that a token is fetched only when the last one has run out.
 */
function rememberedAuth(projectId: string) {
	const finding = async () => {
		const { GoogleAuth } = await import("google-auth-library");
		const auth = new GoogleAuth({ scopes: [SCOPE], projectId });
		return await auth.getClient();
	};
	let found: ReturnType<typeof finding> | undefined;
	return async () => {
		found ??= finding();
		try {
			const client = await found;
			await client.getAccessToken();
			return client;
		} catch (error) {
			// Whoever puts the credentials right need not start the server anew.
			found = undefined;
			throw new ProviderError(
				"auth",
				`Google's application default credentials cannot be used: ${error instanceof Error ? error.message : String(error)}`,
			);
		}
	};
}
