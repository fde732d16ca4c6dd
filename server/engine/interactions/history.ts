/** What was said before an interaction: the turns of those before it, each of which knows the one before. */
import type { InteractionsTable } from "../../db/tables/interactions.ts";
import type { NewMessage, NewPart } from "../conversations/conversation.ts";
import type { EngineDependencies } from "../dependencies.ts";
import {
	findInteractionRow,
	interactionOf,
	type KeptTurn,
} from "./interaction-rows.ts";

/** The newest turns that are read. */
const MOST_TURNS = 100;
/** Of all of them, in UTF-16 units. */
const MOST_CHARACTERS = 200_000;
/** The field by which a dialect's caller knows pictures of the past. */
const FIELD = "previous_interaction_id";

type HistoryDependencies = Pick<
	EngineDependencies,
	"database" | "clock" | "storage"
>;

/** @throws {EngineError} `not_found` for the interaction itself; one before it that is gone ends the history. */
export async function readInteractionHistory(
	dependencies: HistoryDependencies,
	teamId: string,
	id: string,
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
		// The last turn is what the next is about, however long it is.
		if (turns > 0 && characters > MOST_CHARACTERS) break;
		messages.unshift(...(await messagesOf(dependencies, row)));
		row = await rowBefore(dependencies, row);
	}
	return messages;
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

async function messagesOf(
	dependencies: HistoryDependencies,
	row: InteractionsTable,
): Promise<NewMessage[]> {
	const inputs = await dependencies.database.queries
		.selectFrom("interaction_inputs")
		.select(["position", "storage_key"])
		.where("interaction_id", "=", row.id)
		.execute();
	const keys = new Map(
		inputs.map(({ position, storage_key }) => [position, storage_key]),
	);
	const turns: readonly KeptTurn[] = JSON.parse(row.messages_json);
	const inLibrary = await stillInLibrary(dependencies, row.team_id, turns);
	const asked = turns.map(({ role, parts }) => ({
		role,
		parts: parts.flatMap((part): NewPart[] => {
			if (part.kind === "text") return [part];
			if (part.kind === "image")
				return inLibrary.has(part.imageId) ? [imagePart(part.imageId)] : [];
			const key = keys.get(part.position);
			return key === undefined ? [] : [storedPart(dependencies, key)];
		}),
	}));
	return [...asked, ...(await answerOf(dependencies, row))];
}

async function stillInLibrary(
	{ database }: HistoryDependencies,
	teamId: string,
	turns: readonly KeptTurn[],
): Promise<ReadonlySet<string>> {
	const ids = turns.flatMap(({ parts }) =>
		parts.flatMap((part) => (part.kind === "image" ? [part.imageId] : [])),
	);
	if (ids.length === 0) return new Set();
	const rows = await database.queries
		.selectFrom("images")
		.select("id")
		.where("id", "in", ids)
		.where("team_id", "=", teamId)
		.execute();
	return new Set(rows.map(({ id }) => id));
}

function imagePart(imageId: string): NewPart {
	return { kind: "image", image: { kind: "library", field: FIELD, imageId } };
}

function storedPart(
	{ storage }: HistoryDependencies,
	storageKey: string,
): NewPart {
	const open = async () => {
		const object = await storage.open(storageKey);
		if (object === null) throw new Error(`${storageKey} is not in storage`);
		return object.stream;
	};
	return { kind: "image", image: { kind: "stored", field: FIELD, open } };
}

/** Pictures that were deleted from the library since are left out. */
async function answerOf(
	dependencies: HistoryDependencies,
	row: InteractionsTable,
): Promise<NewMessage[]> {
	const { text, generation } = await interactionOf(dependencies, row);
	const parts: NewPart[] = [
		...(text === null || text === "" ? [] : [{ kind: "text" as const, text }]),
		...(generation?.images ?? []).map(({ id }) => imagePart(id)),
	];
	return parts.length === 0 ? [] : [{ role: "assistant", parts }];
}
