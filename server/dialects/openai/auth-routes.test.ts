/** Logins: guests come in, come again, become teams, and nobody comes in as somebody else. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { type TestContext, test } from "node:test";
import { SignJWT } from "jose";
import { createManualClock } from "../../testing/manual-clock.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { openTestApp } from "../../testing/test-app.ts";

const HOUR_MS = 3_600_000;

async function openHouse(
	t: TestContext,
	environment: Readonly<Record<string, string>> = {},
) {
	const clock = createManualClock(Date.now());
	const { app, team } = await openTestApp(t, {
		clock: clock.now,
		providers: [createScriptedProvider()],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted", ...environment },
	});

	async function ask(
		method: "GET" | "POST" | "DELETE" | "OPTIONS",
		url: string,
		options: {
			token?: string;
			body?: unknown;
			headers?: Record<string, string>;
			address?: string;
		} = {},
	) {
		const { token, body, headers = {}, address } = options;
		const response = await app.server.inject({
			method,
			url,
			headers: {
				...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
				...(body === undefined ? {} : { "content-type": "application/json" }),
				...headers,
			},
			...(body === undefined
				? {}
				: { payload: typeof body === "string" ? body : JSON.stringify(body) }),
			...(address === undefined ? {} : { remoteAddress: address }),
		});
		return {
			status: response.statusCode,
			headers: response.headers,
			text: response.body,
			body: response.body === "" ? undefined : response.json(),
		};
	}

	return {
		app,
		team,
		clock,
		ask,
		login: async () => {
			const answer = await ask("POST", "/auth/guest-login", { body: {} });
			assert.equal(answer.status, 201, answer.text);
			return answer.body as Record<string, string>;
		},
	};
}

test("a guest comes in with an empty object, an empty body or none, and gets what Jan's clients read", async (t) => {
	const { ask } = await openHouse(t);
	const ways = [
		{ body: {} },
		{ headers: { "content-type": "application/json" } },
		{},
	];
	const ids = new Set<string>();
	for (const way of ways) {
		const { status, body, headers } = await ask(
			"POST",
			"/auth/guest-login",
			way,
		);
		assert.equal(status, 201);
		assert.match(body.user_id, /^guest-[0-9a-z]{26}$/);
		assert.equal(body.username, body.user_id);
		assert.match(body.principal_id, /^team_[0-9a-z]{26}$/);
		assert.match(body.access_token, /^eyJhbGciOiJSUzI1NiIs/);
		assert.equal(body.token_type, "Bearer");
		assert.equal(body.expires_in, 3_600);
		assert.equal(headers["cache-control"], "no-store");
		ids.add(body.user_id);
	}
	assert.equal(ids.size, 3, "each is a new guest");
});

test("an access token opens /v1 and /auth, and no other dialect", async (t) => {
	const { ask, login } = await openHouse(t);
	const { access_token: token = "", user_id } = await login();
	assert.equal((await ask("GET", "/v1/models", { token })).status, 200);
	const me = await ask("GET", "/auth/me", { token });
	assert.equal(me.body.id, user_id);
	assert.equal(me.body.auth_method, "guest");
	assert.equal(me.body.credits, 20);
	assert.equal(me.body.is_admin, false);
	assert.equal((await ask("GET", "/v0/usage", { token })).status, 401);
	const drawn = await ask("POST", "/api/text2image/generate", {
		token,
		body: { prompt: "a" },
	});
	assert.equal(drawn.status, 401);
});

test("X-API-Key is as good as a Bearer token, for an apiKey and for an access token", async (t) => {
	const { ask, login, team } = await openHouse(t);
	const { apiKey, teamId } = await team();
	for (const secret of [apiKey, (await login()).access_token ?? ""]) {
		const answer = await ask("GET", "/v1/models", {
			headers: { "x-api-key": secret },
		});
		assert.equal(answer.status, 200, answer.text);
	}
	const me = await ask("GET", "/auth/me", { token: apiKey });
	assert.deepEqual(
		[me.body.id, me.body.auth_method, me.body.roles],
		[teamId, "api_key", ["admin"]],
	);
});

test("an access token ends after an hour, and the refresh token gives the next one", async (t) => {
	const { ask, login, clock } = await openHouse(t);
	const first = await login();
	clock.advance(HOUR_MS - 1_000);
	const models = (token = "") => ask("GET", "/v1/models", { token });
	assert.equal((await models(first.access_token)).status, 200);
	clock.advance(1_000);
	const late = await models(first.access_token);
	assert.equal(late.status, 401);
	assert.equal(late.body.error.code, "invalid_api_key");
	assert.equal(late.headers["x-should-retry"], "false");

	const { refresh_token } = first;
	const next = await ask("POST", "/auth/refresh-token", {
		body: { refresh_token },
	});
	assert.equal(next.status, 200, next.text);
	assert.equal(next.body.user_id, first.user_id);
	assert.notEqual(next.body.refresh_token, refresh_token);
	assert.equal((await models(next.body.access_token)).status, 200);
	const again = await ask("POST", "/auth/refresh", {
		body: { refresh_token: next.body.refresh_token },
	});
	assert.equal(again.status, 200);
});

test("a refresh token whose answer was lost is sent again; a minute later it ends all tokens of its guest, and of nobody else", async (t) => {
	const { ask, login, clock } = await openHouse(t);
	const [first, other] = [await login(), await login()];
	const refresh = (refresh_token: string) =>
		ask("POST", "/auth/refresh-token", { body: { refresh_token } });
	const models = (token: string) => ask("GET", "/v1/models", { token });
	const lost = await refresh(first.refresh_token ?? "");
	clock.advance(60_000);
	const next = await refresh(first.refresh_token ?? "");
	assert.equal(next.status, 200, next.text);
	assert.equal(next.body.user_id, first.user_id);
	for (const { body } of [lost, next])
		assert.equal((await models(body.access_token)).status, 200);
	clock.advance(1);
	assert.equal((await refresh(first.refresh_token ?? "")).status, 401);
	assert.equal((await refresh(next.body.refresh_token)).status, 401);
	assert.equal((await models(next.body.access_token)).status, 401);
	assert.equal((await models(other.access_token ?? "")).status, 200);
});

test("what is no refresh token gives nothing", async (t) => {
	const { ask, login } = await openHouse(t);
	const { access_token, refresh_token = "" } = await login();
	for (const wrong of [
		"",
		"grt-",
		"grt-\0",
		refresh_token.toUpperCase(),
		`${refresh_token}x`,
		access_token,
	]) {
		const body = { refresh_token: wrong };
		const answer = await ask("POST", "/auth/refresh-token", { body });
		assert.equal(answer.status, 401, wrong);
	}
	for (const body of [{}, { refresh_token: null }, { refresh_token: 7 }, []]) {
		const answer = await ask("POST", "/auth/refresh-token", { body });
		assert.equal(answer.status, 400, answer.text);
	}
});

test("a guest becomes a team: it keeps its credits, has an apiKey, and its tokens end", async (t) => {
	const { ask, login } = await openHouse(t);
	const guest = await login();
	const { access_token: token = "" } = guest;
	for (const name of [undefined, null, "", "  ", "a\0b", "x".repeat(201), 5]) {
		const answer = await ask("POST", "/auth/upgrade", {
			token,
			body: { name },
		});
		assert.equal(answer.status, 400, `${name}`);
		assert.equal(answer.body.error.param, "name");
	}
	const upgraded = await ask("POST", "/auth/upgrade", {
		token,
		body: { username: "Rug shop" },
	});
	assert.equal(upgraded.status, 200, upgraded.text);
	assert.match(upgraded.body.api_key, /^sk-img-/);
	assert.equal(upgraded.body.principal_id, guest.principal_id);
	assert.equal(upgraded.body.credits, 20);

	const me = await ask("GET", "/auth/me", { token: upgraded.body.api_key });
	assert.deepEqual(
		[me.body.id, me.body.name, me.body.auth_method],
		[guest.principal_id, "Rug shop", "api_key"],
	);
	const usage = await ask("GET", "/v0/usage", { token: upgraded.body.api_key });
	assert.equal(usage.body.data.credits.balance, 20);
	assert.equal((await ask("GET", "/auth/me", { token })).status, 401);
	const refreshed = await ask("POST", "/auth/refresh-token", {
		body: { refresh_token: guest.refresh_token },
	});
	assert.equal(refreshed.status, 401);
	const again = await ask("POST", "/auth/upgrade", {
		token: upgraded.body.api_key,
		body: { name: "Again" },
	});
	assert.equal(again.status, 409);
});

test("logging out ends a guest's tokens at once, and no apiKey", async (t) => {
	const { ask, login, team } = await openHouse(t);
	const guest = await login();
	const token = guest.access_token ?? "";
	const out = await ask("POST", "/auth/logout", { token });
	assert.deepEqual([out.status, out.body], [200, { status: "logged out" }]);
	assert.equal((await ask("GET", "/v1/models", { token })).status, 401);
	const { refresh_token } = guest;
	const body = { refresh_token };
	assert.equal(
		(await ask("POST", "/auth/refresh-token", { body })).status,
		401,
	);
	const { apiKey } = await team();
	assert.equal(
		(await ask("GET", "/auth/logout", { token: apiKey })).status,
		200,
	);
	assert.equal((await ask("GET", "/v1/models", { token: apiKey })).status, 200);
});

test("a server that admits no guests says so", async (t) => {
	const { ask } = await openHouse(t, { GESSO_GUESTS_ENABLED: "false" });
	const answer = await ask("POST", "/auth/guest-login", { body: {} });
	assert.equal(answer.status, 403);
	assert.equal(answer.body.error.type, "permission_error");
	const refreshed = await ask("POST", "/auth/refresh-token", {
		body: { refresh_token: "grt-x" },
	});
	assert.equal(refreshed.status, 403);
});

test("forged, foreign and malformed tokens let nobody in", async (t) => {
	const { ask, login, clock } = await openHouse(t);
	const { access_token: good = "", principal_id: victim = "" } = await login();
	const [header = "", payload = "", signature = ""] = good.split(".");
	const text = (part: object) =>
		Buffer.from(JSON.stringify(part)).toString("base64url");
	const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });
	const now = Math.floor(clock.now() / 1000);
	const signed = await new SignJWT()
		.setProtectedHeader({ alg: "RS256", typ: "at+jwt" })
		.setSubject(victim)
		.setIssuer("gesso")
		.setAudience("gesso")
		.setIssuedAt(now)
		.setExpirationTime(now + 3_600)
		.sign(foreign.privateKey);
	const forged = [
		signed,
		`${text({ alg: "none", typ: "at+jwt" })}.${payload}.`,
		`${text({ alg: "none", typ: "at+jwt" })}.${payload}.${signature}`,
		`${text({ alg: "HS256", typ: "at+jwt" })}.${payload}.${signature}`,
		`${header}.${text({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), exp: now + 1e9 })}.${signature}`,
		`${header}.${payload}.${signature.slice(0, -4)}AAAA`,
		`${header}.${payload}.`,
		"..",
		"a.b.c",
		`${header}.${payload}.${signature}.x`,
		`${header}.${payload}`,
		"sk-img-",
		"x",
		"\u00e9.\u00e9.\u00e9",
		`${"a".repeat(4_000)}.${"b".repeat(4_000)}.c`,
	];
	for (const token of forged) {
		const answer = await ask("GET", "/auth/me", { token });
		assert.equal(answer.status, 401, token.slice(0, 80));
		assert.equal(answer.body.error.type, "authentication_error");
		assert.equal(answer.headers["www-authenticate"], "Bearer");
	}
	assert.equal((await ask("GET", "/auth/me", { token: good })).status, 200);
});

test("ten thousand logins from one address make ten guests, and the server goes on", async (t) => {
	const { ask, app } = await openHouse(t);
	let admitted = 0;
	let left = 10_000;
	async function knock(): Promise<void> {
		while (left-- > 0) {
			const { status, headers, text } = await ask("POST", "/auth/guest-login");
			if (status === 201) admitted++;
			else {
				assert.equal(status, 429, text);
				assert.equal(headers["retry-after"], "60");
				assert.equal(headers["x-should-retry"], "true");
			}
		}
	}
	await Promise.all(Array.from({ length: 500 }, knock));
	assert.equal(admitted, 10);
	const { queries } = app.database;
	const teams = await queries.selectFrom("teams").select("kind").execute();
	const uses = await queries.selectFrom("limit_uses").selectAll().execute();
	assert.deepEqual(
		teams.map(({ kind }) => kind),
		Array(10).fill("guest"),
	);
	assert.doesNotMatch(JSON.stringify(uses), /127\.0\.0\.1/);
	assert.equal((await ask("GET", "/readyz")).status, 200);
});

test("each address has its own logins, and has them again after a minute", async (t) => {
	const { ask, clock } = await openHouse(t, {
		GESSO_GUEST_LOGINS_PER_MINUTE: "1",
	});
	const knock = async (address: string) =>
		(await ask("POST", "/auth/guest-login", { address })).status;
	assert.equal(await knock("192.0.2.1"), 201);
	assert.equal(await knock("192.0.2.1"), 429);
	assert.equal(await knock("::ffff:192.0.2.1"), 429, "the same in IPv6 words");
	assert.equal(await knock("192.0.2.2"), 201);
	assert.equal(await knock("2001:db8::1"), 201);
	assert.equal(await knock("2001:db8::ffff:2"), 429, "the same network");
	assert.equal(await knock("2001:db8:0:1::1"), 201);
	clock.advance(60_000);
	assert.equal(await knock("192.0.2.1"), 201);
});

test("X-Forwarded-For is believed of trusted proxies alone", async (t) => {
	const knock = async (
		{ ask }: Awaited<ReturnType<typeof openHouse>>,
		address: string,
		forwardedFor: string,
	) =>
		(
			await ask("POST", "/auth/guest-login", {
				address,
				headers: { "x-forwarded-for": forwardedFor },
			})
		).status;
	const limits = { GESSO_GUEST_LOGINS_PER_MINUTE: "1" };
	const alone = await openHouse(t, limits);
	assert.equal(await knock(alone, "127.0.0.1", "192.0.2.1"), 201);
	assert.equal(await knock(alone, "127.0.0.1", "192.0.2.2"), 429);

	const behind = await openHouse(t, {
		...limits,
		GESSO_TRUSTED_PROXIES: "loopback, 10.0.0.0/8",
	});
	assert.equal(await knock(behind, "127.0.0.1", "192.0.2.1"), 201);
	assert.equal(await knock(behind, "10.1.2.3", "192.0.2.2"), 201);
	assert.equal(await knock(behind, "10.1.2.3", "6.6.6.6, 192.0.2.2"), 429);
	assert.equal(await knock(behind, "203.0.113.5", "192.0.2.3"), 201);
	assert.equal(await knock(behind, "203.0.113.5", "192.0.2.4"), 429);
});
