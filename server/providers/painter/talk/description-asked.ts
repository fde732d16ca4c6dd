/** Reads from a message whether a description is asked for, and what is to be in it. */

/** As much as the painter reads of a prompt, in UTF-16 units. */
const READ_AT_MOST = 4_000;

const POLITE = "please|can you|could you|now|then|bitte|por favor|per favore";
/** Alone, they ask for a description. */
const DESCRIBE =
	"describe|beschreibe?n?|describa|décris|décrivez|descrivi|descriva|descreva|descreve";
/** "Write a detailed scene description", with whatever kinds of description people write between; but not "an image with a caption". */
const WRITE =
	"(?:write|compose|draft|generate|create|give|provide|produce|make|return)\\s+(?:me\\s+)?(?:an?|the|one)?\\s*(?:(?!(?:image|picture|photo|painting|drawing|illustration|poster)s?\\b)[\\w-]+,?\\s+){0,5}(?:descriptions?|captions?|alt[ -]text)";
const ABOUT =
	"(?:of|for|about|that shows|which shows|showing|von|de|du|di|do|da)\\b";

/** At the beginning of a sentence: elsewhere people talk about descriptions. */
const ASK = new RegExp(
	`(?<=^|[.!?:;\\n]\\s*)(?:(?:${POLITE})[\\s,]+)*(?:${DESCRIBE}|${WRITE})(?!\\p{L})\\s*(?:${ABOUT})?\\s*[:.]?\\s*`,
	"iu",
);
const UNSPACED_ASK =
	/説明して|描写して|描述|描写一|묘사해|설명해|บรรยาย|อธิบาย/u;

/** "This is the scene: ...": what stands before it says how to describe it. */
const SCENE = /\bscene:\s+(.+)$/isu;

/** What only points at a picture, so that there is nothing to repeat of it. */
const POINTING =
	/^(?:(?:an?|the|this|that|these|my|your|our|it|me|us|one|for|to|of|in|on|what|which|you|can|see|is|are|shown|here|attached|uploaded|given|last|detail|words|full|product|picture|pictures|image|images|photo|photos|photograph|photographs|drawing|painting|das|dieses|bild|foto|esta|imagen|cette|image|questa|immagine|imagem|la|a|l)(?:\W+|$))*$/iu;

/** Whether it asks for a description rather than for a picture or a talk. */
export function asksToDescribe(message: string): boolean {
	const start = message.slice(0, READ_AT_MOST);
	return ASK.test(start) || UNSPACED_ASK.test(start);
}

/** What the description is to have in it, in the message's own words; empty when that is nothing but a picture. */
export function toBeDescribed(message: string): string {
	const asked = message
		.slice(0, READ_AT_MOST)
		.toWellFormed()
		.replace(ASK, "")
		.trim();
	const rest = SCENE.exec(asked)?.[1] ?? asked;
	if (POINTING.test(rest) || UNSPACED_ASK.test(rest)) return "";
	const capital = rest.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
	return /[.!?。！？]$/u.test(capital) ? capital : `${capital}.`;
}
