/** Puts turns into messages for the engine, with those of their pictures that the answer needs. */
import type {
	NewMessage,
	NewPart,
	PictureSource,
} from "../../../engine/conversations/conversation.ts";
import type { NamedModel } from "../model-names.ts";
import { type PictureHouse, pictureIn } from "../picture-source.ts";
import { type Turn, type TurnPart, textIn } from "./turns.ts";

/** Said at the beginning of the last turn. */
export function withInstructions(
	turns: readonly Turn[],
	instructions: string,
): readonly Turn[] {
	const last = turns.at(-1);
	if (last === undefined || instructions === "") return turns;
	const parts: TurnPart[] = [
		{ kind: "text", text: instructions },
		...last.parts,
	];
	return [...turns.slice(0, -1), { ...last, parts }];
}

/** With every picture. */
export async function allMessages(
	house: PictureHouse,
	turns: readonly Turn[],
): Promise<NewMessage[]> {
	const messages: NewMessage[] = [];
	for (const { role, parts } of turns) {
		const found: NewPart[] = [];
		for (const part of parts) {
			if (part.kind === "text") found.push(part);
			else {
				const image = await pictureIn(house, part.part, part.field);
				if (image !== undefined) found.push({ kind: "image", image });
			}
		}
		if (found.length > 0 || role === "user")
			messages.push({ role, parts: found });
	}
	return messages;
}

/**
 * The last turn with its pictures, and of all earlier ones their texts and the last picture: it is what the last turn is
 * about. When the last turn has pictures itself, that one comes before them, as far as the model takes so many.
 */
export async function toDrawFrom(
	house: PictureHouse,
	{ model }: NamedModel,
	turns: readonly Turn[],
): Promise<NewMessage[]> {
	const [last] = await allMessages(house, turns.slice(-1));
	if (last === undefined) return [];
	const before = turns.slice(0, -1);
	const earlier = await lastPicture(house, before);
	const own = last.parts.filter(({ kind }) => kind === "image").length;
	const room = (model.image?.maxReferenceImages ?? 0) - own;
	const joins = earlier !== undefined && own > 0 && room > 0;
	const messages = before.map(({ role, parts }, index): NewMessage => {
		const text = textIn(parts);
		return {
			role,
			parts: [
				...(text === "" ? [] : [{ kind: "text" as const, text }]),
				...(earlier?.turn === index && !joins
					? [{ kind: "image" as const, image: earlier.image }]
					: []),
			],
		};
	});
	return [
		...messages,
		joins
			? {
					...last,
					parts: [{ kind: "image", image: earlier.image }, ...last.parts],
				}
			: last,
	];
}

async function lastPicture(
	house: PictureHouse,
	turns: readonly Turn[],
): Promise<{ turn: number; image: PictureSource } | undefined> {
	for (const [turn, { parts }] of [...turns.entries()].reverse()) {
		for (const part of parts.toReversed()) {
			if (part.kind === "text") continue;
			const image = await pictureIn(house, part.part, part.field);
			if (image !== undefined) return { turn, image };
		}
	}
	return undefined;
}
