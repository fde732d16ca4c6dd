/** What all judges share: a running server, OpenAI's own client of it, and how a picture is looked at that one of them received. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import OpenAI, { type ClientOptions } from "openai";
import sharp from "sharp";
import type { App } from "../../../app.ts";
import {
	createScriptedProvider,
	type ScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import { openServedApp, type ServedApp } from "../../../testing/served-app.ts";
import type { TestAppOptions, TestTeam } from "../../../testing/test-app.ts";

/** Large enough to be looked at, and painted at once. */
export const SMALL = "128x96";

export interface JudgedHouse extends ServedApp {
	readonly customer: TestTeam;
	/** `url/v1`. */
	readonly baseURL: string;
	/** Tries nothing again. */
	readonly client: OpenAI;
	/** Another client of the same server, which tries again as it is made to unless the options say otherwise. */
	clientWith(options: ClientOptions): OpenAI;
	balance(): Promise<number>;
}

/** Its pictures are the painter's, unless the options say otherwise. */
export async function openJudged(
	test: Pick<TestContext, "after">,
	options: TestAppOptions = {},
): Promise<JudgedHouse> {
	const house = await openServedApp(test, options);
	const customer = await house.team();
	const baseURL = `${house.url}/v1`;
	const clientWith = (changes: ClientOptions) =>
		new OpenAI({ baseURL, apiKey: customer.apiKey, ...changes });
	// One that tries again would hide what went wrong the first time.
	const client = clientWith({ maxRetries: 0 });
	return {
		...house,
		customer,
		baseURL,
		clientWith,
		client,
		balance: () => balanceOf(house.app, customer),
	};
}

/** With a provider that does what the test says. */
export async function openScripted(
	test: Pick<TestContext, "after">,
	environment: Readonly<Record<string, string>> = {},
): Promise<JudgedHouse & { readonly provider: ScriptedProvider }> {
	const provider = createScriptedProvider();
	const house = await openJudged(test, {
		providers: [provider],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted", ...environment },
	});
	return { ...house, provider };
}

async function balanceOf(
	{ engine }: App,
	{ principal }: TestTeam,
): Promise<number> {
	return (await engine.creditSums(principal)).balance;
}

/** Format and size, as `png 128x96`. @param picture bytes, or base64 with or without a data URL before it. */
export async function factsOf(
	picture: Uint8Array | string | undefined | null,
): Promise<string> {
	assert.ok(picture, "there is no picture");
	const bytes =
		typeof picture === "string"
			? Buffer.from(picture.replace(/^data:[^,]*,/, ""), "base64")
			: picture;
	const { format, width, height } = await sharp(bytes).metadata();
	// All of it, not only its head.
	await sharp(bytes).stats();
	return `${format} ${width}x${height}`;
}

/** What anybody finds behind a URL without a token. */
export async function download(url: string | undefined): Promise<Buffer> {
	assert.ok(url, "there is no URL");
	const response = await fetch(url);
	assert.equal(response.status, 200, await response.clone().text());
	return Buffer.from(await response.arrayBuffer());
}

/** A picture of one colour. @param alpha below 1 for what a mask has drawn anew. */
export async function plainPicture(
	background: { r: number; g: number; b: number; alpha?: number },
	size: { width: number; height: number } = { width: 128, height: 96 },
): Promise<Buffer> {
	return await sharp({ create: { ...size, channels: 4, background } })
		.png()
		.toBuffer();
}
