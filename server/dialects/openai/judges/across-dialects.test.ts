/** One house, whichever way one comes in: what OpenAI's client draws is found, paid for and changed through the other dialects. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askServer } from "../../../testing/ask-server.ts";
import { openScripted, SMALL } from "./judged-contract.ts";

test("X4: a picture of OpenAI's client is in the team's library, paid from its credits, and changed in a conversation", async (t) => {
	const { client, provider, url, customer } = await openScripted(t);
	const address = { url, apiKey: customer.apiKey };
	const drawn = await client.images.generate({ prompt: "A cat", size: SMALL });
	const [picture] = drawn.data ?? [];
	const { id = "" } = picture as { id?: string };

	const library = await askServer(address, "/images/library");
	assert.deepEqual(
		library.body.data.images.map((image: { id: string }) => image.id),
		[id.replace(/^jan_/, "img_")],
	);
	const usage = await askServer(address, "/usage");
	assert.equal(usage.body.data.credits.balance, 99);

	const team = await askServer(address, "/images/generations", {
		body: { prompt: "A dog", aspectRatio: "1:1", resolution: "low" },
	});
	assert.equal(team.status, 200);
	const conversation = await client.conversations.create();
	const changed = await client.chat.completions.create({
		model: "scripted",
		messages: [
			{
				role: "user",
				content: [
					{ type: "text", text: "Now at night" },
					{ type: "image_url", image_url: { url: picture?.url ?? "" } },
				],
			},
		],
		...{ conversation: { id: conversation.id } },
	});
	assert.equal(changed.choices.length, 1);
	const [, , last] = provider.calls;
	assert.equal(last?.inputImages.length, 1);
	const all = await askServer(address, "/images/library");
	assert.equal(all.body.data.images.length, 3);
	const end = await askServer(address, "/usage");
	assert.equal(end.body.data.credits.balance, 97);
});
