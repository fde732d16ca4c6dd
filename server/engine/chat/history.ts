/** What a conversation has so far, as far as a model is shown it, and the pictures in it. */
import type { InputImage } from "../../providers/provider.ts";
import type {
	ConversationItem,
	ItemPart,
	Role,
} from "../conversations/conversation.ts";
import { findPicture, listItems } from "../conversations/items.ts";
import type { KeptMessage } from "../conversations/keep-pictures.ts";
import type { EngineDependencies } from "../dependencies.ts";
import type { Image } from "../generations/request.ts";
import { openVariant, variantFacts, variantSize } from "../library/variants.ts";

/** The newest items that are read. */
const MOST_ITEMS = 100;
/** Of all texts together, in UTF-16 units. */
const MOST_CHARACTERS = 200_000;

export type SpokenPart =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "picture"; readonly picture: SpokenPicture };

/** A picture in a conversation, wherever it is kept. */
export interface SpokenPicture {
	open(): Promise<AsyncIterable<Uint8Array>>;
	/** As a provider is handed it. */
	asInput(): Promise<InputImage>;
	/** What it was drawn from, if it was drawn here for this conversation. */
	readonly prompt: string | undefined;
}

export interface Spoken {
	readonly role: Role;
	readonly parts: readonly SpokenPart[];
}

export interface History {
	/** Oldest first. */
	readonly spoken: readonly Spoken[];
	/** Whether older items were left out. */
	readonly isTrimmed: boolean;
}

/** The completed items that fit, newest kept. @throws {EngineError} `not_found` */
export async function readHistory(
	dependencies: EngineDependencies,
	teamId: string,
	conversationId: string,
): Promise<History> {
	const { entries, hasMore } = await listItems(
		dependencies,
		teamId,
		conversationId,
		{ limit: MOST_ITEMS, order: "desc" },
	);
	const spoken: Spoken[] = [];
	let characters = 0;
	let isTrimmed = hasMore;
	for (const item of entries) {
		const turn = spokenOf(dependencies, item);
		if (turn === undefined) continue;
		characters += charactersOf(turn);
		if (characters > MOST_CHARACTERS) {
			isTrimmed = true;
			break;
		}
		spoken.unshift(turn);
	}
	return { spoken, isTrimmed };
}

function charactersOf({ parts }: Spoken): number {
	return parts.reduce(
		(sum, part) => sum + (part.kind === "text" ? part.text.length : 0),
		0,
	);
}

function spokenOf(
	dependencies: EngineDependencies,
	item: ConversationItem,
): Spoken | undefined {
	if (item.kind === "message") {
		if (item.status !== "completed" || item.parts.length === 0)
			return undefined;
		return {
			role: item.role,
			parts: item.parts.map((part) => spokenPart(dependencies, item.id, part)),
		};
	}
	const { status, images, prompt } = item.generation;
	if (status !== "completed" || images.length === 0) return undefined;
	return {
		role: "assistant",
		parts: images.map((image) => ({
			kind: "picture",
			picture: pictureOf(dependencies, image, prompt),
		})),
	};
}

function spokenPart(
	dependencies: EngineDependencies,
	itemId: string,
	part: ItemPart,
): SpokenPart {
	if (part.kind === "text") return part;
	if (part.kind === "image")
		return {
			kind: "picture",
			picture: pictureOf(dependencies, part.image, undefined),
		};
	const { index, mediaType, width, height, sizeBytes } = part;
	const open = async () => {
		const picture = await findPicture(dependencies, itemId, index);
		if (picture === null)
			throw new Error(`Picture ${index} of ${itemId} is gone`);
		return await picture.open();
	};
	const input = { mediaType, width, height, sizeBytes, open };
	return {
		kind: "picture",
		picture: { open, asInput: async () => input, prompt: undefined },
	};
}

/** What a request brought, as it is spoken. */
export function spokenMessage(
	dependencies: EngineDependencies,
	{ role, parts }: KeptMessage,
): Spoken {
	return {
		role,
		parts: parts.map((part): SpokenPart => {
			if (part.kind === "text") return part;
			if (part.kind === "image")
				return {
					kind: "picture",
					picture: pictureOf(dependencies, part.image, undefined),
				};
			const { input, storageKey } = part.input;
			const { mediaType, width, height } = input;
			const open = async () => {
				const object = await dependencies.storage.open(storageKey);
				if (object === null) throw new Error(`${storageKey} is not in storage`);
				return object.stream;
			};
			const { sizeBytes } = input.file;
			const asInput = { mediaType, width, height, sizeBytes, open };
			return {
				kind: "picture",
				picture: { open, asInput: async () => asInput, prompt: undefined },
			};
		}),
	};
}

/** A picture of the library, in the size in which it is shown. */
function pictureOf(
	dependencies: EngineDependencies,
	image: Image,
	prompt: string | undefined,
): SpokenPicture {
	const open = async () =>
		(await openVariant(dependencies, image, "fitted")).stream;
	return {
		open,
		asInput: async () => ({
			mediaType: variantFacts(image, "fitted").mediaType,
			width: image.width,
			height: image.height,
			sizeBytes: await variantSize(dependencies, image, "fitted"),
			open,
		}),
		prompt,
	};
}

export function textOf({ parts }: Pick<Spoken, "parts">): string {
	return parts
		.flatMap((part) => (part.kind === "text" ? [part.text] : []))
		.join("\n");
}

export function picturesOf({ parts }: Pick<Spoken, "parts">): SpokenPicture[] {
	return parts.flatMap((part) =>
		part.kind === "picture" ? [part.picture] : [],
	);
}
