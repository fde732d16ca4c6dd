/** What holds in every dialect: one behaviour, one test, one column for each. A new dialect does not compile until it has its column. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../providers/provider.ts";
import {
	createScriptedProvider,
	type ScriptedProvider,
	scriptedModel,
} from "../testing/scripted-provider.ts";
import { openTestApp, type TestTeam } from "../testing/test-app.ts";

const DIALECTS = ["platform", "text2image", "openai", "gemini"] as const;
type DialectName = (typeof DIALECTS)[number];
type Table<T> = Readonly<Record<DialectName, T>>;

/** How each dialect asks for pictures. */
const generate: Table<{ path: string; body: (count: number) => object }> = {
	platform: {
		path: "/v0/images/generations",
		body: (sampleCount) => ({ prompt: "a", resolution: "low", sampleCount }),
	},
	text2image: {
		path: "/api/text2image/generate",
		body: (n) => ({ prompt: "a", size: "256x256", n, useCache: false }),
	},
	openai: {
		path: "/v1/images/generations",
		body: (n) => ({ prompt: "a", size: "256x256", n }),
	},
	gemini: {
		path: "/v1beta/models/scripted:predict",
		body: (sampleCount) => ({
			instances: [{ prompt: "a" }],
			parameters: { sampleImageSize: "512", sampleCount },
		}),
	},
};

/** The same with another prompt, or with something else in its place. */
function saying(name: DialectName, prompt: unknown): object {
	const body = generate[name].body(1);
	return name === "gemini"
		? { ...body, instances: [{ prompt }] }
		: { ...body, prompt };
}

/** A status, or several that a dialect has for the same. */
type Expected = readonly [number | RegExp, RegExp];

interface Answer {
	readonly status: number;
	readonly text: string;
	// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
	readonly body: any;
}

interface House {
	readonly provider: ScriptedProvider;
	readonly own: TestTeam;
	team(credits?: number): Promise<TestTeam>;
	balance(): Promise<number>;
	ask(
		name: DialectName,
		payload: object | string,
		headers?: Readonly<Record<string, string>>,
	): Promise<Answer>;
}

async function openHouse(
	t: TestContext,
	environment: Readonly<Record<string, string>> = {},
): Promise<House> {
	const provider = createScriptedProvider();
	const { app, team } = await openTestApp(t, {
		providers: [provider],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted", ...environment },
	});
	const own = await team(100);
	return {
		provider,
		own,
		team,
		balance: async () => (await app.engine.creditSums(own.principal)).balance,
		ask: async (name, payload, headers = own.headers) => {
			const response = await app.server.inject({
				method: "POST",
				url: generate[name].path,
				headers: { "content-type": "application/json", ...headers },
				payload:
					typeof payload === "string" ? payload : JSON.stringify(payload),
			});
			return {
				status: response.statusCode,
				text: response.body,
				body: response.json(),
			};
		},
	};
}

/** Refused in the dialect's own shape, with the status and the words of the table, and nothing drawn or charged. */
async function assertRefused(
	house: House,
	name: DialectName,
	answer: Answer,
	[status, words]: Expected,
): Promise<void> {
	const text = `${name}: ${answer.text.slice(0, 300)}`;
	if (typeof status === "number") assert.equal(answer.status, status, text);
	else assert.match(String(answer.status), status, text);
	const message: Table<() => unknown> = {
		platform: () => answer.body.error,
		text2image: () => answer.body.error.message,
		openai: () => answer.body.error.message,
		gemini: () => answer.body.error.message,
	};
	assert.equal(typeof message[name](), "string", answer.text.slice(0, 300));
	assert.match(answer.text, words);
	assert.equal(await house.balance(), 100, `${name} charged`);
	assert.equal(house.provider.calls.length, 0, `${name} drew`);
}

for (const name of DIALECTS) {
	test(`${name}: without an apiKey, or with a wrong one, nothing happens`, async (t) => {
		const house = await openHouse(t);
		const expected: Table<Expected> = {
			platform: [401, /unauthenticated/],
			text2image: [401, /UNAUTHORIZED/],
			openai: [401, /authentication_error/],
			gemini: [/^40[03]$/, /API_KEY_INVALID|PERMISSION_DENIED/],
		};
		const wrong: Record<string, string>[] = [
			{},
			{ authorization: "Bearer sk-img-wrong" },
			{ authorization: "Basic c2stOg==" },
		];
		for (const headers of wrong) {
			const answer = await house.ask(name, generate[name].body(1), headers);
			await assertRefused(house, name, answer, expected[name]);
		}
	});

	test(`${name}: malformed JSON is refused`, async (t) => {
		const house = await openHouse(t);
		const expected: Table<Expected> = {
			platform: [400, /not valid JSON/],
			text2image: [400, /PARSE_ERROR/],
			openai: [400, /not valid JSON/],
			gemini: [400, /not valid JSON/],
		};
		for (const payload of ['{"prompt": "a"', "{'a'}", '{"__proto__": 1}']) {
			const answer = await house.ask(name, payload);
			await assertRefused(house, name, answer, expected[name]);
		}
	});

	test(`${name}: a prompt that is missing, empty or of the wrong type is refused`, async (t) => {
		const house = await openHouse(t);
		const expected: Table<Expected> = {
			platform: [400, /"field":"prompt"/],
			text2image: [400, /MISSING_PROMPT|INVALID_PARAMETER/],
			openai: [400, /"param":"prompt"/],
			gemini: [400, /"field":"(contents|instances[^"]*)"/],
		};
		for (const prompt of [undefined, "", "   ", 7, null, ["a"]]) {
			const answer = await house.ask(name, saying(name, prompt));
			await assertRefused(house, name, answer, expected[name]);
		}
	});

	test(`${name}: text that is no text is refused`, async (t) => {
		const house = await openHouse(t);
		for (const prompt of ["a\0b", "\ud800", "x".repeat(32_001)]) {
			const answer = await house.ask(name, saying(name, prompt));
			await assertRefused(house, name, answer, [400, /prompt|contents/]);
		}
	});

	test(`${name}: too many images, or none, are refused`, async (t) => {
		const house = await openHouse(t);
		for (const count of [0, -1, 1_000, 1.5]) {
			const answer = await house.ask(name, generate[name].body(count));
			await assertRefused(house, name, answer, [
				400,
				/sampleCount|sample_count|\bn\b/,
			]);
		}
	});

	test(`${name}: a body over the limit is refused`, async (t) => {
		const house = await openHouse(t, { GESSO_MAX_BODY_BYTES: "2000000" });
		const answer = await house.ask(name, saying(name, "x".repeat(2_000_000)));
		await assertRefused(house, name, answer, [
			name === "gemini" ? 400 : 413,
			/larger|limit|groß|bytes/i,
		]);
	});

	test(`${name}: what the team cannot pay is refused`, async (t) => {
		const house = await openHouse(t);
		const poor = await house.team(1);
		const answer = await house.ask(name, generate[name].body(2), poor.headers);
		await assertRefused(house, name, answer, [
			name === "gemini" ? 429 : 402,
			/credits|Credits|Guthaben/,
		]);
	});

	test(`${name}: a vendor's refusal is told, refunded, and keeps the vendor's words to itself`, async (t) => {
		const house = await openHouse(t);
		house.provider.script = () => ({
			kind: "fail",
			error: new ProviderError(
				"content_blocked",
				"vendor: policy 17b, key 99",
				{
					publicMessage: "The content was refused.",
				},
			),
		});
		const answer = await house.ask(name, generate[name].body(2));
		const expected: Table<Expected> = {
			platform: [422, /content_blocked/],
			text2image: [500, /TEXT2IMAGE_ERROR/],
			openai: [400, /content_policy_violation/],
			gemini: [200, /raiFilteredReason/],
		};
		const [status, words] = expected[name];
		assert.equal(answer.status, status, answer.text.slice(0, 300));
		assert.match(answer.text, words);
		assert.doesNotMatch(answer.text, /17b|key 99/);
		assert.equal(await house.balance(), 100);
	});

	test(`${name}: S3-32: where image generation is switched off, nothing is drawn`, async (t) => {
		const house = await openHouse(t, { IMAGE_GENERATION_ENABLED: "false" });
		const expected: Table<Expected> = {
			platform: [501, /generation_disabled/],
			text2image: [500, /PROVIDER_NOT_CONFIGURED/],
			openai: [501, /feature_not_enabled/],
			gemini: [501, /UNIMPLEMENTED/],
		};
		const answer = await house.ask(name, generate[name].body(1));
		await assertRefused(house, name, answer, expected[name]);
	});

	test(`${name}: an Idempotency-Key makes a repeated request one generation`, async (t) => {
		const house = await openHouse(t);
		const headers = { ...house.own.headers, "idempotency-key": "once" };
		const body = generate[name].body(1);
		const answers = await Promise.all(
			Array.from({ length: 5 }, () => house.ask(name, body, headers)),
		);
		assert.deepEqual(
			answers.map(({ status }) => status),
			[200, 200, 200, 200, 200],
		);
		assert.equal(house.provider.calls.length, 1);
		assert.equal(await house.balance(), 99);
	});
}

test("what is drawn through one dialect is in the library of every other, paid from the same credits", async (t) => {
	const house = await openHouse(t);
	for (const name of DIALECTS) {
		const answer = await house.ask(name, generate[name].body(2));
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
	}
	assert.equal(await house.balance(), 100 - 2 * DIALECTS.length);
});
