/** What holds of every answer of this dialect, and a house to ask it in. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
	openTestApp,
	type TestApp,
	type TestAppOptions,
	type TestTeam,
} from "../../testing/test-app.ts";

export interface GeminiAnswer {
	readonly status: number;
	readonly text: string;
	readonly headers: Readonly<Record<string, unknown>>;
	// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
	readonly body: any;
}

export interface GeminiAsk {
	readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
	readonly headers?: Readonly<Record<string, string>>;
	/** Instead of the house's own team; empty for none. */
	readonly key?: string;
	readonly payload?: object | string | Buffer;
}

export interface GeminiHouse extends TestApp {
	readonly own: TestTeam;
	/** Asks as Google's SDKs do, and holds the answer against what they can read. */
	ask(url: string, ask?: GeminiAsk): Promise<GeminiAnswer>;
	/** Asks a model. @param method such as `painter:generateContent`. */
	call(method: string, payload: object, ask?: GeminiAsk): Promise<GeminiAnswer>;
	balance(): Promise<number>;
}

export async function openGemini(
	t: Pick<TestContext, "after">,
	options: TestAppOptions = {},
): Promise<GeminiHouse> {
	const house = await openTestApp(t, options);
	const own = await house.team(1_000);
	const ask: GeminiHouse["ask"] = async (url, asked = {}) => {
		const { key = own.apiKey, payload } = asked;
		const response = await house.app.server.inject({
			method: asked.method ?? (payload === undefined ? "GET" : "POST"),
			url,
			headers: {
				"content-type": "application/json",
				"x-goog-api-client": "google-genai-sdk/3.1.0 gl-node/v24.21.0",
				...(key !== "" && { "x-goog-api-key": key }),
				...asked.headers,
			},
			...(payload !== undefined && {
				payload:
					typeof payload === "string" || Buffer.isBuffer(payload)
						? payload
						: JSON.stringify(payload),
			}),
		});
		const isJson = /json/.test(String(response.headers["content-type"]));
		const body = isJson ? response.json() : undefined;
		if (isJson) assertReadable(body, response.statusCode);
		return {
			status: response.statusCode,
			text: response.body,
			headers: response.headers,
			body,
		};
	};
	return {
		...house,
		own,
		ask,
		call: (method, payload, asked) =>
			ask(`/v1beta/models/${method}`, { ...asked, payload }),
		balance: async () =>
			(await house.app.engine.creditSums(own.principal)).balance,
	};
}

/** Numbers of 64 bits are texts; what is named here has only 32. */
const SMALL_NUMBERS =
	/^(code|index|tokenCount|\w+TokenCount|totalTokens|inputTokenLimit|since)$/;
const BASE64 =
	/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Nothing that SDKs stumble over: section 12.13 of our notes on the wire. */
export function assertReadable(value: unknown, status = 200): void {
	assertNames(value);
	const { error } = value as { error?: { code: number; status: string } };
	if (status >= 400) {
		assert.equal(error?.code, status);
		assert.match(error?.status ?? "", /^[A-Z_]+$/);
	}
}

function assertNames(value: unknown, name = ""): void {
	if (typeof value === "number")
		assert.match(name, SMALL_NUMBERS, `${name} is a number`);
	if (name === "thoughtSignature" || name === "data")
		assert.match(String(value), BASE64);
	if (typeof value !== "object" || value === null) return;
	for (const [key, inner] of Object.entries(value)) {
		if (!Array.isArray(value))
			assert.match(key, /^(@type|[a-z][A-Za-z0-9]*)$/, `${key} is no name`);
		assert.notEqual(key, "continuationToken");
		// That of a batch's line, not of the batch, is the caller's.
		if (key === "metadata" && !("name" in value)) continue;
		assertNames(inner, Array.isArray(value) ? name : key);
	}
}

/** The picture in an answer. */
export function pictureOf({ body }: Pick<GeminiAnswer, "body">): {
	readonly bytes: Buffer;
	readonly mimeType: string;
	readonly signature: string;
} {
	const part = body.candidates[0].content.parts.find(
		(each: object) => "inlineData" in each,
	);
	return {
		bytes: Buffer.from(part.inlineData.data, "base64"),
		mimeType: part.inlineData.mimeType,
		signature: part.thoughtSignature,
	};
}
