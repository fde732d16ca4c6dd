/** What every answer of this dialect must look like, field by field (S4-15 to 21), and an app to ask for one. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import sharp from "sharp";
import {
	createScriptedProvider,
	type ScriptedModelChanges,
	type ScriptedOptions,
	type ScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import {
	openTestApp,
	type TestApp,
	type TestTeam,
} from "../../testing/test-app.ts";

export const PATH = "/api/text2image/generate";
export const PROMPT =
	"A serene mountain lake at sunset with snow-capped peaks in the background";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export interface SentImage {
	readonly image_base64: string;
	readonly image_format: string;
	readonly size: string;
	readonly seed: number | null;
}

export interface SuccessAnswer {
	readonly request: { readonly parameters: Record<string, unknown> };
	readonly process: {
		readonly id: string;
		readonly started: string;
		readonly completed: string;
		readonly duration: number;
		readonly llm_info: {
			readonly total_tokens: number;
			readonly total_cost: number | null;
			readonly requests: readonly Record<string, unknown>[];
		};
		readonly is_from_cache: boolean;
		readonly cache_key: string | null;
	};
	readonly data: SentImage & {
		readonly model: string;
		readonly prompt: string;
		readonly images: readonly SentImage[];
		readonly warnings?: readonly {
			readonly kind: string;
			readonly parameter: string;
			readonly message: string;
		}[];
	};
}

export interface ErrorAnswer {
	readonly process: { readonly id: string };
	readonly error: {
		readonly code: string;
		readonly message: string;
		readonly details: Record<string, unknown>;
	};
}

/** An answer with status 200 and the whole envelope, every field checked for its type. */
export function succeeded(response: LightMyRequestResponse): SuccessAnswer {
	assert.equal(response.statusCode, 200, response.body.slice(0, 500));
	assert.match(String(response.headers["content-type"]), /^application\/json/);
	const body = response.json();
	assert.equal(body.status, "success");
	assert.equal(body.error, null);
	checkRequest(body);
	assert.deepEqual(Object.keys(body.request.parameters).slice(0, 4), [
		"prompt",
		"size",
		"quality",
		"n",
	]);
	checkProcess(body);
	assert.match(body.process.completed, ISO);
	assert.equal(typeof body.process.duration, "number");
	const { llm_info } = body.process;
	assert.deepEqual(Object.keys(llm_info), [
		"total_tokens",
		"total_cost",
		"requests",
	]);
	for (const call of llm_info.requests) {
		assert.deepEqual(Object.keys(call), [
			"model",
			"purpose",
			"tokens",
			"duration_ms",
			"processor",
		]);
		assert.equal(call.purpose, "text2image");
		assert.ok(call.duration_ms >= 0);
	}
	const { warnings, ...data } = body.data;
	assert.deepEqual(Object.keys(data), [
		"image_base64",
		"image_format",
		"size",
		"model",
		"prompt",
		"seed",
		"images",
	]);
	assert.equal(data.image_base64, data.images[0].image_base64);
	assert.equal(data.image_format, data.images[0].image_format);
	for (const image of data.images) {
		assert.deepEqual(Object.keys(image), [
			"image_base64",
			"image_format",
			"size",
			"seed",
		]);
	}
	assert.notDeepEqual(warnings, []);
	return body;
}

/** An answer with the whole error envelope, with null where the contract has null. */
export function refused(
	response: LightMyRequestResponse,
	status: number,
	code: string,
): ErrorAnswer {
	const body = response.json();
	assert.equal(response.statusCode, status, response.body);
	assert.equal(body.error.code, code, response.body);
	assert.equal(body.status, "error");
	assert.equal(body.data, null);
	checkRequest(body);
	assert.deepEqual(body.request.parameters, {});
	checkProcess(body);
	const { completed, duration, llm_info, is_from_cache, cache_key } =
		body.process;
	assert.deepEqual(
		{ completed, duration, llm_info, is_from_cache, cache_key },
		{
			completed: null,
			duration: null,
			llm_info: null,
			is_from_cache: false,
			cache_key: null,
		},
	);
	assert.deepEqual(Object.keys(body.error), ["code", "message", "details"]);
	return body;
}

function checkRequest(body: { request: Record<string, unknown> }): void {
	assert.deepEqual(Object.keys(body), [
		"status",
		"request",
		"process",
		"data",
		"error",
	]);
	assert.deepEqual(Object.keys(body.request), [
		"processor",
		"timestamp",
		"parameters",
	]);
	assert.equal(body.request.processor, "text2image");
	assert.match(String(body.request.timestamp), ISO);
}

function checkProcess(body: { process: Record<string, unknown> }): void {
	const { process } = body;
	assert.deepEqual(Object.keys(process), [
		"id",
		"main_processor",
		"started",
		"completed",
		"duration",
		"sub_processors",
		"llm_info",
		"is_from_cache",
		"cache_key",
	]);
	assert.match(String(process.id), /^[\w-]{10,}$/);
	assert.equal(process.main_processor, "text2image");
	assert.match(String(process.started), ISO);
	assert.deepEqual(process.sub_processors, []);
}

/** Format and pixels of the bytes that an image really has. */
export async function pixelsOf(
	image: SentImage,
): Promise<{ format: string; size: string }> {
	const bytes = Buffer.from(image.image_base64, "base64");
	assert.equal(bytes.toString("base64"), image.image_base64);
	const { format, width, height } = await sharp(bytes).metadata();
	return { format, size: `${width}x${height}` };
}

export interface Text2Image extends TestApp {
	readonly provider: ScriptedProvider;
	readonly customer: TestTeam;
	/** Asks with the customer's apiKey and a JSON body. */
	ask(
		body: object,
		headers?: Record<string, string>,
	): Promise<LightMyRequestResponse>;
	/** Asks with the customer's apiKey. */
	send(request: InjectOptions): Promise<LightMyRequestResponse>;
	/** Credits the customer has left of 100. */
	balance(): Promise<number>;
}

/** An app whose default model is drawn by a provider that does what the test says. */
export async function openText2Image(
	test: Pick<TestContext, "after">,
	options: {
		readonly environment?: Readonly<Record<string, string>>;
		readonly model?: ScriptedModelChanges;
		readonly provider?: ScriptedOptions;
	} = {},
): Promise<Text2Image> {
	const provider = createScriptedProvider(options.provider);
	const testApp = await openTestApp(test, {
		providers: [provider],
		models: [
			scriptedModel(options.model),
			scriptedModel({ id: "openai/dall-e-3", provider: "not here" }),
		],
		environment: { GESSO_DEFAULT_MODEL: "scripted", ...options.environment },
	});
	const customer = await testApp.team(100);
	const { server, engine } = testApp.app;
	const send = async (request: InjectOptions) =>
		await server.inject({
			method: "POST",
			url: PATH,
			...request,
			headers: { ...customer.headers, ...request.headers },
		});
	return {
		...testApp,
		provider,
		customer,
		send,
		ask: async (body, headers = {}) => await send({ payload: body, headers }),
		balance: async () => (await engine.creditSums(customer.principal)).balance,
	};
}

/** Forms are written by hand here, so that they can be broken too. */
export const BOUNDARY = "----gesso";
export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

export function part(name: string, value: string, more = ""): string {
	return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
}

export function form(...parts: string[]): string {
	return `${parts.join("")}--${BOUNDARY}--\r\n`;
}

export function multipartOf(fields: Record<string, string>): string {
	return form(
		...Object.entries(fields).map(([name, value]) => part(name, value)),
	);
}

export async function sendMultipart(
	{ send }: Text2Image,
	payload: string | Buffer,
	type = MULTIPART,
) {
	return await send({ headers: { "content-type": type }, payload });
}
