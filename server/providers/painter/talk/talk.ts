/** What the painter answers when no picture is asked for: what a picture looks like, or that it paints, and how to ask it to. */
import {
	type ChatCall,
	type InputImage,
	type Provider,
	ProviderError,
	type Turn,
} from "../../provider.ts";
import type { Swatch } from "../../provider-kind.ts";
import { describePicture } from "./describe.ts";
import { asksToDescribe, toBeDescribed } from "./description-asked.ts";
import { languageOf } from "./language.ts";

/** A rule of thumb, for those who limit an answer by tokens. */
const CHARACTERS_PER_TOKEN = 4;

/** The same in every language that the painter reads: what it is, what it can paint, and an example. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
	en: [
		"I am the painter of this server: a program that paints pictures from words, and no language model, so I cannot hold a conversation. ",
		"I can paint landscapes (mountains, the sea, forests, deserts, night skies), cities, flowers, rugs and rooms with rugs, and patterns. ",
		"Tell me what to paint, for instance: “Paint a mountain lake at sunset.”",
	],
	de: [
		"Ich bin der Maler dieses Servers: ein Programm, das aus Worten Bilder malt, und kein Sprachmodell; unterhalten kann ich mich nicht. ",
		"Malen kann ich Landschaften (Berge, Meer, Wälder, Wüsten, Nachthimmel), Städte, Blumen, Teppiche und Zimmer mit Teppichen sowie Muster. ",
		"Sag mir, was ich malen soll, zum Beispiel: „Male einen Bergsee bei Sonnenuntergang.“",
	],
	es: [
		"Soy el pintor de este servidor: un programa que pinta imágenes a partir de palabras, no un modelo de lenguaje, así que no puedo conversar. ",
		"Puedo pintar paisajes (montañas, mar, bosques, desiertos, cielos nocturnos), ciudades, flores, alfombras y habitaciones con alfombras, y patrones. ",
		"Dime qué pinto, por ejemplo: «Pinta un lago de montaña al atardecer».",
	],
	fr: [
		"Je suis le peintre de ce serveur : un programme qui peint des images à partir de mots, et non un modèle de langage ; je ne sais donc pas converser. ",
		"Je peins des paysages (montagnes, mer, forêts, déserts, ciels nocturnes), des villes, des fleurs, des tapis et des pièces avec tapis, et des motifs. ",
		"Dites-moi quoi peindre, par exemple : « Peins un lac de montagne au coucher du soleil. »",
	],
	it: [
		"Sono il pittore di questo server: un programma che dipinge immagini a partire da parole, non un modello linguistico, quindi non so conversare. ",
		"So dipingere paesaggi (montagne, mare, foreste, deserti, cieli notturni), città, fiori, tappeti e stanze con tappeti, e motivi. ",
		"Dimmi che cosa dipingere, per esempio: «Dipingi un lago di montagna al tramonto».",
	],
	pt: [
		"Sou o pintor deste servidor: um programa que pinta imagens a partir de palavras, e não um modelo de linguagem; por isso não sei conversar. ",
		"Sei pintar paisagens (montanhas, mar, florestas, desertos, céus noturnos), cidades, flores, tapetes e salas com tapetes, e padrões. ",
		"Diga-me o que pintar, por exemplo: “Pinte um lago de montanha ao pôr do sol.”",
	],
	ja: [
		"私はこのサーバーの画家です。言葉から絵を描くプログラムで、言語モデルではないため、会話はできません。",
		"描けるのは、風景(山、海、森、砂漠、夜空)、街、花、絨毯と絨毯のある部屋、そして模様です。",
		"何を描くか教えてください。例:「夕焼けの山の湖を描いて」",
	],
	ko: [
		"저는 이 서버의 화가입니다. 말에서 그림을 그리는 프로그램이며 언어 모델이 아니어서 대화는 할 수 없습니다. ",
		"풍경(산, 바다, 숲, 사막, 밤하늘), 도시, 꽃, 러그와 러그가 있는 방, 그리고 무늬를 그릴 수 있습니다. ",
		"무엇을 그릴지 말해 주세요. 예: “해 질 녘 산속 호수를 그려 줘.”",
	],
	zh: [
		"我是这台服务器的画师:一个根据文字作画的程序,不是语言模型,所以不能聊天。",
		"我能画风景(山、海、森林、沙漠、夜空)、城市、花卉、地毯和铺着地毯的房间,以及图案。",
		"请告诉我画什么,例如:“画一幅日落时分的高山湖泊。”",
	],
	th: [
		"ฉันคือจิตรกรของเซิร์ฟเวอร์นี้ เป็นโปรแกรมที่วาดภาพจากคำ ไม่ใช่โมเดลภาษา จึงสนทนาไม่ได้ ",
		"ฉันวาดทิวทัศน์ (ภูเขา ทะเล ป่า ทะเลทราย ท้องฟ้ายามค่ำคืน) เมือง ดอกไม้ พรมและห้องที่มีพรม และลวดลายได้ ",
		"บอกฉันว่าจะให้วาดอะไร เช่น “วาดทะเลสาบบนภูเขายามอาทิตย์ตก”",
	],
};

/** Said beside a description, so that nobody takes it for more than it is. */
const MEASURED =
	"(Measured by the painter of this server: a program that knows how large a picture is and which colours it has, and not what it shows.)";
const REPEATED =
	"(Repeated by the painter of this server: a program that is no language model and adds nothing to what was asked.)";
/** Of one message; further pictures are counted and not looked at. */
const MOST_PICTURES = 4;

export interface TalkOptions {
	/** The strongest colours of a picture, the most common first. */
	readonly dominantColours: (image: InputImage) => Promise<readonly Swatch[]>;
}

/**
 * Describes the pictures of the last message, or repeats what is to be described where there are none; says else what it
 * is. Always the same for the same conversation.
 */
export function createTalk(
	options: TalkOptions,
): NonNullable<Provider["chat"]> {
	return async function* talk(call, { signal }) {
		let room =
			call.maxOutputTokens === undefined
				? Number.POSITIVE_INFINITY
				: call.maxOutputTokens * CHARACTERS_PER_TOKEN;
		let reason: "stop" | "length" = "stop";
		for await (const sentence of answerTo(call, options)) {
			signal.throwIfAborted();
			const text = sentence.slice(0, room).toWellFormed();
			room -= text.length;
			if (text !== "") yield { kind: "text", text };
			if (text.length < sentence.length) {
				reason = "length";
				break;
			}
		}
		yield {
			kind: "end",
			reason,
			warnings: [],
			usage: undefined,
			costDollars: 0,
		};
	};
}

async function* answerTo(
	{ turns }: ChatCall,
	{ dominantColours }: TalkOptions,
): AsyncGenerator<string, void> {
	const last = turns.findLast(({ role }) => role === "user");
	const message = textIn(last);
	const isAsked = asksToDescribe(message);
	const asked = isAsked ? toBeDescribed(message) : "";
	const own = picturesIn(last);
	// "Describe it" is about the last picture there was.
	const isPointing = isAsked && asked === "" && own.length === 0;
	const pictures = isPointing ? turns.flatMap(picturesIn).slice(-1) : own;
	if (asked === "" && pictures.length === 0) {
		yield* ANSWERS[languageOf(message)] ?? ANSWERS.en ?? [];
		return;
	}
	if (asked !== "") yield `${asked} `;
	for (const [index, picture] of pictures.slice(0, MOST_PICTURES).entries()) {
		const name = pictures.length === 1 ? "The picture" : `Picture ${index + 1}`;
		yield `${describePicture(picture, await coloursOf(picture, dominantColours), name)} `;
	}
	if (pictures.length > MOST_PICTURES)
		yield `There are ${pictures.length} pictures. `;
	yield pictures.length === 0 ? REPEATED : MEASURED;
}

/** @throws {ProviderError} for a picture that cannot be looked at. */
async function coloursOf(
	picture: InputImage,
	dominantColours: TalkOptions["dominantColours"],
): Promise<readonly Swatch[]> {
	try {
		return await dominantColours(picture);
	} catch (error) {
		throw new ProviderError(
			"unavailable",
			`Looking at a picture failed: ${error}`,
			{
				publicMessage: "The painter could not look at the picture.",
				cause: error,
			},
		);
	}
}

function textIn(turn: Turn | undefined): string {
	return (turn?.parts ?? [])
		.flatMap((part) => (part.kind === "text" ? [part.text] : []))
		.join("\n");
}

function picturesIn(turn: Turn | undefined): InputImage[] {
	return (turn?.parts ?? []).flatMap((part) =>
		part.kind === "image" ? [part.image] : [],
	);
}
