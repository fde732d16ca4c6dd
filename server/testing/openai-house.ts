/** The application with a provider that draws and one that talks, asked in the OpenAI dialect. */
import type { TestContext } from "node:test";
import {
	createScriptedProvider,
	type ScriptedProvider,
	scriptedModel,
} from "./scripted-provider.ts";
import {
	createScriptedTalker,
	type ScriptedTalker,
	talkingModel,
} from "./scripted-talker.ts";
import {
	openTestApp,
	type TestApp,
	type TestAppOptions,
	type TestTeam,
} from "./test-app.ts";

export interface OpenAiAnswer {
	readonly status: number;
	readonly text: string;
	readonly headers: Readonly<Record<string, unknown>>;
	// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
	readonly body: any;
	/** The data of its server-sent events, `[DONE]` left out. */
	// biome-ignore lint/suspicious/noExplicitAny: as above
	readonly events: any[];
}

export interface OpenAiHouse extends TestApp {
	readonly provider: ScriptedProvider;
	readonly talker: ScriptedTalker;
	readonly own: TestTeam;
	balance(): Promise<number>;
	ask(
		method: "GET" | "POST" | "DELETE",
		path: string,
		payload?: object | string,
		headers?: Readonly<Record<string, string>>,
	): Promise<OpenAiAnswer>;
}

export async function openOpenAiHouse(
	t: TestContext,
	environment: Readonly<Record<string, string>> = {},
	replacements: Pick<TestAppOptions, "keepAliveMs"> = {},
): Promise<OpenAiHouse> {
	const provider = createScriptedProvider();
	const talker = createScriptedTalker();
	const house = await openTestApp(t, {
		...replacements,
		providers: [provider, talker],
		models: [scriptedModel({ image: { partialImages: 3 } }), talkingModel()],
		environment: {
			GESSO_DEFAULT_MODEL: "scripted",
			GESSO_POLL_MS: "20",
			...environment,
		},
	});
	const own = await house.team(100);
	return {
		...house,
		provider,
		talker,
		own,
		balance: async () =>
			(await house.app.engine.creditSums(own.principal)).balance,
		ask: async (method, path, payload, headers = own.headers) => {
			const response = await house.app.server.inject({
				method,
				url: path,
				headers: {
					...(payload !== undefined && { "content-type": "application/json" }),
					...headers,
				},
				...(payload !== undefined && {
					payload:
						typeof payload === "string" ? payload : JSON.stringify(payload),
				}),
			});
			const type = String(response.headers["content-type"]);
			return {
				status: response.statusCode,
				text: response.body,
				headers: response.headers,
				body: type.startsWith("application/json") ? response.json() : undefined,
				events: response.body
					.split("\n")
					.filter((line) => line.startsWith("data: {"))
					.map((line) => JSON.parse(line.slice("data: ".length))),
			};
		},
	};
}

/** The last part of a URL of this server, to be asked for without a socket. */
export function pathIn(url: string): string {
	const { pathname, search } = new URL(url);
	return pathname + search;
}
