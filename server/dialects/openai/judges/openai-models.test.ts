/** OpenAI's own client for Node comes in as a guest or with an apiKey, and sees which models there are (S3-2, S3-3). */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import { openJudged, SMALL } from "./judged-contract.ts";

test("S3-3, S3-12: models are listed and read by any name, with slashes in it or not", async (t) => {
	const { client, received } = await openJudged(t, {
		providers: [createScriptedProvider()],
		models: [
			scriptedModel(),
			scriptedModel({ id: "black-forest-labs/flux-1", aliases: ["flux"] }),
		],
	});
	const names: string[] = [];
	for await (const { id, object, owned_by } of client.models.list()) {
		assert.equal(object, "model");
		assert.equal(owned_by, "scripted");
		names.push(id);
	}
	assert.deepEqual(names, ["scripted", "black-forest-labs/flux-1", "flux"]);
	for (const name of names)
		assert.equal((await client.models.retrieve(name)).id, name);
	assert.ok(received.includes("GET /v1/models/black-forest-labs%2Fflux-1"));
});

test("S3-2, S3-11: a guest's access token is a key like any other", async (t) => {
	const house = await openJudged(t, {
		providers: [createScriptedProvider()],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted" },
	});
	const login = await fetch(`${house.url}/auth/guest-login`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: "{}",
	});
	const { access_token } = (await login.json()) as { access_token: string };
	const guest = house.clientWith({ apiKey: access_token, maxRetries: 0 });
	assert.equal((await guest.models.list()).data.length, 1);
	const { data } = await guest.images.generate({
		prompt: "A cat",
		size: SMALL,
	});
	assert.equal(data?.length, 1);
	assert.equal(await house.balance(), 100, "nobody else pays for it");
});
