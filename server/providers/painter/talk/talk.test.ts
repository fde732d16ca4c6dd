/** The painter in a conversation: it says what it is, and paints when it is asked to. */
import assert from "node:assert/strict";
import { after, type TestContext, test } from "node:test";
import { inputImageOf, openCallContext } from "../../../testing/test-call.ts";
import { type ChatCall, ProviderError, type Turn } from "../../provider.ts";
import type { Swatch } from "../../provider-kind.ts";
import { readPrompt } from "../read-prompt.ts";
import { pictureAskedIn } from "./asked-picture.ts";
import { languageOf } from "./language.ts";
import { createTalk } from "./talk.ts";

const RUG: readonly Swatch[] = [
	{ colour: [110, 30, 40], share: 0.6 },
	{ colour: [240, 230, 210], share: 0.36 },
	{ colour: [30, 40, 80], share: 0.04 },
];

const picture = (width: number, height: number): Turn["parts"][number] => ({
	kind: "image",
	image: inputImageOf(Buffer.from("a picture"), { width, height }),
});

function says(text: string, ...pictures: Turn["parts"]): Turn {
	return { role: "user", parts: [{ kind: "text", text }, ...pictures] };
}

async function answerTo(
	asked: string | readonly Turn[],
	maxOutputTokens?: number,
	swatches: readonly Swatch[] = RUG,
): Promise<{ text: string; reason: string }> {
	const call: ChatCall = {
		model: "painter",
		instructions: undefined,
		turns: typeof asked === "string" ? [says(asked)] : asked,
		modalities: ["text"],
		frame: undefined,
		seed: undefined,
		temperature: undefined,
		maxOutputTokens,
	};
	let said = "";
	let reason = "";
	const talk = createTalk({ dominantColours: async () => swatches });
	for await (const event of talk(
		call,
		await openCallContext({ after } as Pick<TestContext, "after">),
	)) {
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

test("S0-13, S0-15: a description repeats what it is to be of, and tells of the picture what can be measured", async () => {
	const asked =
		"a cozy living room, featuring a Heriz rug of 8 x 10 ft, with natural daylight";
	const turns = [
		says(`Write a detailed scene description of ${asked}`, picture(800, 600)),
	];
	const { text } = await answerTo(turns);
	assert.equal(
		text,
		"A cozy living room, featuring a Heriz rug of 8 x 10 ft, with natural daylight. The picture is 800 pixels wide and 600 high, wider than it is tall. Its main colours are burgundy and cream; on the whole it is neither light nor dark. (Measured by the painter of this server: a program that knows how large a picture is and which colours it has, and not what it shows.)",
	);
	assert.deepEqual(await answerTo(turns), { text, reason: "stop" });
	const before = readPrompt(asked, { seed: 1 });
	const { colours, ...painted } = readPrompt(text, { seed: 1 });
	assert.deepEqual(
		{ ...painted, seed: before.seed, colours: [] },
		before,
		"it is painted as it was asked for",
	);
	assert.equal(colours.length, 2, "in the picture's colours");
});

test("S0-36: without a picture a description adds nothing to what was asked, and says so", async () => {
	const { text } = await answerTo(
		"Rug 17, red, 8 x 10 ft. Please write a scene description.",
	);
	assert.match(
		text,
		/^Rug 17, red, 8 x 10 ft\. \(Repeated by the painter .*no language model/,
	);
});

test("S0-15: of a message that says how to describe a scene, the scene is what the description has", async () => {
	const { text } = await answerTo(
		"Write a detailed scene description. Answer in whole sentences. This is the scene: a red rug in a hallway.",
	);
	assert.match(text, /^A red rug in a hallway\. \(Repeated/);
});

test("a picture is told by its size and colours, also when it came earlier, is one of many, or has none", async () => {
	const measured = async (...turns: Turn[]) => (await answerTo(turns)).text;
	assert.match(
		await measured(says("What is this?", picture(512, 512))),
		/^The picture is 512 pixels wide and 512 high, a square\./,
	);
	assert.match(
		await measured(
			says("Look", picture(300, 900)),
			{ role: "assistant", parts: [{ kind: "text", text: "Yes?" }] },
			says("Describe the picture"),
		),
		/^The picture is 300 .* taller than it is wide\./,
	);
	const many = Array.from({ length: 6 }, () => picture(64, 64));
	assert.match(
		await measured(says("And these?", ...many)),
		/^Picture 1 .* Picture 4 .* There are 6 pictures\. \(Measured/,
	);
	const one = says("Describe it", picture(64, 64));
	const plain = await answerTo([one], undefined, [
		{ colour: [250, 248, 240], share: 1 },
	]);
	assert.match(plain.text, /It is white all over; on the whole it is light\./);
	const clear = await answerTo([one], undefined, []);
	assert.match(clear.text, /All of it is transparent\./);
	assert.equal((await answerTo([one], 3)).reason, "length");
});

test("a picture that cannot be looked at is the provider's fault, in words for the caller", async () => {
	const talk = createTalk({
		dominantColours: async () => {
			throw new Error("/secret/path is no picture");
		},
	});
	const call = {
		model: "painter",
		turns: [says("Describe it", picture(8, 8))],
	} as unknown as ChatCall;
	await assert.rejects(
		async () => {
			const context = await openCallContext({ after } as Pick<
				TestContext,
				"after"
			>);
			for await (const _event of talk(call, context));
		},
		(error) =>
			error instanceof ProviderError &&
			error.publicMessage === "The painter could not look at the picture.",
	);
});

test("whoever asks for a description wants words, whatever it is of", () => {
	for (const message of [
		"Describe a mountain lake",
		"Please write a detailed scene description for a rug in a living room",
		"Describe this image of a cat",
		"Beschreibe dieses Bild von einem See",
		"この画像を説明して",
	])
		assert.equal(pictureAskedIn([message], true), undefined, message);
	const poster = "Create an image with the caption Hello";
	assert.equal(pictureAskedIn([poster], true), poster);
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
