/** What a caller is told when its team's tier allows no more for now (S2-9, S2-11): one behaviour, one column for each dialect. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTier } from "../engine/teams/teams.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../testing/scripted-provider.ts";
import { openTestApp, type TestTeam } from "../testing/test-app.ts";

interface Expected {
	readonly path: string;
	readonly body: (count: number) => object;
	readonly headers: (team: TestTeam) => Record<string, string>;
	/** Status and words of a minute, and of a day, that is used up. */
	readonly minute: readonly [number, RegExp];
	readonly day: readonly [number, RegExp];
}

const DIALECTS: Readonly<Record<string, Expected>> = {
	platform: {
		path: "/v0/images/generations",
		body: (sampleCount) => ({ prompt: "a", resolution: "low", sampleCount }),
		headers: ({ headers }) => headers,
		minute: [429, /"reason":"RATE_LIMITED"/],
		day: [429, /"reason":"RESOURCE_EXHAUSTED"/],
	},
	text2image: {
		path: "/api/text2image/generate",
		body: (n) => ({ prompt: "a", size: "256x256", n, useCache: false }),
		headers: ({ headers }) => headers,
		minute: [429, /RATE_LIMITED/],
		day: [429, /QUOTA_EXHAUSTED[\s\S]*RESOURCE_EXHAUSTED/],
	},
	openai: {
		path: "/v1/images/generations",
		body: (n) => ({ prompt: "a", size: "256x256", n }),
		headers: ({ headers }) => headers,
		minute: [429, /rate_limit_exceeded/],
		day: [429, /insufficient_quota/],
	},
	gemini: {
		path: "/v1beta/models/scripted:predict",
		body: (sampleCount) => ({
			instances: [{ prompt: "a" }],
			parameters: { sampleCount },
		}),
		headers: ({ apiKey }) => ({ "x-goog-api-key": apiKey }),
		minute: [
			429,
			/RESOURCE_EXHAUSTED[\s\S]*"reason":"RATE_LIMITED"[\s\S]*"retryDelay":"\d+s"/,
		],
		day: [
			429,
			/RESOURCE_EXHAUSTED[\s\S]*"reason":"RESOURCE_EXHAUSTED"[\s\S]*"retryDelay":"\d+s"/,
		],
	},
};

for (const [name, dialect] of Object.entries(DIALECTS)) {
	test(`S2-9, S2-11, S2-d: ${name}: what is over a tier's minute or day is a 429 that says which, and when to come back`, async (t) => {
		const { app, team } = await openTestApp(t, {
			providers: [createScriptedProvider()],
			models: [scriptedModel()],
			environment: {
				GESSO_TIER_FREE_REQUESTS_PER_MINUTE: "2",
				GESSO_TIER_FREE_IMAGES_PER_DAY: "3",
			},
		});
		const own = await team(100);
		await setTier(app.database.queries, own.teamId, "free");
		const ask = async (count: number) =>
			await app.server.inject({
				method: "POST",
				url: dialect.path,
				headers: dialect.headers(own),
				payload: dialect.body(count),
			});
		const refused = async (
			count: number,
			[status, words]: readonly [number, RegExp],
		) => {
			const answer = await ask(count);
			assert.equal(answer.statusCode, status, answer.body);
			assert.match(answer.body, words);
			assert.match(String(answer.headers["retry-after"]), /^\d+$/);
		};
		assert.equal((await ask(2)).statusCode, 200);
		await refused(2, dialect.day);
		assert.equal((await ask(1)).statusCode, 200);
		await refused(1, dialect.minute);
		assert.equal(
			(await app.engine.creditSums(own.principal)).balance,
			97,
			"only what was drawn is charged",
		);
	});
}
