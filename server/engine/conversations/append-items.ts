/**
 * Appends to a conversation, in the transaction of whoever has something to say. The conversation's row is locked by
 * counting its sequence on, so that what is appended together stands together, however many speak at once.
 */
import type { TransactionQueries } from "../../db/database.ts";
import type { ConversationItemsTable } from "../../db/tables/conversations.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { EngineError } from "../errors.ts";
import type { ConversationCall } from "../generations/request.ts";
import { newShortId } from "../ids.ts";
import { strikeReferenced } from "../library/referenced-objects.ts";
import { noSuchConversation } from "./check-conversation.ts";
import { MAX_ITEMS } from "./conversation.ts";
import type { KeptMessage, KeptPart } from "./keep-pictures.ts";

type AppendDependencies = Pick<EngineDependencies, "clock" | "newId">;

/** A part as it is kept in an item's row. */
export type StoredPart =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "image"; readonly imageId: string }
	/** Of `conversation_inputs`. */
	| { readonly kind: "input"; readonly inputId: string }
	/** Of the item's generation's input pictures. */
	| { readonly kind: "generation_input"; readonly position: number };

export interface MessageToAppend extends KeptMessage {
	readonly status?: "completed" | "incomplete";
	readonly model?: string;
}

/** @returns the items' ids. @throws {EngineError} `not_found`; `conflict` when the conversation is full. */
export async function appendMessages(
	transaction: TransactionQueries,
	dependencies: AppendDependencies,
	{
		teamId,
		conversationId,
		messages,
	}: {
		readonly teamId: string;
		readonly conversationId: string;
		readonly messages: readonly MessageToAppend[];
	},
): Promise<string[]> {
	if (messages.length === 0) return [];
	const place = { teamId, conversationId, count: messages.length };
	let sequence = await takeSequence(transaction, dependencies, place);
	const ids: string[] = [];
	for (const { role, parts, status, model } of messages) {
		const stored = parts.map((part) => storedPart(dependencies, part));
		const id = await insertItem(transaction, dependencies, {
			conversation_id: conversationId,
			sequence: sequence++,
			kind: "message",
			role,
			status: status ?? "completed",
			parts: stored.map(({ part }) => part),
			model: model ?? null,
			generation_id: null,
		});
		ids.push(id);
		for (const { part, input } of stored) {
			if (input === undefined || part.kind !== "input") continue;
			await transaction
				.insertInto("conversation_inputs")
				.values({
					id: part.inputId,
					item_id: id,
					storage_key: input.storageKey,
					sha256: input.input.file.sha256,
					media_type: input.input.mediaType,
					width: input.input.width,
					height: input.input.height,
					size_bytes: input.input.file.sizeBytes,
				})
				.execute();
			await strikeReferenced(transaction, [input.storageKey]);
		}
	}
	return ids;
}

/** Puts down a request for pictures and the call that answers it, in the transaction that charges it. */
export async function appendCall(
	transaction: TransactionQueries,
	dependencies: AppendDependencies,
	teamId: string,
	asked: {
		readonly call: ConversationCall;
		readonly prompt: string;
		readonly model: string;
		readonly generationId: string;
		/** How many input pictures there are, the mask not counted. */
		readonly references: number;
	},
): Promise<void> {
	const { call, generationId, references } = asked;
	const { conversationId } = call;
	const place = { teamId, conversationId, count: 2 };
	const sequence = await takeSequence(transaction, dependencies, place);
	const shown =
		call.shownInputs ?? Array.from({ length: references }, (_, index) => index);
	await insertItem(transaction, dependencies, {
		conversation_id: conversationId,
		sequence,
		kind: "message",
		role: "user",
		status: "completed",
		parts: [
			{ kind: "text", text: call.text ?? asked.prompt },
			...shown.map(
				(position): StoredPart => ({ kind: "generation_input", position }),
			),
		],
		model: null,
		generation_id: generationId,
	});
	await insertItem(transaction, dependencies, {
		conversation_id: conversationId,
		sequence: sequence + 1,
		kind: references > 0 ? "image_edit_call" : "image_generation_call",
		role: "assistant",
		status: "completed",
		parts: [],
		model: asked.model,
		generation_id: generationId,
	});
}

/** @returns the first of `count` places in the order. */
async function takeSequence(
	transaction: TransactionQueries,
	{ clock }: AppendDependencies,
	place: { teamId: string; conversationId: string; count: number },
): Promise<number> {
	const row = await transaction
		.updateTable("conversations")
		.set((eb) => ({
			last_sequence: eb("last_sequence", "+", place.count),
			updated_at: clock(),
		}))
		.where("id", "=", place.conversationId)
		.where("team_id", "=", place.teamId)
		.returning("last_sequence")
		.executeTakeFirst();
	if (row === undefined) throw noSuchConversation(place.conversationId);
	if (row.last_sequence > MAX_ITEMS) {
		throw new EngineError(
			"conflict",
			`The conversation has ${MAX_ITEMS} items, and takes no more. Begin a new one.`,
			{ details: { field: "conversation" } },
		);
	}
	return row.last_sequence - place.count + 1;
}

async function insertItem(
	transaction: TransactionQueries,
	{ clock }: AppendDependencies,
	{
		parts,
		...row
	}: Omit<ConversationItemsTable, "id" | "parts_json" | "created_at"> & {
		readonly parts: readonly StoredPart[];
	},
): Promise<string> {
	const id = newShortId("msg");
	await transaction
		.insertInto("conversation_items")
		.values({
			...row,
			id,
			parts_json: JSON.stringify(parts),
			created_at: clock(),
		})
		.execute();
	return id;
}

function storedPart({ newId }: AppendDependencies, part: KeptPart) {
	switch (part.kind) {
		case "text":
			return { part: part satisfies StoredPart };
		case "image":
			return { part: { kind: "image", imageId: part.image.id } as const };
		case "input":
			return {
				part: { kind: "input", inputId: newId("input") } as const,
				input: part.input,
			};
	}
}
