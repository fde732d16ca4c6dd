/** What every answer with pictures must look like, and an app to ask for one. */
import assert from "node:assert/strict";
import path from "node:path";
import type { TestContext } from "node:test";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import sharp from "sharp";
import {
	createScriptedProvider,
	type ScriptedModelChanges,
	type ScriptedOptions,
	type ScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import { filesBelow } from "../../../testing/snapshot.ts";
import {
	openTestApp,
	type TestApp,
	type TestTeam,
} from "../../../testing/test-app.ts";
import { waitUntil } from "../../../testing/wait-until.ts";

export interface ImagesHouse extends TestApp {
	readonly provider: ScriptedProvider;
	readonly customer: TestTeam;
	balance(): Promise<number>;
	post(
		url: string,
		payload: unknown,
		headers?: Readonly<Record<string, string>>,
	): Promise<LightMyRequestResponse>;
	/** Passes when no upload is left lying about. */
	assertNothingStaged(): Promise<void>;
}

export async function openImages(
	test: Pick<TestContext, "after">,
	options: {
		readonly model?: ScriptedModelChanges;
		readonly scripted?: ScriptedOptions;
		readonly environment?: Readonly<Record<string, string>>;
	} = {},
): Promise<ImagesHouse> {
	const provider = createScriptedProvider(options.scripted);
	const house = await openTestApp(test, {
		providers: [provider],
		models: [scriptedModel(options.model)],
		environment: { GESSO_DEFAULT_MODEL: "scripted", ...options.environment },
	});
	const customer = await house.team(100);
	return {
		...house,
		provider,
		customer,
		balance: async () =>
			(await house.app.engine.creditSums(customer.principal)).balance,
		post: async (url, payload, headers = {}) =>
			await house.app.server.inject({
				method: "POST",
				url,
				headers: {
					...customer.headers,
					"content-type": "application/json",
					...headers,
				},
				payload:
					typeof payload === "string" || Buffer.isBuffer(payload)
						? payload
						: JSON.stringify(payload),
			} satisfies InjectOptions),
		assertNothingStaged: async () => {
			const staging = path.join(house.place.dataDirectory, "staging");
			await waitUntil(async () => filesBelow(staging).length === 0);
		},
	};
}

export interface SentPicture {
	readonly b64_json?: string;
	readonly url?: string;
	readonly id: string;
	readonly media_type: string;
	readonly revised_prompt?: string;
}

export interface ImagesAnswer {
	readonly created: number;
	readonly model: string;
	readonly output_format: string;
	readonly size: string;
	readonly quality?: string;
	readonly background?: string;
	readonly data: readonly [SentPicture, ...SentPicture[]];
	readonly usage?: Readonly<Record<string, number>>;
	readonly credits: number;
	readonly warnings?: readonly {
		readonly kind: string;
		readonly parameter: string;
		readonly message: string;
	}[];
}

/** Holds an answer against the contract: S3-15, and what SDKs need. */
export function succeeded(response: LightMyRequestResponse): ImagesAnswer {
	assert.equal(response.statusCode, 200, response.body.slice(0, 500));
	assert.match(String(response.headers["content-type"]), /^application\/json/);
	assert.equal(
		Number(response.headers["content-length"]),
		response.rawPayload.length,
	);
	assert.ok(response.headers["x-request-id"]);
	const answer: ImagesAnswer = response.json();
	assert.ok(Number.isInteger(answer.created));
	assert.ok(answer.data.length > 0);
	for (const picture of answer.data) {
		assert.match(picture.id, /^jan_[0-9a-z]{26}$/);
		assert.ok(picture.url !== undefined || picture.b64_json !== undefined);
	}
	return answer;
}

/** Holds a refusal against OpenAI's error object and Jan's. */
export function refused(
	response: LightMyRequestResponse,
	status: number,
	param: string | null,
): { readonly message: string; readonly code: string } {
	assert.equal(response.statusCode, status, response.body.slice(0, 500));
	const body = response.json();
	assert.equal(typeof body.error.message, "string");
	assert.equal(body.message, body.error.message);
	assert.equal(body.code, body.error.code);
	assert.equal(body.error.param, param, response.body.slice(0, 500));
	return body.error;
}

export function parametersWarnedOf({ warnings = [] }: ImagesAnswer): string[] {
	return warnings.map(({ parameter }) => parameter);
}

/** What the bytes really are. */
export async function factsOf(base64: string | undefined): Promise<string> {
	assert.ok(base64);
	const bytes = Buffer.from(base64, "base64");
	assert.equal(bytes.toString("base64"), base64);
	const { format, width, height } = await sharp(bytes).metadata();
	return `${format} ${width}x${height}`;
}

/* ---- Forms ---- */

export const BOUNDARY = "----gesso-boundary";
export const MULTIPART = {
	"content-type": `multipart/form-data; boundary=${BOUNDARY}`,
};

export function part(name: string, text: string): Buffer {
	return Buffer.from(
		`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
	);
}

export function filePart(
	name: string,
	bytes: Buffer,
	type = "application/octet-stream",
): Buffer {
	return Buffer.concat([
		Buffer.from(
			`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="upload"\r\nContent-Type: ${type}\r\n\r\n`,
		),
		bytes,
		Buffer.from("\r\n"),
	]);
}

export function form(...parts: readonly Buffer[]): Buffer {
	return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
