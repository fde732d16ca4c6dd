/** The door of conversations: what a dialect may do with those of whoever asks. */
import type { EngineDependencies } from "../dependencies.ts";
import type { Principal } from "../generations/request.ts";
import type {
	Conversation,
	ConversationChanges,
	ConversationItem,
	NewConversation,
	NewMessage,
	Page,
	PageQuery,
} from "./conversation.ts";
import {
	type ConversationPage,
	createConversation,
	deleteConversation,
	deleteConversations,
	getConversation,
	listConversations,
	updateConversation,
} from "./conversations.ts";
import {
	addItems,
	deleteItem,
	findPicture,
	getItem,
	type ItemPicture,
	listItems,
} from "./items.ts";

/** Everything throws {EngineError} `not_found` for what is not the caller's, as for what is not there at all. */
export interface ConversationRoom {
	create(
		principal: Principal,
		conversation: NewConversation,
	): Promise<Conversation>;
	get(principal: Principal, id: string): Promise<Conversation>;
	update(
		principal: Principal,
		id: string,
		changes: ConversationChanges,
	): Promise<Conversation>;
	/** For good; the pictures that were drawn for it stay in the library. */
	delete(principal: Principal, id: string): Promise<void>;
	/** All that the caller has, as `delete`. @returns how many. */
	deleteAll(principal: Principal): Promise<number>;
	list(principal: Principal, query: PageQuery): Promise<ConversationPage>;
	/** @throws {EngineError} `conflict` when the conversation is full. */
	addItems(
		principal: Principal,
		id: string,
		messages: readonly NewMessage[],
	): Promise<readonly ConversationItem[]>;
	listItems(
		principal: Principal,
		id: string,
		query: PageQuery,
	): Promise<Page<ConversationItem>>;
	getItem(
		principal: Principal,
		id: string,
		itemId: string,
	): Promise<ConversationItem>;
	deleteItem(
		principal: Principal,
		id: string,
		itemId: string,
	): Promise<Conversation>;
	/** A picture that came with a message, for whoever proved the right to see it, by a signed URL for instance. */
	findPicture(itemId: string, index: number): Promise<ItemPicture | null>;
}

export function createConversationRoom(
	dependencies: EngineDependencies,
): ConversationRoom {
	return {
		create: ({ teamId }, conversation) =>
			createConversation(dependencies, teamId, conversation),
		get: ({ teamId }, id) => getConversation(dependencies, teamId, id),
		update: ({ teamId }, id, changes) =>
			updateConversation(dependencies, teamId, id, changes),
		delete: ({ teamId }, id) => deleteConversation(dependencies, teamId, id),
		deleteAll: ({ teamId }) => deleteConversations(dependencies, teamId),
		list: ({ teamId }, query) => listConversations(dependencies, teamId, query),
		addItems: ({ teamId }, id, messages) =>
			addItems(dependencies, teamId, id, messages),
		listItems: ({ teamId }, id, query) =>
			listItems(dependencies, teamId, id, query),
		getItem: ({ teamId }, id, itemId) =>
			getItem(dependencies, teamId, id, itemId),
		deleteItem: ({ teamId }, id, itemId) =>
			deleteItem(dependencies, teamId, id, itemId),
		findPicture: (itemId, index) => findPicture(dependencies, itemId, index),
	};
}
