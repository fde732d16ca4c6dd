/** OpenAI's own client for Python, started as its users start it: `openai_python.py` says what it does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { findPython } from "../../../testing/python-environment.ts";
import { openJudged, plainPicture } from "./judged-contract.ts";

const PROGRAM = path.join(import.meta.dirname, "openai_python.py");

/** What the program prints of each promise. */
interface Verdict {
	readonly name: string;
	/** A traceback. */
	readonly fault: string | null;
}

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
	const program = spawn(python, [PROGRAM], {
		stdio: ["ignore", "pipe", "inherit"],
		env: {
			...process.env,
			GESSO_URL: house.url,
			GESSO_OFF_URL: off.url,
			GESSO_OFF_API_KEY: off.customer.apiKey,
			GESSO_API_KEY: house.customer.apiKey,
			GESSO_PICTURE: await file("picture.png", 1),
			GESSO_MASK: await file("mask.png", 0),
		},
	});
	t.after(() => program.kill());
	let kept = 0;
	for await (const line of createInterface({ input: program.stdout })) {
		const { name, fault }: Verdict = JSON.parse(line);
		await t.test(name, () => {
			assert.equal(fault, null, fault ?? "");
		});
		kept++;
	}
	assert.equal(kept, 11, "the program came to its end");
});
