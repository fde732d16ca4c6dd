/** The painter in a conversation: it says what it is, and paints when it is asked to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatCall } from "../../provider.ts";
import { pictureAskedIn } from "./asked-picture.ts";
import { languageOf } from "./language.ts";
import { talk } from "./talk.ts";

async function answerTo(
	text: string,
	maxOutputTokens?: number,
): Promise<{ text: string; reason: string }> {
	const call: ChatCall = {
		model: "painter",
		instructions: undefined,
		turns: [{ role: "user", parts: [{ kind: "text", text }] }],
		modalities: ["text"],
		frame: undefined,
		seed: undefined,
		temperature: undefined,
		maxOutputTokens,
	};
	let said = "";
	let reason = "";
	for await (const event of talk(call)) {
		if (event.kind === "text") said += event.text;
		if (event.kind === "end") reason = event.reason;
	}
	return { text: said, reason };
}

test("it says in the user's language that it is no language model", async () => {
	const greetings = {
		"Hello! I want to generate some images today.": /no language model/,
		"Hallo, wer bist du?": /kein Sprachmodell/,
		"Hola, ¿qué puedes hacer?": /no un modelo de lenguaje/,
		"Bonjour, comment ça va ?": /modèle de langage/,
		"Ciao, come stai?": /modello linguistico/,
		"Olá, quem é você?": /modelo de linguagem/,
		こんにちは: /言語モデルではない/,
		안녕하세요: /언어 모델이 아니어서/,
		你好: /不是语言模型/,
		สวัสดี: /ไม่ใช่โมเดลภาษา/,
		"": /no language model/,
	};
	for (const [greeting, words] of Object.entries(greetings)) {
		const { text, reason } = await answerTo(greeting);
		assert.match(text, words, greeting);
		assert.equal(reason, "stop");
	}
});

test("an answer ends where its tokens end, and says so", async () => {
	const { text, reason } = await answerTo("Hello!", 10);
	assert.equal(text.length, 40);
	assert.equal(reason, "length");
});

test("a message that asks for a picture is told from one that does not", () => {
	const asks = [
		"Draw a cat",
		"Can you paint me a forest?",
		"Please generate an image of a red house",
		"A serene mountain landscape at sunset",
		"Zeichne eine Katze",
		"Bitte male mir einen Bergsee",
		"Dibuja un gato",
		"Dessine-moi un mouton",
		"Disegna un gatto",
		"Desenhe um gato",
		"夕焼けの山の湖を描いて",
		"고양이를 그려 줘",
		"画一只猫",
		"วาดแมว",
		"roses",
	];
	for (const message of asks)
		assert.equal(pictureAskedIn([message], false), message, message);
	const others = [
		"Hello! I want to generate some images today.",
		"Hello",
		"Good evening",
		"What is the capital city of France?",
		"Thanks, the forest looks great",
		"Guten Abend",
		"Can you draw pictures?",
		"Who are you",
		"",
		"   ",
		"make it snow",
	];
	for (const message of others)
		assert.equal(pictureAskedIn([message], false), undefined, message);
});

test("a wish to change the picture is painted together with what was asked before", () => {
	const before = ["Hello", "Draw a mountain lake", "What is that?"];
	assert.equal(
		pictureAskedIn([...before, "Make it snow"], true),
		"Make it snow. Draw a mountain lake",
	);
	assert.equal(
		pictureAskedIn([...before, "Make it snow", "and at night"], true),
		"and at night. Make it snow. Draw a mountain lake",
	);
	assert.equal(pictureAskedIn(["Make it blue"], true), "Make it blue");
	assert.equal(pictureAskedIn(["Good morning"], true), undefined);
});

test("the longest message is read in no time that anyone would notice", () => {
	const long = "x ".repeat(2_000_000);
	assert.ok(pictureAskedIn([long], true) === undefined);
	assert.equal(languageOf(`der die das ${long}`), "de");
});
