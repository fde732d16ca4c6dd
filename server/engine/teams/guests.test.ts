/** Guests: what they are given, what they keep, and when they are forgotten. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { audit } from "../../testing/audit.ts";
import { openTestEngine } from "../../testing/test-engine.ts";
import { EngineError } from "../errors.ts";
import { forgetGuests } from "./forget-guests.ts";
import { createGuests } from "./guests.ts";
import { forgetRefreshTokens } from "./refresh-tokens.ts";
import { insertTeam, listTeams } from "./teams.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function openHouse(t: TestContext) {
	const house = await openTestEngine(t, {
		environment: { GESSO_GUEST_LOGINS_PER_MINUTE: "100" },
	});
	const { guests } = house.engine;
	const { queries } = house.dependencies.database;
	return {
		...house,
		guests,
		queries,
		admit: async () => {
			const session = await guests.admit("somewhere");
			const principal = await guests.authenticate(session.teamId);
			return { ...session, principal };
		},
		isThere: async (id: string) =>
			(await queries
				.selectFrom("teams")
				.select("id")
				.where("id", "=", id)
				.executeTakeFirst()) !== undefined,
	};
}

const unauthenticated = (fault: unknown) =>
	fault instanceof EngineError && fault.code === "unauthenticated";

test("a guest pays for what it draws with credits of its own, and nobody else sees it", async (t) => {
	const { admit, engine, submit, drawn, dependencies } = await openHouse(t);
	const [one, other] = [await admit(), await admit()];
	const id = await submit(one.principal, { count: 2 });
	assert.equal((await drawn(one.principal, id)).status, "completed");
	const sums = await engine.creditSums(one.principal);
	assert.deepEqual([sums.granted, sums.charged, sums.balance], [20, 2, 18]);
	await assert.rejects(engine.getGeneration(other.principal, id), EngineError);
	const seen = await engine.listImages(other.principal, { page: 1, limit: 9 });
	assert.equal(seen.total, 0);
	await assert.rejects(
		submit(one.principal, { count: 10 }).then(() =>
			submit(one.principal, { count: 9 }),
		),
		/credits/,
	);
	const { database, storage } = dependencies;
	const books = { queries: database.queries, storage };
	assert.deepEqual(await audit(books, [other.teamId]), []);
});

test("a guest that becomes a team keeps its pictures and credits", async (t) => {
	const { admit, guests, engine, submit, drawn } = await openHouse(t);
	const { principal, refreshToken } = await admit();
	const id = await submit(principal);
	await drawn(principal, id);
	const { apiKey } = await guests.upgrade(principal, "Rug shop");
	const team = await engine.authenticate(apiKey);
	assert.deepEqual(
		[team.teamId, team.kind, team.role],
		[principal.teamId, "team", "admin"],
	);
	assert.equal((await engine.getGeneration(team, id)).images.length, 1);
	assert.equal((await engine.creditSums(team)).balance, 19);
	await assert.rejects(guests.authenticate(team.teamId), unauthenticated);
	await assert.rejects(guests.refresh(refreshToken), unauthenticated);
});

test("only one of two upgrades at once makes an apiKey", async (t) => {
	const { admit, guests, queries } = await openHouse(t);
	const { principal } = await admit();
	const outcomes = await Promise.allSettled([
		guests.upgrade(principal, "one"),
		guests.upgrade(principal, "other"),
	]);
	const made = outcomes.filter(({ status }) => status === "fulfilled");
	assert.equal(made.length, 1);
	const keys = await queries.selectFrom("api_keys").select("id").execute();
	assert.equal(keys.length, 1);
});

test("a refresh token is good for a minute after its exchange, for many at once too, and nobody is logged out by that", async (t) => {
	const { admit, guests, clock } = await openHouse(t);
	const { teamId, refreshToken } = await admit();
	const sessions = await Promise.all(
		Array.from({ length: 8 }, () => guests.refresh(refreshToken)),
	);
	clock.advance(60_000);
	sessions.push(await guests.refresh(refreshToken));
	const tokens = new Set(sessions.map((session) => session.refreshToken));
	assert.equal(tokens.size, 9);
	assert.ok(!tokens.has(refreshToken));
	for (const session of sessions) {
		assert.equal(session.teamId, teamId);
		await guests.refresh(session.refreshToken);
	}
	await guests.authenticate(teamId);
});

test("a refresh token that comes more than a minute after its exchange ends all of its guest's, and nobody else's", async (t) => {
	const { admit, guests, clock } = await openHouse(t);
	const { teamId, refreshToken } = await admit();
	const bystander = await admit();
	const next = await guests.refresh(refreshToken);
	const other = await guests.refresh(refreshToken);
	clock.advance(60_001);
	const uses = await Promise.allSettled(
		Array.from({ length: 4 }, () => guests.refresh(refreshToken)),
	);
	assert.ok(uses.every(({ status }) => status === "rejected"));
	for (const token of [next.refreshToken, other.refreshToken, refreshToken])
		await assert.rejects(guests.refresh(token), unauthenticated);
	await assert.rejects(guests.authenticate(teamId), unauthenticated);
	await guests.refresh(bystander.refreshToken);
});

test("logging out ends also what a token is good for after its exchange, and what is being exchanged just then", async (t) => {
	const { admit, guests } = await openHouse(t);
	const { principal, refreshToken } = await admit();
	await guests.refresh(refreshToken);
	await guests.logOut(principal);
	await assert.rejects(guests.refresh(refreshToken), unauthenticated);
	const { principal: hasty, refreshToken: token } = await admit();
	const [, ...exchanges] = await Promise.allSettled([
		guests.logOut(hasty),
		...Array.from({ length: 4 }, () => guests.refresh(token)),
	]);
	for (const exchange of exchanges)
		if (exchange.status === "fulfilled")
			await assert.rejects(
				guests.refresh(exchange.value.refreshToken),
				unauthenticated,
			);
	await assert.rejects(guests.authenticate(hasty.teamId), unauthenticated);
});

test("a refresh token is good for ninety days, and no table holds it", async (t) => {
	const { admit, guests, clock, queries, dependencies } = await openHouse(t);
	const first = await admit();
	const rows = await queries.selectFrom("refresh_tokens").selectAll().execute();
	assert.ok(!JSON.stringify(rows).includes(first.refreshToken.slice(4)));
	clock.advance(90 * DAY_MS - 1);
	const next = await guests.refresh(first.refreshToken);
	clock.advance(90 * DAY_MS);
	await assert.rejects(guests.refresh(next.refreshToken), unauthenticated);
	await assert.rejects(guests.authenticate(first.teamId), unauthenticated);
	await forgetRefreshTokens(dependencies);
	const left = await queries.selectFrom("refresh_tokens").selectAll().execute();
	assert.deepEqual(left, []);
});

test("where guests are not admitted, those who were are not let in any more", async (t) => {
	const { admit, dependencies } = await openHouse(t);
	const { teamId, refreshToken } = await admit();
	const closed = createGuests({
		...dependencies,
		settings: { ...dependencies.settings, guestsEnabled: false },
	});
	const forbidden = (fault: unknown) =>
		fault instanceof EngineError && fault.code === "forbidden";
	await assert.rejects(closed.admit("somewhere"), forbidden);
	await assert.rejects(closed.authenticate(teamId), forbidden);
	await assert.rejects(closed.refresh(refreshToken), forbidden);
});

test("guests are no teams to the server's owner", async (t) => {
	const { admit, guests, queries, team } = await openHouse(t);
	const { teamId } = await team();
	await admit();
	const { principal } = await admit();
	await guests.upgrade(principal, "Rug shop");
	const ids = (await listTeams(queries)).map(({ id }) => id);
	assert.deepEqual(ids.sort(), [teamId, principal.teamId].sort());
});

test("a guest who made nothing is forgotten a month after its last visit, without a trace", async (t) => {
	const house = await openHouse(t);
	const { admit, guests, clock, dependencies, isThere, queries } = house;
	const gone = await admit();
	const back = await admit();
	clock.advance(20 * DAY_MS);
	const { refreshToken } = await guests.refresh(back.refreshToken);
	clock.advance(10 * DAY_MS);
	assert.equal(await forgetGuests(dependencies), 0, "not a moment too early");
	clock.advance(1);
	assert.equal(await forgetGuests(dependencies), 1);
	assert.equal(await isThere(gone.teamId), false);
	assert.equal(await isThere(back.teamId), true);
	for (const table of ["refresh_tokens", "ledger_entries"] as const) {
		const rows = await queries.selectFrom(table).select("team_id").execute();
		assert.ok(rows.every(({ team_id }) => team_id === back.teamId));
	}
	await assert.rejects(guests.refresh(gone.refreshToken), unauthenticated);
	await guests.refresh(refreshToken);
});

test("whoever has something is never forgotten: a guest with a picture, one that drew in vain, one that became a team, a team", async (t) => {
	const house = await openHouse(t);
	const { admit, guests, clock, dependencies, isThere } = house;
	const [painter, unlucky, upgraded] = [
		await admit(),
		await admit(),
		await admit(),
	];
	const team = await house.team(0);
	await house.drawn(painter.principal, await house.submit(painter.principal));
	const failed = await house.submit(unlucky.principal);
	await house.engine.cancelGeneration(unlucky.principal, failed);
	await guests.upgrade(upgraded.principal, "Rug shop");
	clock.advance(400 * DAY_MS);
	assert.equal(await forgetGuests(dependencies), 0);
	for (const { teamId } of [painter, unlucky, upgraded, team])
		assert.equal(await isThere(teamId), true);
});

test("many old guests are forgotten bit by bit", async (t) => {
	const { clock, dependencies, queries } = await openHouse(t);
	await dependencies.database.transaction(async (transaction) => {
		for (let count = 0; count < 501; count++)
			await insertTeam(transaction, dependencies, {
				id: dependencies.newId("team"),
				kind: "guest",
				name: "guest",
				credits: 20,
			});
	});
	clock.advance(31 * DAY_MS);
	assert.equal(await forgetGuests(dependencies), 500);
	assert.equal(await forgetGuests(dependencies), 1);
	assert.deepEqual(
		await queries.selectFrom("teams").select("id").execute(),
		[],
	);
});
