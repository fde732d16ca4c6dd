/** Chats: the whole history comes back with every turn, and a picture in it is what the next turn changes. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import type { ImageCall } from "../../../providers/provider.ts";
import {
	createScriptedProvider,
	plainPng,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	talkingModel,
} from "../../../testing/scripted-talker.ts";
import {
	type GeminiAnswer,
	openGemini,
	pictureOf,
} from "../gemini-contract.ts";

/** Foreign, as Google's own servers give them. */
const FOREIGN = Buffer.from("\x12\x9a\x0f something of Google's").toString(
	"base64",
);

async function openHouse(t: TestContext, maxInputImages = 3) {
	const provider = createScriptedProvider();
	const talker = createScriptedTalker();
	/** The first input image of each call, as it was handed in. */
	const seen: Buffer[][] = [];
	const house = await openGemini(t, {
		providers: [
			{
				...provider,
				generateImages: async (call, context) => {
					seen.push(await Promise.all(call.inputImages.map(bytesOf)));
					return await provider.generateImages(call, context);
				},
			},
			talker,
		],
		models: [scriptedModel({ image: { maxInputImages } }), talkingModel()],
	});
	const say = async (contents: readonly object[], config = {}) => {
		const answer = await house.call("scripted:generateContent", {
			contents,
			generationConfig: { imageConfig: { imageSize: "512" }, ...config },
		});
		assert.equal(answer.status, 200, answer.text.slice(0, 300));
		return answer;
	};
	return { ...house, provider, talker, say, seen };
}

async function bytesOf(
	image: ImageCall["inputImages"][number],
): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of await image.open()) chunks.push(chunk);
	return Buffer.concat(chunks);
}

const user = (text: string) => ({ parts: [{ text }], role: "user" });
const answered = ({ body }: GeminiAnswer) => body.candidates[0].content;
const inline = (bytes: Buffer) => ({
	inlineData: { mimeType: "image/png", data: bytes.toString("base64") },
});

test("S2-8: the second turn changes the picture of the first", async (t) => {
	const { say, provider, seen } = await openHouse(t);
	const first = await say([user("A cozy cabin in the woods")], {
		imageConfig: { imageSize: "512", aspectRatio: "16:9" },
	});
	await say([
		user("A cozy cabin in the woods"),
		answered(first),
		user("Add snow falling"),
	]);
	const call = provider.calls.at(-1);
	assert.equal(call?.prompt, "Add snow falling");
	assert.deepEqual(seen.at(-1), [pictureOf(first).bytes]);
	assert.deepEqual(
		call?.frame,
		{ width: 512, height: 288 },
		"in the shape that it has",
	);
});

test("S2-8: the painter, who draws for the seed's model, paints what both turns say", async (t) => {
	const house = await openGemini(t);
	const ask = async (contents: readonly object[]) =>
		await house.call("gemini-2.5-flash-image:generateContent", {
			contents,
			generationConfig: {
				responseModalities: ["IMAGE"],
				imageConfig: { imageSize: "512" },
			},
		});
	const first = await ask([user("A mountain lake")]);
	const second = await ask([
		user("A mountain lake"),
		answered(first),
		user("Add snow falling"),
	]);
	assert.equal(second.status, 200);
	const { images } = await house.app.engine.listImages(house.own.principal, {
		page: 1,
		limit: 1,
	});
	assert.equal(images[0]?.prompt, "Add snow falling. A mountain lake");
});

test("S2-b: a picture that a client made smaller is found again as it was drawn, by its signature", async (t) => {
	const { say, seen } = await openHouse(t);
	const first = await say([user("a")]);
	const { bytes, signature } = pictureOf(first);
	const small = await sharp(bytes).resize(16, 16).png().toBuffer();
	for (const part of [
		{ ...inline(small), thoughtSignature: signature },
		{ ...inline(small), thought_signature: signature },
		{ text: "", thoughtSignature: signature },
	]) {
		await say([user("a"), { parts: [part], role: "model" }, user("b")]);
		assert.deepEqual(seen.at(-1), [bytes]);
	}
});

test("a signature that is foreign, damaged or another team's is as good as none", async (t) => {
	const house = await openHouse(t);
	const { say, seen, team, call } = house;
	const mine = pictureOf(await say([user("a")]));
	const stranger = await team();
	const theirs = pictureOf(
		await call(
			"scripted:generateContent",
			{ contents: [user("their secret")] },
			{ key: stranger.apiKey },
		),
	);
	const damaged = Buffer.from(mine.signature, "base64");
	damaged[damaged.length - 3] ^= 1;
	const own = await plainPng({ width: 32, height: 32 }, "inline");
	for (const thoughtSignature of [
		FOREIGN,
		theirs.signature,
		damaged.toString("base64"),
		mine.signature.slice(0, 40),
		"not base64 at all!",
		"x".repeat(100_000),
		"",
	]) {
		await say([
			user("a"),
			{ parts: [{ ...inline(own), thoughtSignature }], role: "model" },
			user("b"),
		]);
		assert.deepEqual(seen.at(-1), [own], thoughtSignature.slice(0, 50));
	}
});

test("a picture that was deleted from the library is taken from the history", async (t) => {
	const { say, seen, app, own } = await openHouse(t);
	const first = await say([user("a")]);
	const { images } = await app.engine.listImages(own.principal, {
		page: 1,
		limit: 1,
	});
	await app.engine.deleteImage(own.principal, images[0]?.id ?? "");
	await say([user("a"), answered(first), user("b")]);
	assert.deepEqual(seen.at(-1), [pictureOf(first).bytes]);
});

test("a new picture comes after the one that it is for, and alone where the model takes no more", async (t) => {
	const hat = await plainPng({ width: 64, height: 64 }, "hat");
	for (const [most, expected] of [
		[3, 2],
		[1, 1],
	] as const) {
		const { say, seen } = await openHouse(t, most);
		const first = await say([user("a fox")]);
		await say([
			user("a fox"),
			answered(first),
			{ parts: [{ text: "put this hat on it" }, inline(hat)], role: "user" },
		]);
		const fox = pictureOf(first).bytes;
		assert.deepEqual(seen.at(-1), expected === 2 ? [fox, hat] : [hat]);
	}
});

test("a model without input images draws anew, and says so", async (t) => {
	const { say, seen } = await openHouse(t, 0);
	const first = await say([user("a")]);
	const second = await say([user("a"), answered(first), user("b")]);
	assert.deepEqual(seen.at(-1), []);
	assert.match(JSON.stringify(second.body.warnings), /takes no input images/);
});

test("a streamed history is read: one content a chunk, with thoughts and empty texts between", async (t) => {
	// Appendix A, #24.
	const { say, provider, seen, talker, call } = await openHouse(t);
	const png = await plainPng({ width: 40, height: 40 }, "drawn");
	const model = (part: object) => ({ parts: [part], role: "model" });
	const history = [
		user("t0"),
		model({ text: "Thinking", thought: true }),
		model({ text: "Here it " }),
		model({ text: "is" }),
		model({ ...inline(png), thoughtSignature: FOREIGN }),
		model({ text: "" }),
		user("t1"),
	];
	await say(history);
	assert.equal(provider.calls.at(-1)?.prompt, "t1");
	assert.deepEqual(seen.at(-1), [png]);
	const answer = await call("talker:generateContent", { contents: history });
	assert.equal(answer.status, 200);
	assert.deepEqual(
		talker.talks
			.at(-1)
			?.turns.map(({ role, parts }) => [
				role,
				parts.map((part) => (part.kind === "text" ? part.text : "[picture]")),
			]),
		[
			["user", ["t0"]],
			["assistant", ["Here it is", "[picture]"]],
			["user", ["t1"]],
		],
	);
});

test("what the model says last waits for the user, and what nobody says is refused", async (t) => {
	const { say, provider, call } = await openHouse(t);
	const late = await say([
		user("a"),
		{ parts: [{ text: "Sure" }], role: "model" },
	]);
	assert.equal(provider.calls.at(-1)?.prompt, "a");
	assert.match(String(late.headers["x-gesso-ignored"]), /contents/);
	for (const contents of [
		[],
		[{ parts: [{ text: "Sure" }], role: "model" }],
		[{ parts: [], role: "user" }],
		[{ parts: [{}], role: "user" }],
		[{ parts: [{ text: "  " }] }],
		[{ role: "user" }],
		[{ parts: [{ text: "a" }], role: "wizard" }],
	]) {
		const { status, body } = await call("scripted:generateContent", {
			contents,
		});
		assert.equal(status, 400, JSON.stringify(contents));
		assert.match(JSON.stringify(body.error.details), /contents/);
	}
});

test("a history of a thousand pictures costs no look at more than one of them", async (t) => {
	const { say, seen } = await openHouse(t);
	const png = await plainPng({ width: 16, height: 16 }, "last");
	const broken = { inlineData: { mimeType: "image/png", data: "bm90IGE=" } };
	const history = Array.from({ length: 400 }, () => [
		user("more"),
		{ parts: [broken], role: "model" },
	]).flat();
	await say([
		...history,
		user("more"),
		{ parts: [inline(png)], role: "model" },
		user("again"),
	]);
	assert.deepEqual(seen.at(-1), [png]);
});
