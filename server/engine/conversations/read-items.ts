/** Turns rows of items into items: with the pictures that they refer to, and what became of the calls. */
import type { Selectable } from "kysely";
import type { Queries } from "../../db/database.ts";
import type { ImagesTable } from "../../db/schema.ts";
import type { ConversationItemsTable } from "../../db/tables/conversations.ts";
import { imageOf, readGenerations } from "../generations/rows.ts";
import type { StoredPart } from "./append-items.ts";
import type {
	ConversationItem,
	ItemGeneration,
	ItemPart,
} from "./conversation.ts";

type ItemRow = Selectable<ConversationItemsTable>;

/** A picture handed in, wherever it is kept. */
interface InputRow {
	readonly storage_key: string;
	readonly sha256: string;
	readonly media_type: string;
	readonly width: number;
	readonly height: number;
	readonly size_bytes: number;
}

/** All that some items refer to, read in as many queries as there are kinds of things, however many items. */
interface References {
	readonly images: ReadonlyMap<string, Selectable<ImagesTable>>;
	/** By `inputKey`. */
	readonly inputs: ReadonlyMap<string, InputRow>;
	readonly generations: ReadonlyMap<string, ItemGeneration>;
}

/** In the order of the rows. Pictures that were deleted from the library since are left out. */
export async function readItems(
	queries: Queries,
	rows: readonly ItemRow[],
): Promise<ConversationItem[]> {
	const references = await readReferences(queries, rows);
	return rows.flatMap((row) => itemOf(row, references) ?? []);
}

/** @param index of the part. */
export async function readInput(
	queries: Queries,
	row: ItemRow,
	index: number,
): Promise<InputRow | undefined> {
	const part = partsOf(row)[index];
	const { inputs } = await readReferences(queries, [row]);
	return part === undefined ? undefined : inputs.get(inputKey(row, part));
}

function itemOf(
	row: ItemRow,
	references: References,
): ConversationItem | undefined {
	const head = {
		id: row.id,
		conversationId: row.conversation_id,
		sequence: row.sequence,
		createdAt: row.created_at,
		model: row.model,
	};
	if (row.kind === "message") {
		const parts = partsOf(row).flatMap(
			(part, index) => itemPart(row, part, index, references) ?? [],
		);
		return {
			...head,
			kind: row.kind,
			role: row.role,
			status: row.status,
			parts,
		};
	}
	const generation = references.generations.get(row.generation_id ?? "");
	if (generation === undefined) return undefined;
	return { ...head, kind: row.kind, role: "assistant", generation };
}

function itemPart(
	row: ItemRow,
	part: StoredPart,
	index: number,
	{ images, inputs }: References,
): ItemPart | undefined {
	if (part.kind === "text") return part;
	if (part.kind === "image") {
		const image = images.get(part.imageId);
		return image && { kind: "image", image: imageOf(image) };
	}
	const input = inputs.get(inputKey(row, part));
	return (
		input && {
			kind: "input",
			index,
			mediaType: input.media_type,
			width: input.width,
			height: input.height,
			sizeBytes: input.size_bytes,
		}
	);
}

function partsOf(row: ItemRow): readonly StoredPart[] {
	return JSON.parse(row.parts_json);
}

function inputKey(row: ItemRow, part: StoredPart): string {
	if (part.kind === "input") return part.inputId;
	return part.kind === "generation_input"
		? `${row.generation_id} ${part.position}`
		: "";
}

async function readReferences(
	queries: Queries,
	rows: readonly ItemRow[],
): Promise<References> {
	const parts = rows.flatMap(partsOf);
	const imageIds = parts.flatMap((part) =>
		part.kind === "image" ? [part.imageId] : [],
	);
	const ofMessages = rows.flatMap(({ kind, generation_id }) =>
		kind === "message" && generation_id !== null ? [generation_id] : [],
	);
	const ofCalls = rows.flatMap(({ kind, generation_id }) =>
		kind !== "message" && generation_id !== null ? [generation_id] : [],
	);
	const hasInputs = parts.some(({ kind }) => kind === "input");
	return {
		images: await readImages(queries, imageIds),
		inputs: new Map([
			...(await readGenerationInputs(queries, ofMessages)),
			...(hasInputs ? await readInputs(queries, rows) : []),
		]),
		generations: await readGenerations(queries, ofCalls),
	};
}

async function readImages(queries: Queries, ids: readonly string[]) {
	if (ids.length === 0) return new Map<string, Selectable<ImagesTable>>();
	const rows = await queries
		.selectFrom("images")
		.selectAll()
		.where("id", "in", ids)
		.execute();
	return new Map(rows.map((row) => [row.id, row]));
}

async function readInputs(
	queries: Queries,
	rows: readonly ItemRow[],
): Promise<[string, InputRow][]> {
	const inputs = await queries
		.selectFrom("conversation_inputs")
		.selectAll()
		.where(
			"item_id",
			"in",
			rows.map(({ id }) => id),
		)
		.execute();
	return inputs.map((input) => [input.id, input]);
}

async function readGenerationInputs(
	queries: Queries,
	generationIds: readonly string[],
): Promise<[string, InputRow][]> {
	if (generationIds.length === 0) return [];
	const inputs = await queries
		.selectFrom("generation_inputs")
		.selectAll()
		.where("generation_id", "in", generationIds)
		.execute();
	return inputs.map((input) => [
		`${input.generation_id} ${input.position}`,
		input,
	]);
}
