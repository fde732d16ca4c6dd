/** Reads from what a user said whether a picture is asked for, and what is to be painted. */
import { findWords } from "../vocabulary/find-words.ts";
import { fold, runsOf } from "../vocabulary/fold.ts";
import type { Meaning } from "../vocabulary/lexicon.ts";
import { asksToDescribe } from "./description-asked.ts";

/** Of each message; nobody describes a picture in more, in UTF-16 units. */
const READ_AT_MOST = 4_000;
/** A picture that was changed more often than that is told without its first changes. */
const MOST_MESSAGES = 12;

const words = (text: string) => new Set(text.split(/\s+/).map(fold));

const TO_DRAW =
	words(`draw paint sketch illustrate render zeichne zeichnen zeichnest male malen malst
	dibuja dibujar dibujame dibujas pinta pintar pintame dessine dessiner dessines peins peindre
	disegna disegnare disegnami dipingi dipingere desenhe desenha desenhar pinte`);
const PICTURE =
	words(`picture pictures image images photo photos painting paintings drawing drawings wallpaper
	bild bilder foto fotos gemälde gemaelde zeichnung zeichnungen imagen imágenes dibujo dibujos cuadro
	dessin dessins tableau peinture immagine immagini disegno disegni quadro imagem imagens desenho pintura`);
const OF = words(
	"of with showing von vom mit de del da do di con avec com d du des",
);
/** Between the word for drawing and what is to be drawn. */
const BETWEEN =
	words(`me us a an the some any another one please for my mir uns bitte doch mal ein eine einen einer eines das die der den
	un una uno unos unas une des le la les moi nous mi nos por favor s il vous plait um uma me para mim per favore
	new neues nouvelle nueva nuovo nova beautiful schönes something etwas algo quelque chose qualcosa`);
const UNSPACED_ASKS =
	/描いて|描け|描く|画像|イラスト|の絵|그려|그림|이미지|画一|画个|畫一|畫個|图片|圖片|图像|一幅|一张|วาด|ภาพ/u;

/** Says that a message is about itself or us rather than about a picture. */
const QUESTION = /[?？]\s*$/u;
const THANKS =
	/^\W*(thanks|thank you|danke|gracias|merci|grazie|obrigad|ありがとう|감사|고마|谢谢|謝謝|ขอบคุณ)/iu;
const GREETING =
	/^\W*(hi|hello|hey|good|guten|gute|hallo|moin|hola|buen|bonjour|bonsoir|bonne|salut|ciao|buon|ol[aá]|oi|bo[ma]|こんにちは|안녕|你好|สวัสดี)(?!\p{L})/iu;

/** Says what a picture shows; the rest of the vocabulary says how it shows it. */
const SUBJECTS: ReadonlySet<Meaning["kind"]> = new Set([
	"scene",
	"flower",
	"pattern",
]);

/**
 * @param messages what the user said, oldest first.
 * @param hasPicture whether there is a picture that the last message may be about.
 * @returns the prompt: of a message that only says how a picture is to change, together with what was asked before.
 */
export function pictureAskedIn(
	messages: readonly string[],
	hasPicture: boolean,
): string | undefined {
	const last = messages.at(-1)?.trim() ?? "";
	if (last === "") return undefined;
	switch (askOf(last)) {
		case "picture":
			return last;
		case "change":
			return hasPicture ? changed(messages) : undefined;
		default:
			return undefined;
	}
}

/** Newest first: what stands in front weighs more. */
function changed(messages: readonly string[]): string {
	const parts: string[] = [];
	for (const message of messages.slice(-MOST_MESSAGES).reverse()) {
		const ask = askOf(message);
		if (ask === "words") continue;
		parts.push(message.trim());
		if (ask === "picture") break;
	}
	return parts.join(". ");
}

function askOf(message: string): "picture" | "change" | "words" {
	if (asksToDescribe(message)) return "words";
	const folded = fold(message.slice(0, READ_AT_MOST));
	if (asksToDraw(folded)) return "picture";
	if (QUESTION.test(message) || THANKS.test(message)) return "words";
	const said = findWords(folded).filter(
		({ isWanted, trust }) => isWanted && trust === 1,
	);
	const says = (isMeant: (meaning: Meaning) => boolean) =>
		said.some(({ meanings }) => meanings.some(isMeant));
	// A hint such as a boat may stand in any sentence.
	if (says(({ kind, weight }) => SUBJECTS.has(kind) && weight >= 1))
		return "picture";
	return says(({ kind }) => kind !== "scene") && !GREETING.test(message)
		? "change"
		: "words";
}

/** "Draw a cat", "an image of a cat", but not "I want images". */
function asksToDraw(folded: string): boolean {
	if (UNSPACED_ASKS.test(folded)) return true;
	const said = runsOf(folded).map(({ text }) => text);
	for (let index = 0; index < said.length; index++) {
		const word = said[index] ?? "";
		if (PICTURE.has(word) && OF.has(said[index + 1] ?? ""))
			return said.length > index + 2;
		if (!TO_DRAW.has(word)) continue;
		let next = index + 1;
		while (BETWEEN.has(said[next] ?? "")) next++;
		const object = said[next];
		if (object !== undefined && !PICTURE.has(object)) return true;
	}
	return false;
}
