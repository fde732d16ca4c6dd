/** OpenAI's own client for Python, started as its users start it: `openai_python.py` says what it does. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { findPython } from "../../../testing/python-environment.ts";
import { judgeByPython } from "../../../testing/python-judge.ts";
import { openJudged, plainPicture } from "./judged-contract.ts";

test("S3-1: OpenAI's client for Python gets what it expects", async (t) => {
	const python = findPython(t);
	if (python === null) return;
	const house = await openJudged(t);
	const off = await openJudged(t, {
		environment: { IMAGE_GENERATION_ENABLED: "false" },
	});
	const file = async (name: string, alpha: number) => {
		const whole = path.join(house.place.dataDirectory, name);
		writeFileSync(whole, await plainPicture({ r: 200, g: 40, b: 40, alpha }));
		return whole;
	};
	await judgeByPython(t, {
		python,
		program: path.join(import.meta.dirname, "openai_python.py"),
		promises: 12,
		environment: {
			GESSO_URL: house.url,
			GESSO_OFF_URL: off.url,
			GESSO_OFF_API_KEY: off.customer.apiKey,
			GESSO_API_KEY: house.customer.apiKey,
			GESSO_PICTURE: await file("picture.png", 1),
			GESSO_MASK: await file("mask.png", 0),
		},
	});
});
