/** Google's own client for Node chats here: each turn changes the picture of the one before (S2-8). */
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import { MODEL, openJudged, partsOf, SMALL } from "./judged-contract.ts";

const { sdks, app, customer } = await openJudged({ after } as Pick<
	TestContext,
	"after"
>);
const TURNS = [
	"A cozy cabin in the woods",
	"Add snow falling",
	"Make it night",
];

/** Prompts of the pictures that were drawn last, oldest first. */
async function lastPrompts(limit: number): Promise<string[]> {
	const { images } = await app.engine.listImages(customer.principal, {
		page: 1,
		limit,
	});
	return images.map(({ prompt }) => prompt).reverse();
}

/** As the painter understands what is said so far. */
const TOLD = TURNS.map((turn, index) =>
	[turn, ...TURNS.slice(0, index).reverse()].join(". "),
);

for (const { version, client } of sdks) {
	test(`S2-8 (${version}): three turns draw three pictures, each of the one before`, async () => {
		const chat = client.chats.create({
			model: MODEL,
			config: { responseModalities: ["IMAGE"], imageConfig: SMALL },
		});
		for (const [index, message] of TURNS.entries()) {
			const answer = await chat.sendMessage({
				message,
				// The shape is the first picture's; only its size is said again.
				...(index > 0 && {
					config: {
						responseModalities: ["IMAGE"],
						imageConfig: { imageSize: "512" },
					},
				}),
			});
			assert.deepEqual(await partsOf(answer), ["png 512x288"]);
		}
		assert.deepEqual(
			chat.getHistory(true).map(({ role }) => role),
			["user", "model", "user", "model", "user", "model"],
			"no turn was dropped",
		);
		assert.deepEqual(await lastPrompts(3), TOLD);
	});

	test(`S2-8 (${version}): a chat that streams keeps its turns as well`, async () => {
		const chat = client.chats.create({
			model: MODEL,
			config: { imageConfig: SMALL },
		});
		for (const message of TURNS) {
			const seen: string[] = [];
			for await (const chunk of await chat.sendMessageStream({ message }))
				seen.push(...(await partsOf(chunk)));
			assert.deepEqual(seen, ["text", "png 512x288"]);
		}
		const turns = chat.getHistory(true);
		assert.equal(turns.filter(({ role }) => role === "user").length, 3);
		assert.deepEqual(await lastPrompts(3), TOLD);
	});

	test(`(${version}): a turn that is refused is no part of what comes next`, async () => {
		const chat = client.chats.create({
			model: MODEL,
			config: { responseModalities: ["IMAGE"], imageConfig: SMALL },
		});
		const refused = await chat.sendMessage({ message: "painter-block" });
		assert.equal(refused.promptFeedback?.blockReason, "SAFETY");
		assert.equal(refused.candidates, undefined);
		await chat.sendMessage({ message: "A fox" });
		assert.deepEqual(await lastPrompts(1), ["A fox"]);
		assert.equal(chat.getHistory(true).length, 2);
	});
}
