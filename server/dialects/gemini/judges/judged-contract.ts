/** What all judges share: a running server, Google's own clients of it, and how a picture is looked at that one of them received. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
	ApiError,
	type GenerateContentResponse,
	GoogleGenAI,
	type Part,
} from "@google/genai";
import { ApiError as OldApiError, GoogleGenAI as OldGenAI } from "genai-1";
import sharp from "sharp";
import { openServedApp, type ServedApp } from "../../../testing/served-app.ts";
import type { TestAppOptions, TestTeam } from "../../../testing/test-app.ts";

/** A model of the seed; the painter stands in for Google's. */
export const MODEL = "gemini-2.5-flash-image";

/** Small enough to be painted at once: 512x288. */
export const SMALL = { aspectRatio: "16:9", imageSize: "512" };

/** One of Google's clients. They were made years apart, and the older one is used here only for what both have. */
export interface Sdk {
	readonly version: string;
	readonly client: GoogleGenAI;
	readonly ApiError: typeof ApiError;
	/** Another client of the same server. */
	clientWith(apiKey: string, prefix?: string): GoogleGenAI;
}

export interface JudgedHouse extends ServedApp {
	readonly customer: TestTeam;
	/** The newest, which asks /v1, and one of the first generation, which asks /v1beta. */
	readonly sdks: readonly [newest: Sdk, old: Sdk];
	balance(): Promise<number>;
}

/** Its pictures are the painter's, unless the options say otherwise. */
export async function openJudged(
	test: Pick<TestContext, "after">,
	options: TestAppOptions = {},
): Promise<JudgedHouse> {
	const house = await openServedApp(test, options);
	const customer = await house.team(1_000);
	const sdkOf = (
		version: string,
		Client: typeof GoogleGenAI,
		Fault: typeof ApiError,
	): Sdk => {
		const clientWith = (apiKey: string, prefix = "") =>
			new Client({
				apiKey,
				httpOptions: { baseUrl: `${house.url}${prefix}` },
			});
		return {
			version,
			client: clientWith(customer.apiKey),
			ApiError: Fault,
			clientWith,
		};
	};
	return {
		...house,
		customer,
		sdks: [
			sdkOf("3.1", GoogleGenAI, ApiError),
			sdkOf("1.52", OldGenAI as unknown as typeof GoogleGenAI, OldApiError),
		],
		balance: async () =>
			(await house.app.engine.creditSums(customer.principal)).balance,
	};
}

/** Format and size, as `png 512x288`. @param picture bytes, or base64. */
export async function factsOf(
	picture: Uint8Array | string | undefined,
): Promise<string> {
	assert.ok(picture, "there is no picture");
	const bytes =
		typeof picture === "string" ? Buffer.from(picture, "base64") : picture;
	const { format, width, height } = await sharp(bytes).metadata();
	// All of it, not only its head.
	await sharp(bytes).stats();
	return `${format} ${width}x${height}`;
}

/** What an answer is made of, in order: texts as `text`, pictures by their facts. */
export async function partsOf({
	candidates,
}: GenerateContentResponse): Promise<string[]> {
	return await Promise.all(
		(candidates?.[0]?.content?.parts ?? []).map(async (part) => {
			const facts = await describePart(part);
			assert.ok(facts, "a part says nothing");
			return facts;
		}),
	);
}

async function describePart({ text, inlineData }: Part): Promise<string> {
	if (inlineData === undefined) return text === undefined ? "" : "text";
	const facts = await factsOf(inlineData.data);
	assert.equal(inlineData.mimeType, `image/${facts.split(" ")[0]}`);
	return facts;
}

/** Google's error object. */
export interface ToldError {
	readonly code: number;
	readonly message: string;
	readonly status: string;
	readonly details?: readonly ToldDetail[];
}

export interface ToldDetail {
	readonly "@type": string;
	readonly reason?: string;
	readonly violations?: readonly object[];
	readonly fieldViolations?: readonly { readonly field: string }[];
}

/** What the client threw, and the error that the server told it. */
export async function failure(
	sdk: Sdk,
	call: () => Promise<unknown>,
): Promise<{ readonly status: number; readonly error: ToldError }> {
	const thrown = await call().then(
		() => assert.fail("nothing was thrown"),
		(fault: unknown) => fault,
	);
	assert.ok(thrown instanceof sdk.ApiError, String(thrown));
	return { status: thrown.status, ...JSON.parse(thrown.message) };
}

/** A picture of one colour. */
export async function plainPicture(
	background: { r: number; g: number; b: number },
	size: { width: number; height: number } = { width: 64, height: 48 },
): Promise<Buffer> {
	return await sharp({ create: { ...size, channels: 3, background } })
		.png()
		.toBuffer();
}
