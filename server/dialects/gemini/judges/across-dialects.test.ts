/** One house, whichever way one comes in: what Google's client uploads and has drawn in a batch is found, paid for and repeated through the other dialects. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { askServer } from "../../../testing/ask-server.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import { waitUntil } from "../../../testing/wait-until.ts";
import { openJudged, plainPicture } from "./judged-contract.ts";

const PROMPTS = ["the rug in a hall", "the rug in a salon", "a lake"];

const sha256Of = (bytes: Uint8Array) =>
	createHash("sha256").update(bytes).digest("hex");

test("S2-10: a batch of Google's client is in the team's library with its prompts, and paid at half the price from its credits", async (t) => {
	const provider = createScriptedProvider();
	const house = await openJudged(t, {
		providers: [provider],
		models: [scriptedModel()],
		environment: { GESSO_DEFAULT_MODEL: "scripted" },
	});
	const { customer, url, balance } = house;
	const [{ client }] = house.sdks;
	const address = { url, apiKey: customer.apiKey };
	const photo = await plainPicture({ r: 120, g: 20, b: 30 });
	const file = await client.files.upload({
		file: new Blob([new Uint8Array(photo)], { type: "image/png" }),
		config: { displayName: "Rug 17" },
	});
	const before = await balance();

	const job = await client.batches.create({
		model: "scripted",
		src: PROMPTS.map((text) => ({
			contents: [
				{
					role: "user",
					parts: [
						{ text },
						...(text.includes("rug")
							? [{ fileData: { fileUri: file.uri, mimeType: "image/png" } }]
							: []),
					],
				},
			],
			config: { responseModalities: ["IMAGE"] },
		})),
	});
	const name = job.name ?? "";
	const done = await waitUntil(async () => {
		const now = await client.batches.get({ name });
		return now.state === "JOB_STATE_SUCCEEDED" && now;
	});

	const { images, total } = (await askServer(address, "/images/library")).body
		.data;
	assert.equal(total, 3, "the photo is a file, and no picture of the library");
	assert.deepEqual(
		images.map((image: { userPrompt: string }) => image.userPrompt).sort(),
		[...PROMPTS].sort(),
	);
	const kept = await Promise.all(
		images.map(async ({ id }: { id: string }) => {
			const { data } = (await askServer(address, `/images/library/${id}`)).body;
			return data.sha256;
		}),
	);
	const answered = (done.dest?.inlinedResponses ?? []).map(({ response }) => {
		const [part] = response?.candidates?.[0]?.content?.parts ?? [];
		return sha256Of(Buffer.from(part?.inlineData?.data ?? "", "base64"));
	});
	assert.deepEqual(kept.sort(), answered.sort(), "byte for byte");

	const { credits } = (await askServer(address, "/usage")).body.data;
	assert.deepEqual(
		[credits.balance, credits.charged, credits.refunded],
		[before - 1, 1, 0],
		"half of three, and half a credit is none",
	);
	const found = await askServer(address, "/images/library?search=salon");
	assert.equal(found.body.data.total, 1);
	const { jobId } = (
		await askServer(address, `/images/library/${found.body.data.images[0].id}`)
	).body.data;
	const generation = await askServer(address, `/images/generations/${jobId}`);
	assert.equal(generation.body.data.status, "completed");

	const references = provider.calls.filter(
		({ inputImages }) => inputImages.length === 1,
	);
	assert.deepEqual(
		references.map(({ prompt }) => prompt).sort(),
		PROMPTS.slice(0, 2),
	);
	const pieces: Uint8Array[] = [];
	for await (const piece of (await references[0]?.inputImages[0]?.open()) ?? [])
		pieces.push(piece);
	assert.ok(Buffer.concat(pieces).equals(photo), "drawn from the very photo");

	const listed = await fetch(`${url}/v1/files`, {
		headers: { authorization: `Bearer ${customer.apiKey}` },
	});
	const files: readonly { filename: string; bytes: number }[] = (
		(await listed.json()) as { data: { filename: string; bytes: number }[] }
	).data;
	assert.ok(
		files.some(({ bytes }) => bytes === photo.length),
		"OpenAI's clients see the photo among the team's files",
	);
	const stranger = await house.team(10);
	const theirs = { url, apiKey: stranger.apiKey };
	const seen = await askServer(theirs, "/images/library");
	assert.equal(seen.body.data.total, 0);
	const hidden = await askServer(theirs, `/images/generations/${jobId}`);
	assert.equal(hidden.status, 404);
});
