/** What the tests of the team API share: an app, a team, and requests in its words. */
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { createScriptedProvider, scriptedModel } from "./scripted-provider.ts";
import { openTestApp, type TestTeam } from "./test-app.ts";

/** Bodies are looked into field by field, and a wrong guess fails the test. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
type Body = any;

export interface Answer {
	readonly status: number;
	readonly body: Body;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly bytes: Buffer;
}

type Headers = Readonly<Record<string, string>>;

export async function openPlatform(
	t: Pick<TestContext, "after">,
	options: {
		withPainter?: boolean;
		environment?: Readonly<Record<string, string>>;
		credits?: number;
	} = {},
) {
	const provider = createScriptedProvider();
	const { app, team, place } = await openTestApp(t, {
		...(options.withPainter
			? {}
			: { providers: [provider], models: [scriptedModel()] }),
		environment: {
			...(options.withPainter ? {} : { GESSO_DEFAULT_MODEL: "scripted" }),
			...options.environment,
		},
	});
	const own: TestTeam = await team(options.credits);

	async function ask(
		method: "GET" | "POST" | "PATCH" | "DELETE",
		path: string,
		body?: unknown,
		headers: Headers = own.headers,
	): Promise<Answer> {
		const response = await app.server.inject({
			method,
			url: path,
			headers: {
				...headers,
				...(body === undefined ? {} : { "content-type": "application/json" }),
			},
			...(body === undefined
				? {}
				: { payload: typeof body === "string" ? body : JSON.stringify(body) }),
		});
		const isJson = /^application\/json/.test(
			String(response.headers["content-type"]),
		);
		return {
			status: response.statusCode,
			body: isJson ? response.json() : undefined,
			headers: response.headers,
			bytes: response.rawPayload,
		};
	}

	const generations = "/v0/images/generations";
	const get = Object.assign(
		(path: string, headers?: Headers) =>
			ask("GET", generations + path, undefined, headers),
		{
			/** Polls until a generation is neither queued nor active. */
			async untilEnded(id: string): Promise<Body> {
				for (;;) {
					const { body } = await ask("GET", `${generations}/${id}`);
					if (!["queued", "active"].includes(body.data.status))
						return body.data;
					await sleep(10);
				}
			},
		},
	);
	return {
		app,
		ask,
		get,
		post: (path: string, body: unknown, headers?: Headers) =>
			ask("POST", generations + path, body, headers),
		provider,
		headers: own.headers as Headers,
		teamId: own.teamId,
		dataDirectory: place.dataDirectory,
		clock: app.clock,
		otherTeam: team,
		balance: async (): Promise<number> =>
			(await ask("GET", "/v0/usage")).body.data.credits.balance,
		picture: (width: number, height: number) =>
			sharp({
				create: { width, height, channels: 3, background: "rebeccapurple" },
			})
				.png()
				.toBuffer(),
	};
}
