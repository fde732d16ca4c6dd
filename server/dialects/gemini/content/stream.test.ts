/** Answers that are streamed: events that every SDK of Google's reads, or an array that grows. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProviderError } from "../../../providers/provider.ts";
import {
	createScriptedProvider,
	scriptedModel,
} from "../../../testing/scripted-provider.ts";
import {
	createScriptedTalker,
	saying,
	talkingModel,
} from "../../../testing/scripted-talker.ts";
import { assertReadable, openGemini } from "../gemini-contract.ts";

const PAYLOAD = { contents: [{ parts: [{ text: "x" }], role: "user" }] };

async function openHouse(t: TestContext) {
	const provider = createScriptedProvider();
	const talker = createScriptedTalker();
	const house = await openGemini(t, {
		providers: [provider, talker],
		models: [scriptedModel(), talkingModel()],
	});
	const stream = async (model: string, query = "?alt=sse", payload = PAYLOAD) =>
		await house.ask(`/v1/models/${model}:streamGenerateContent${query}`, {
			payload,
		});
	return { ...house, provider, talker, stream };
}

/** As the strictest of the SDKs reads it: nothing but data and empty lines, each datum one JSON text. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what a test is about
function chunksOf(text: string): any[] {
	assert.doesNotMatch(text, /\[DONE\]/);
	const lines = text.split(/\r\n|\n/).filter((line) => line !== "");
	return lines.map((line) => {
		assert.match(line, /^data: \{/);
		const chunk = JSON.parse(line.slice("data: ".length));
		assertReadable(chunk);
		return chunk;
	});
}

test("a picture comes whole in the last event, after its words: both have a part and a role", async (t) => {
	const { stream } = await openHouse(t);
	const { status, text, headers } = await stream("scripted");
	assert.equal(status, 200);
	assert.equal(headers["content-type"], "text/event-stream");
	const chunks = chunksOf(text);
	assert.equal(chunks.length, 2);
	for (const { candidates, modelVersion, responseId } of chunks) {
		assert.equal(candidates[0].content.role, "model");
		assert.equal(candidates[0].content.parts.length, 1);
		assert.equal(modelVersion, "scripted");
		assert.equal(responseId, chunks[0].responseId);
	}
	const [words, picture] = chunks;
	assert.deepEqual(words.candidates[0].content.parts, [
		{ text: "Here is your picture." },
	]);
	assert.equal(words.candidates[0].finishReason, undefined);
	assert.equal(picture.candidates[0].finishReason, "STOP");
	assert.ok(picture.candidates[0].content.parts[0].inlineData.data);
	assert.equal(picture.usageMetadata.totalTokenCount, 10);
});

test("words come as they are said, and the last event says why it is the last", async (t) => {
	const { stream } = await openHouse(t);
	const { text } = await stream("talker");
	const chunks = chunksOf(text);
	assert.deepEqual(
		chunks.map(({ candidates: [{ content, finishReason }] }) => [
			content.parts,
			finishReason,
		]),
		[
			[[{ text: "Hel" }], undefined],
			[[{ text: "lo." }], undefined],
			[[{ text: "" }], "STOP"],
		],
	);
	assert.equal(chunks.at(-1).usageMetadata.candidatesTokenCount, 2);
});

test("what goes wrong before the first event has a status of its own", async (t) => {
	const { stream, provider, talker, balance } = await openHouse(t);
	const error = new ProviderError("invalid", "inner");
	provider.script = () => ({ kind: "fail", error });
	talker.say = async function* () {
		yield* [];
		throw error;
	};
	for (const model of ["scripted", "talker"])
		for (const query of ["?alt=sse", ""]) {
			const { status, body } = await stream(model, query);
			assert.equal(status, 400, model);
			assert.equal(body.error.status, "INVALID_ARGUMENT");
		}
	assert.equal((await stream("nobody")).status, 404);
	assert.equal(await balance(), 1_000);
});

test("what goes wrong later is told in a line of its own, which SDKs throw", async (t) => {
	const { stream, talker } = await openHouse(t);
	talker.say = async function* () {
		yield { kind: "text", text: "Hel" };
		throw new ProviderError("unavailable", "inner");
	};
	const events = await stream("talker");
	assert.equal(events.status, 200);
	const [said, fault] = events.text.split("\r\n\r\n");
	assert.match(said ?? "", /^data: .*"Hel"/);
	const { error } = JSON.parse(fault ?? "");
	assert.equal(error.status, "UNAVAILABLE");
	assert.equal(error.code, 503);
	const array = await stream("talker", "");
	const [first, last] = JSON.parse(array.text);
	assert.equal(first.candidates[0].content.parts[0].text, "Hel");
	assert.equal(last.error.status, "UNAVAILABLE");
});

test("without alt=sse the same chunks are the elements of a JSON array", async (t) => {
	const { stream } = await openHouse(t);
	for (const model of ["scripted", "talker"]) {
		const { status, text, headers } = await stream(model, "");
		assert.equal(status, 200);
		assert.equal(headers["content-type"], "application/json; charset=UTF-8");
		const chunks = JSON.parse(text);
		assert.ok(chunks.length >= 2);
		assert.equal(chunks.at(-1).candidates[0].finishReason, "STOP");
	}
});

test("S2-11: refused content is one event without candidates", async (t) => {
	const { stream, provider } = await openHouse(t);
	provider.script = () => ({
		kind: "fail",
		error: new ProviderError("content_blocked", "inner"),
	});
	const { status, text } = await stream("scripted");
	assert.equal(status, 200);
	const [only, ...others] = chunksOf(text);
	assert.equal(only.promptFeedback.blockReason, "SAFETY");
	assert.equal(only.candidates, undefined);
	assert.deepEqual(others, []);
});

test("content that is refused in the middle of an answer ends it", async (t) => {
	const { stream, talker } = await openHouse(t);
	talker.say = async function* () {
		yield { kind: "text", text: "Hel" };
		throw new ProviderError("content_blocked", "inner");
	};
	const chunks = chunksOf((await stream("talker")).text);
	assert.equal(chunks.at(-1).candidates[0].finishReason, "SAFETY");
	assert.deepEqual(chunks.at(-1).candidates[0].content.parts, [{ text: "" }]);
});

test("an answer that is cut says so", async (t) => {
	const { stream, talker } = await openHouse(t);
	talker.say = async function* () {
		for await (const event of saying("Hello"))
			yield event.kind === "end" ? { ...event, reason: "length" } : event;
	};
	const chunks = chunksOf((await stream("talker")).text);
	assert.equal(chunks.at(-1).candidates[0].finishReason, "MAX_TOKENS");
});
