/** What was said before an interaction: the turns of those before it, each of which knows the one before. */
import type { InteractionsTable } from "../../db/tables/interactions.ts";
import type { NewMessage, NewPart } from "../conversations/conversation.ts";
import type { ItemPicture } from "../conversations/items.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { Image } from "../generations/request.ts";
import { imageOf } from "../generations/rows.ts";
import { factsOfInputKey } from "../generations/store-inputs.ts";
import { isId } from "../ids.ts";
import { findInteractionRow, interactionOf } from "./find-interactions.ts";
import type { AskedTurn, Interaction, Said } from "./interaction.ts";
import type { KeptTurn } from "./interaction-rows.ts";

/** The newest turns that are read. */
const MOST_TURNS = 100;
/** Of all of them, and of their texts in UTF-16 units. */
const MOST_MESSAGES = 500;
const MOST_CHARACTERS = 200_000;

type HistoryDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "storage"
>;

/**
 * @param field by which the caller names it.
 * @throws {EngineError} `not_found` for the interaction itself, `conflict` while it is in progress; one before it that is
 * gone ends the history.
 */
export async function readInteractionHistory(
	dependencies: HistoryDependencies,
	teamId: string,
	id: string,
	field: string,
): Promise<NewMessage[]> {
	const messages: NewMessage[] = [];
	let characters = 0;
	let row: InteractionsTable | undefined = await findInteractionRow(
		dependencies,
		teamId,
		id,
	);
	for (let turns = 0; row !== undefined && turns < MOST_TURNS; turns++) {
		characters += row.messages_json.length + (row.text?.length ?? 0);
		const { interaction, asked, answered } = await readSaid(
			dependencies,
			row,
			field,
		);
		if (turns === 0) requireEnded(interaction, field);
		const isTooMuch =
			characters > MOST_CHARACTERS ||
			messages.length + asked.length > MOST_MESSAGES;
		// The last turn is what the next is about, however long it is.
		if (turns > 0 && isTooMuch) break;
		messages.unshift(...asked, ...(answered === undefined ? [] : [answered]));
		row = await rowBefore(dependencies, row);
	}
	return messages;
}

function requireEnded({ status }: Interaction, field: string): void {
	if (status !== "in_progress") return;
	throw new EngineError(
		"conflict",
		"It is being answered still, so that there is nothing to go on from. Wait for its end.",
		{ details: { field } },
	);
}

async function rowBefore(
	{ database }: HistoryDependencies,
	{ previous_id, team_id }: InteractionsTable,
): Promise<InteractionsTable | undefined> {
	if (previous_id === null) return undefined;
	return await database.queries
		.selectFrom("interactions")
		.selectAll()
		.where("id", "=", previous_id)
		.where("team_id", "=", team_id)
		.executeTakeFirst();
}

/** @param field by which the caller names it. */
export async function readSaid(
	dependencies: HistoryDependencies,
	row: InteractionsTable,
	field: string,
): Promise<Said> {
	const keys = await storageKeysOf(dependencies, row.id);
	const turns = await readAsked(dependencies, row);
	const asked = turns.map(({ role, parts }) => ({
		role,
		parts: parts.flatMap((part): NewPart[] => {
			if (part.kind === "text") return [part];
			if (part.kind === "image") return [imagePart(part.image, field)];
			const key = keys.get(part.index);
			return key === undefined ? [] : [storedPart(dependencies, key, field)];
		}),
	}));
	const interaction = await interactionOf(dependencies, row);
	return { interaction, asked, answered: answerOf(interaction, field) };
}

/** Pictures that were deleted from the library since are left out. */
export async function readAsked(
	dependencies: Pick<HistoryDependencies, "database">,
	row: InteractionsTable,
): Promise<AskedTurn[]> {
	const turns: readonly KeptTurn[] = JSON.parse(row.messages_json);
	const inLibrary = await readPictures(dependencies, row.team_id, turns);
	return turns.map(({ role, parts }) => ({
		role,
		parts: parts.flatMap((part): AskedTurn["parts"] => {
			if (part.kind === "text") return [part];
			if (part.kind === "input")
				return [{ kind: "input", index: part.position }];
			const image = inLibrary.get(part.imageId);
			return image === undefined ? [] : [{ kind: "image", image }];
		}),
	}));
}

async function storageKeysOf(
	{ database }: Pick<HistoryDependencies, "database">,
	interactionId: string,
): Promise<ReadonlyMap<number, string>> {
	const inputs = await database.queries
		.selectFrom("interaction_inputs")
		.select(["position", "storage_key"])
		.where("interaction_id", "=", interactionId)
		.execute();
	return new Map(
		inputs.map(({ position, storage_key }) => [position, storage_key]),
	);
}

async function readPictures(
	{ database }: Pick<HistoryDependencies, "database">,
	teamId: string,
	turns: readonly KeptTurn[],
): Promise<ReadonlyMap<string, Image>> {
	const ids = turns.flatMap(({ parts }) =>
		parts.flatMap((part) => (part.kind === "image" ? [part.imageId] : [])),
	);
	if (ids.length === 0) return new Map();
	const rows = await database.queries
		.selectFrom("images")
		.selectAll()
		.where("id", "in", [...new Set(ids)])
		.where("team_id", "=", teamId)
		.execute();
	return new Map(rows.map((row) => [row.id, imageOf(row)]));
}

function imagePart({ id: imageId }: Image, field: string): NewPart {
	return { kind: "image", image: { kind: "library", field, imageId } };
}

function storedPart(
	{ storage }: HistoryDependencies,
	storageKey: string,
	field: string,
): NewPart {
	const open = async () => {
		const object = await storage.open(storageKey);
		if (object === null) throw new Error(`${storageKey} is not in storage`);
		return object.stream;
	};
	return { kind: "image", image: { kind: "stored", field, open } };
}

function answerOf(
	{ text, generation }: Interaction,
	field: string,
): NewMessage | undefined {
	const parts: NewPart[] = [
		...(text === null || text === "" ? [] : [{ kind: "text" as const, text }]),
		...(generation?.images ?? []).map((image) => imagePart(image, field)),
	];
	return parts.length === 0 ? undefined : { role: "assistant", parts };
}

/** @returns `null` when there is none. */
export async function findInputPicture(
	dependencies: HistoryDependencies,
	interactionId: string,
	index: number,
): Promise<ItemPicture | null> {
	if (!isId(interactionId)) return null;
	const keys = await storageKeysOf(dependencies, interactionId);
	const storageKey = keys.get(index);
	if (storageKey === undefined) return null;
	const { storage } = dependencies;
	const sizeBytes = await storage.size(storageKey);
	if (sizeBytes === null) return null;
	const { sha256, mediaType } = factsOfInputKey(storageKey);
	return {
		mediaType,
		sizeBytes,
		sha256,
		open: async () => {
			const object = await storage.open(storageKey);
			if (object === null) throw new Error(`${storageKey} is not in storage`);
			return object.stream;
		},
	};
}
