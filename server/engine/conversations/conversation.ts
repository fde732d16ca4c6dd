/** What a conversation is, and its items: messages, and calls for pictures, in the order in which they came. */
import type { EngineErrorCode } from "../errors.ts";
import type {
	GenerationStatus,
	Image,
	InputImageSource,
} from "../generations/request.ts";

/** Items there may ever be in one conversation, deleted ones included. */
export const MAX_ITEMS = 10_000;
/** Items that one request may bring. */
export const MAX_ITEMS_AT_ONCE = 20;
/** Of all texts of one item, in UTF-16 units. */
export const MAX_ITEM_CHARACTERS = 400_000;
export const MAX_PARTS = 100;
export const MAX_PAGE = 100;

export interface Conversation {
	readonly id: string;
	/** `null` when nobody gave it one. */
	readonly title: string | null;
	readonly metadata: Readonly<Record<string, string>>;
	/** Milliseconds since 1970, as all times here. */
	readonly createdAt: number;
	readonly updatedAt: number;
}

export type Role = "user" | "assistant" | "system" | "developer";

/** A part of an item. Pictures are references: their bytes are opened when somebody wants them. */
export type ItemPart =
	| { readonly kind: "text"; readonly text: string }
	/** A picture of the library. */
	| { readonly kind: "image"; readonly image: Image }
	/** A picture that came with the message. */
	| {
			readonly kind: "input";
			/** By which it is opened; stays the same when the item's other parts go. */
			readonly index: number;
			readonly mediaType: string;
			/** Pixels. */
			readonly width: number;
			readonly height: number;
			readonly sizeBytes: number;
	  };

/** What a call for pictures asked for, and what came of it. */
export interface ItemGeneration {
	readonly id: string;
	readonly status: GenerationStatus;
	readonly prompt: string;
	readonly revisedPrompt: string | null;
	readonly width: number;
	readonly height: number;
	readonly error: {
		readonly code: EngineErrorCode;
		readonly message: string;
	} | null;
	/** Without those that were deleted from the library since. */
	readonly images: readonly Image[];
}

interface ItemHead {
	readonly id: string;
	readonly conversationId: string;
	/** From 1; those of deleted items are not given again. */
	readonly sequence: number;
	readonly createdAt: number;
	/** Who answered, as the caller named it; `null` for what a user said. */
	readonly model: string | null;
}

export type ConversationItem =
	| (ItemHead & {
			readonly kind: "message";
			readonly role: Role;
			/** `incomplete`: the answer broke off. */
			readonly status: "completed" | "incomplete";
			readonly parts: readonly ItemPart[];
	  })
	| (ItemHead & {
			readonly kind: "image_generation_call" | "image_edit_call";
			readonly role: "assistant";
			readonly generation: ItemGeneration;
	  });

/** A picture as a caller hands it in: its bytes, its URL, or one of the team's library. */
export type PictureSource =
	| InputImageSource
	| {
			readonly kind: "library";
			readonly field: string;
			readonly imageId: string;
	  };

export type NewPart =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "image"; readonly image: PictureSource };

export interface NewMessage {
	readonly role: Role;
	readonly parts: readonly NewPart[];
}

export interface NewConversation {
	readonly title?: string | undefined;
	readonly metadata?: Readonly<Record<string, string>> | undefined;
	readonly messages?: readonly NewMessage[] | undefined;
}

/** What is left out stays as it is; `metadata` is replaced as a whole. */
export interface ConversationChanges {
	/** Taken away by an empty one. */
	readonly title?: string | undefined;
	readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface PageQuery {
	/** The id after which the page begins, in the order asked for. */
	readonly after?: string | undefined;
	/** 1 to 100. */
	readonly limit: number;
	readonly order: "asc" | "desc";
}

export interface Page<T> {
	readonly entries: readonly T[];
	readonly hasMore: boolean;
}
