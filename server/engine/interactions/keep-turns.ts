/** Puts the pictures of an interaction's turns into storage, so that what is left to be kept are texts and references. */
import type { NewMessage } from "../conversations/conversation.ts";
import { keepPictures } from "../conversations/keep-pictures.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { invalid } from "../errors.ts";
import type { KeptTurn } from "./interaction-rows.ts";

/** Of all texts together, in UTF-16 units; a row is no place for more. */
const MOST_CHARACTERS = 4_000_000;

export interface KeptTurns {
	/** For the row. */
	readonly turns: readonly KeptTurn[];
	readonly storageKeys: readonly string[];
	/** The same, to be answered. */
	readonly messages: readonly NewMessage[];
}

/** @throws {EngineError} `invalid_request` for pictures that are none, and for too much text. */
export async function keepTurns(
	dependencies: EngineDependencies,
	teamId: string,
	turns: readonly NewMessage[],
): Promise<KeptTurns> {
	requireKeepable(turns);
	const storageKeys: string[] = [];
	const kept: KeptTurn[] = [];
	const messages: NewMessage[] = [];
	for (const { role, parts } of await keepPictures(
		dependencies,
		teamId,
		turns,
	)) {
		kept.push({
			role,
			parts: parts.map((part) => {
				if (part.kind === "text") return part;
				if (part.kind === "image")
					return { kind: "image", imageId: part.image.id };
				const position = storageKeys.push(part.input.storageKey) - 1;
				return { kind: "input", position };
			}),
		});
		messages.push({
			role,
			parts: parts.map((part): NewMessage["parts"][number] => {
				if (part.kind === "text") return part;
				const field = "input";
				if (part.kind === "image") {
					const { id: imageId } = part.image;
					return { kind: "image", image: { kind: "library", field, imageId } };
				}
				const { storageKey } = part.input;
				const open = async () => {
					const object = await dependencies.storage.open(storageKey);
					if (object === null)
						throw new Error(`${storageKey} is not in storage`);
					return object.stream;
				};
				return { kind: "image", image: { kind: "stored", field, open } };
			}),
		});
	}
	return { turns: kept, storageKeys, messages };
}

function requireKeepable(turns: readonly NewMessage[]): void {
	let characters = 0;
	for (const { parts } of turns)
		for (const part of parts)
			if (part.kind === "text") characters += part.text.length;
	if (characters <= MOST_CHARACTERS) return;
	throw invalid(
		"input",
		`The input has ${characters} characters, which are too many to be stored.`,
		`at most ${MOST_CHARACTERS} characters, or store: false`,
	);
}
