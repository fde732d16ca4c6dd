/** The adapter against another Gesso: what it chats about there goes on from turn to turn, and the batches it hands over are worked on as the vendor's own are. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	createScriptedProvider,
	plainPng,
	scriptedModel,
} from "../../testing/scripted-provider.ts";
import { createScriptedTalker } from "../../testing/scripted-talker.ts";
import { openServedApp } from "../../testing/served-app.ts";
import { openTestApp } from "../../testing/test-app.ts";
import {
	bytesOf,
	imageCall,
	inputImageOf,
	openCallContext,
} from "../../testing/test-call.ts";
import { waitUntil } from "../../testing/wait-until.ts";
import {
	type BatchLine,
	type BatchResult,
	type ChatCall,
	type ChatEvent,
	ProviderError,
	type Turn,
} from "../provider.ts";

const MODEL = "gemini-nano-banana-2.1";
const SQUARE = { width: 1024, height: 1024, aspectRatio: "1:1" };

const CALL: ChatCall = {
	model: MODEL,
	instructions: undefined,
	turns: [],
	modalities: ["text", "image"],
	frame: { aspectRatio: "1:1" },
	seed: undefined,
	temperature: undefined,
	maxOutputTokens: undefined,
};

/** Two houses, the second of which is the first one's vendor; what it draws and says is scripted. */
async function openHouses(t: TestContext) {
	const drawer = createScriptedProvider({ draws: { width: 64, height: 64 } });
	const talker = createScriptedTalker();
	const vendor = await openServedApp(t, {
		providers: [drawer, talker],
		models: [
			scriptedModel({
				id: MODEL,
				talks: true,
				offers: [
					{ provider: "scripted", providerModel: "draws" },
					{ provider: "talker", providerModel: "talks" },
				],
			}),
		],
	});
	const account = await vendor.team(100);
	const house = await openTestApp(t, {
		environment: { GEMINI_URL: vendor.url, GEMINI_API_KEY: account.apiKey },
	});
	const provider = house.app.providers.find(({ name }) => name === "gemini");
	assert.ok(provider?.chat && provider.batches && provider.listModels);
	return {
		drawer,
		talker,
		vendor,
		account,
		chat: provider.chat,
		batches: provider.batches,
		listModels: provider.listModels,
		context: await openCallContext(t),
		spent: async () =>
			100 - (await vendor.app.engine.creditSums(account.principal)).balance,
	};
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
	const found: T[] = [];
	for await (const item of items) found.push(item);
	return found;
}

function says(text: string): Turn {
	return { role: "user", parts: [{ kind: "text", text }] };
}

/** What was answered, as it is given back: pictures as whoever keeps them has them by then. */
function heard(events: readonly ChatEvent[], picture: Buffer): Turn {
	return {
		role: "assistant",
		signedBy: "gemini",
		parts: events.flatMap((event): Turn["parts"] => {
			if (event.kind === "end") return [];
			const { signature } = event;
			return event.kind === "text"
				? [{ kind: "text", text: event.text, signature }]
				: [{ kind: "image", image: inputImageOf(picture), signature }];
		}),
	};
}

async function contentOf(
	image: { open(): Promise<AsyncIterable<Uint8Array>> } | undefined,
): Promise<Buffer | undefined> {
	if (image === undefined) return undefined;
	return Buffer.concat(await all(await image.open()));
}

test("S2-8: of a chat with another Gesso, a later turn finds the picture as it was drawn, by its signature", async (t) => {
	const { chat, context, drawer, spent } = await openHouses(t);
	const first = await all(
		chat({ ...CALL, turns: [says("a cabin in the woods")] }, context),
	);
	assert.deepEqual(
		first.map(({ kind }) => kind),
		["text", "image", "end"],
	);
	const drawn = first.find((event) => event.kind === "image");
	assert.ok(drawn?.signature, "it is signed");
	const original = bytesOf(drawn.image.file);
	const smaller = await plainPng({ width: 16, height: 16 }, "a thumbnail");
	const turns = [
		says("a cabin in the woods"),
		heard(first, smaller),
		says("add snow"),
	];
	const second = await all(chat({ ...CALL, turns }, context));
	const third = [...turns, heard(second, smaller), says("make it night")];
	await all(chat({ ...CALL, turns: third }, context));
	const [, changed, again] = drawer.calls;
	assert.deepEqual(await contentOf(changed?.inputImages[0]), original);
	const last = second.find((event) => event.kind === "image");
	assert.ok(last !== undefined);
	assert.deepEqual(
		await contentOf(again?.inputImages[0]),
		bytesOf(last.image.file),
		"the third turn is about the second picture",
	);
	const unsigned = [says("a"), { ...heard(first, smaller), signedBy: "x" }];
	await all(chat({ ...CALL, turns: [...unsigned, says("add rain")] }, context));
	assert.deepEqual(
		await contentOf(drawer.calls[3]?.inputImages[0]),
		smaller,
		"without its signature a picture is what was sent",
	);
	assert.equal(await spent(), 4);
});

const describing = (text: string, picture: Buffer): BatchLine["request"] => ({
	kind: "chat",
	call: {
		...CALL,
		modalities: ["text"],
		frame: undefined,
		temperature: 0.7,
		maxOutputTokens: 8_192,
		turns: [
			{
				role: "user",
				parts: [
					{ kind: "text", text },
					{ kind: "image", image: inputImageOf(picture) },
				],
			},
		],
	},
});

const drawing = (prompt: string, changes = {}): BatchLine["request"] => ({
	kind: "image",
	call: imageCall({ model: MODEL, prompt, frame: SQUARE, ...changes }),
});

function submissionOf(lines: readonly BatchLine[]) {
	return {
		model: MODEL,
		displayName: "Rug Batch",
		lines: (async function* () {
			yield* lines;
		})(),
	};
}

test("S0-33: a batch at another Gesso draws and describes what it can, and what it cannot fails alone", async (t) => {
	const { batches, context, drawer, talker, spent } = await openHouses(t);
	drawer.script = ({ prompt }) =>
		prompt === "refuse"
			? {
					kind: "fail",
					error: new ProviderError("content_blocked", "not this"),
				}
			: { kind: "draw" };
	const rug = await plainPng({ width: 32, height: 32 }, "rug");
	const odd = { frame: { width: 7, height: 5, aspectRatio: "7:5" } };
	const lines: BatchLine[] = [
		{ key: "drawn", request: drawing("a rug") },
		{ key: "ratio", request: drawing("a rug", odd) },
		{ key: "described", request: describing("Describe a room", rug) },
		{ key: "refused", request: drawing("refuse") },
		{
			key: "changed",
			request: drawing("the rug in a hall", {
				inputImages: [inputImageOf(rug)],
			}),
		},
	];
	const { batchId } = await batches.submit(submissionOf(lines), context);
	const state = await waitUntil(async () => {
		const now = await batches.poll(batchId, context.signal);
		return now.status === "succeeded" && now;
	});
	assert.deepEqual(state.counts, { total: 5, succeeded: 3, failed: 2 });
	assert.equal(state.fault, undefined);
	const results = new Map<string, BatchResult>();
	for await (const result of batches.results(batchId, context))
		results.set(result.key, result);
	assert.deepEqual(
		lines.map(({ key }) => {
			const result = results.get(key);
			return result?.kind === "failed"
				? result.error.kind
				: [result?.images.length, result?.text];
		}),
		[
			[1, "Here is your picture."],
			"invalid",
			[0, "Hello."],
			"content_blocked",
			[1, "Here is your picture."],
		],
	);
	const changed = results.get("changed");
	assert.ok(changed?.kind === "done" && changed.images[0]);
	const isDrawn = drawer.calls.find(({ inputImages }) => inputImages.length);
	assert.deepEqual(await contentOf(isDrawn?.inputImages[0]), rug);
	assert.equal(talker.talks[0]?.maxOutputTokens, 8_192);
	assert.equal(await spent(), 2, "half of the four that were begun");
});

test("a batch at another Gesso is called off, and what was not begun costs nothing", async (t) => {
	const { batches, context, drawer, spent, listModels } = await openHouses(t);
	const { promise, resolve } = Promise.withResolvers<void>();
	t.after(() => resolve());
	drawer.script = () => ({ kind: "wait", until: promise });
	const lines = Array.from({ length: 40 }, (_, index) => ({
		key: `rug-${index}`,
		request: drawing(`rug ${index}`),
	}));
	const { batchId } = await batches.submit(submissionOf(lines), context);
	const found = (name: string) => batches.find(name, context.signal);
	assert.deepEqual(await found("Rug Batch"), { batchId });
	await waitUntil(() => drawer.calls.length > 0);
	await batches.cancel(batchId, context.signal);
	resolve();
	await waitUntil(async () => {
		const { status } = await batches.poll(batchId, context.signal);
		return status === "canceled";
	});
	const kinds: string[] = [];
	for await (const { kind } of batches.results(batchId, context))
		kinds.push(kind);
	assert.equal(kinds.length, 40, "every line has a result");
	const done = kinds.filter((kind) => kind === "done").length;
	assert.ok(done >= 1 && done < 40, `${done} were drawn`);
	assert.ok((await spent()) <= Math.ceil(done / 2), "at half the price");
	assert.deepEqual(await found("Rug Batch"), { batchId }, "it is still there");
	assert.equal(await found("Rug Batc"), undefined);
	const nobodys = await batches.poll("batches/nobody", context.signal);
	assert.equal(nobodys.status, "gone");
	const models = await listModels(context.signal);
	assert.ok(models.some(({ id }) => id === MODEL));
});
