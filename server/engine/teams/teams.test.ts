/** Who may come in: apiKeys that are shown once, belong to one team, and stop working when they are revoked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { scriptedModel } from "../../testing/scripted-provider.ts";
import { openTestEngine } from "../../testing/test-engine.ts";
import { EngineError } from "../errors.ts";
import type { GenerationRequest } from "../generations/request.ts";
import {
	authenticate,
	createApiKey,
	createTeam,
	listApiKeys,
	listTeams,
	revokeApiKey,
	setDefaultModel,
} from "./teams.ts";

test("an apiKey lets in its own team, in its own role, until it is revoked", async (t) => {
	const { dependencies, engine } = await openTestEngine(t);
	const teamId = await createTeam(dependencies, { name: "a", credits: 3 });
	const made = await createApiKey(dependencies, {
		teamId,
		name: "shop",
		role: "member",
	});
	assert.match(made.apiKey, /^sk-img-[\w-]{43}$/);
	const principal = await engine.authenticate(made.apiKey);
	assert.deepEqual(principal, {
		teamId,
		kind: "team",
		apiKeyId: made.id,
		role: "member",
	});
	await revokeApiKey(dependencies, { teamId, id: made.id });
	await assert.rejects(engine.authenticate(made.apiKey), /not valid/);
	await assert.rejects(
		revokeApiKey(dependencies, { teamId, id: made.id }),
		EngineError,
	);
});

test("what is no apiKey lets nobody in", async (t) => {
	const { dependencies, engine } = await openTestEngine(t);
	const { queries } = dependencies.database;
	const teamId = await createTeam(dependencies, { name: "a", credits: 0 });
	const { apiKey } = await createApiKey(dependencies, {
		teamId,
		name: "a",
		role: "admin",
	});
	for (const wrong of [
		"",
		"sk-img-",
		apiKey.slice(0, -1),
		`${apiKey}x`,
		apiKey.toUpperCase(),
		` ${apiKey}`,
		apiKey.slice("sk-img-".length),
		"sk-img-\0",
	])
		assert.equal(await authenticate(queries, wrong), null, wrong);
	await assert.rejects(engine.authenticate(undefined), /missing/);
});

test("no table holds an apiKey, and a list shows no more of it than its beginning", async (t) => {
	const { dependencies } = await openTestEngine(t);
	const { queries } = dependencies.database;
	const teamId = await createTeam(dependencies, { name: "a", credits: 0 });
	const { apiKey } = await createApiKey(dependencies, {
		teamId,
		name: "shop",
		role: "admin",
	});
	const rows = JSON.stringify([
		await queries.selectFrom("api_keys").selectAll().execute(),
		await queries.selectFrom("teams").selectAll().execute(),
	]);
	assert.ok(!rows.includes(apiKey));
	assert.ok(!rows.includes(apiKey.slice(0, 20)));
	const [listed] = await listApiKeys(queries, teamId);
	assert.equal(listed?.hint, apiKey.slice(0, 11));
	assert.equal(listed?.revokedAt, null);
});

test("a team cannot revoke another team's apiKey", async (t) => {
	const { dependencies, engine } = await openTestEngine(t);
	const [one, two] = [
		await createTeam(dependencies, { name: "one", credits: 0 }),
		await createTeam(dependencies, { name: "two", credits: 0 }),
	];
	const { id, apiKey } = await createApiKey(dependencies, {
		teamId: one,
		name: "a",
		role: "admin",
	});
	await assert.rejects(
		revokeApiKey(dependencies, { teamId: two, id }),
		EngineError,
	);
	assert.equal((await engine.authenticate(apiKey)).teamId, one);
	assert.deepEqual(await listApiKeys(dependencies.database.queries, two), []);
});

test("teams are listed in the order they came, each with its credits", async (t) => {
	const { dependencies, clock } = await openTestEngine(t);
	for (const [name, credits] of [
		["first", 5],
		["second", 0],
	] as const) {
		await createTeam(dependencies, { name, credits });
		clock.advance(1);
	}
	const teams = await listTeams(dependencies.database.queries);
	assert.deepEqual(
		teams.map(({ name, balance }) => [name, balance]),
		[
			["first", 5],
			["second", 0],
		],
	);
});

test("S1-12, S1-t: a team's own model draws for those who name none: after the request's and the preset's, before the server's", async (t) => {
	const house = await openTestEngine(t, {
		models: ["scripted", "preset's", "team's"].map((id) =>
			scriptedModel({ id }),
		),
		environment: { GESSO_DEFAULT_MODEL: "scripted" },
	});
	const team = await house.team();
	const { queries } = house.dependencies.database;
	const { id: presetId } = await house.engine.presets.create(team, {
		name: "Shelf",
		description: null,
		template: "a shelf",
		negativePrompt: null,
		model: "preset's",
		aspectRatio: null,
		resolution: null,
		count: null,
		requirements: [],
	});
	const preset = { presetId, variables: {}, files: [] };
	const drawer = async (request: Partial<GenerationRequest>) => {
		const id = await house.submit(team, { model: undefined, ...request });
		return (await house.row(id)).model;
	};
	assert.equal(await drawer({}), "scripted");
	await setDefaultModel(queries, team.teamId, "team's");
	assert.equal(await drawer({}), "team's");
	assert.equal(await drawer({ preset }), "preset's");
	assert.equal(await drawer({ preset, model: "scripted" }), "scripted");
	const listed = (await listTeams(queries)).find(
		({ id }) => id === team.teamId,
	);
	assert.equal(listed?.defaultModel, "team's");
	await setDefaultModel(queries, team.teamId, null);
	assert.equal(await drawer({}), "scripted");
});
