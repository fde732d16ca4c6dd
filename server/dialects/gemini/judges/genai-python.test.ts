/** Google's own client for Python, started as its users start it: `genai_python.py` says what it does. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTier } from "../../../engine/teams/teams.ts";
import { findPython } from "../../../testing/python-environment.ts";
import { judgeByPython } from "../../../testing/python-judge.ts";
import { openJudged, plainPicture } from "./judged-contract.ts";

test("S2-1 to S2-11: Google's client for Python gets what it expects", async (t) => {
	const python = findPython(t);
	if (python === null) return;
	const house = await openJudged(t, {
		environment: { GESSO_TIER_FREE_REQUESTS_PER_MINUTE: "1" },
	});
	const poor = await house.team(0);
	const limited = await house.team();
	await setTier(house.app.database.queries, limited.teamId, "free");
	const picture = path.join(house.place.dataDirectory, "picture.png");
	const size = { width: 63, height: 27 };
	writeFileSync(picture, await plainPicture({ r: 200, g: 40, b: 40 }, size));
	await judgeByPython(t, {
		python,
		program: path.join(import.meta.dirname, "genai_python.py"),
		promises: 13,
		environment: {
			GESSO_URL: house.url,
			GESSO_API_KEY: house.customer.apiKey,
			GESSO_POOR_API_KEY: poor.apiKey,
			GESSO_LIMITED_API_KEY: limited.apiKey,
			GESSO_PICTURE: picture,
		},
	});
	const pieces = new Map<string, number>();
	for (const line of house.received.filter((each) => /upload_id=/.test(each)))
		pieces.set(line, (pieces.get(line) ?? 0) + 1);
	assert.equal(Math.max(...pieces.values()), 4, "30 MB, 8 MiB at a time");
});
