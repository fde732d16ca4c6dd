/** Finds what a request names by the id that an earlier response gave it: messages, pictures, and what was asked. */
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import type { Engine } from "../../../engine/engine.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import type { Image, Principal } from "../../../engine/generations/request.ts";
import { type ItemName, itemNameOf } from "./response-ids.ts";

type Said = Awaited<ReturnType<Engine["interactions"]["said"]>>;

/**
 * @returns `undefined` for a message that only says that a picture is there.
 * @throws {EngineError} `invalid_request` for what is not kept: an answer to words that are missing would be a wrong one.
 */
export type ReadReference = (
	id: string,
	field: string,
) => Promise<NewMessage | undefined>;

export function referenceReader(
	engine: Engine,
	principal: Principal,
): ReadReference {
	/** A request may name many items of one response. */
	const known = new Map<string, Promise<Said | undefined>>();
	const find = (plainId: string, field: string) => {
		const found =
			known.get(plainId) ??
			orNone(
				engine.interactions.said(principal, `interaction_${plainId}`, field),
			);
		known.set(plainId, found);
		return found;
	};
	return async (id, field) => {
		const name = itemNameOf(id);
		if (name === undefined) throw notKept(field);
		const said = await find(name.plainId, field);
		if (said !== undefined) return itemOf(said, name, field);
		// The pictures of a response that is not kept are in the library all the same.
		const drawn = await orNone(
			engine.getGeneration(principal, `gen_${name.plainId}`),
		);
		return pictureOf(drawn?.images, name, field);
	};
}

function itemOf(
	{ asked, answered, interaction }: Said,
	name: ItemName,
	field: string,
): NewMessage | undefined {
	if (name.kind === "asked") {
		const message = asked[name.index];
		if (message === undefined) throw notKept(field);
		return message;
	}
	const { generation } = interaction;
	if (generation !== null) return pictureOf(generation.images, name, field);
	if (name.kind === "picture" || answered === undefined) throw notKept(field);
	return answered;
}

function pictureOf(
	images: readonly Image[] | undefined,
	name: ItemName,
	field: string,
): NewMessage | undefined {
	if (images !== undefined && name.kind === "message") return undefined;
	const image = name.kind === "picture" ? images?.[name.index] : undefined;
	if (image === undefined) throw notKept(field);
	return {
		role: "assistant",
		parts: [
			{ kind: "image", image: { kind: "library", field, imageId: image.id } },
		],
	};
}

function notKept(field: string): EngineError {
	return invalid(
		field,
		`${field} refers to an item that is not kept here. Send the item itself (in the AI SDK: providerOptions.openai.store = false).`,
		"a message, or the id of an item of a response that is stored",
	);
}

async function orNone<T>(found: Promise<T>): Promise<T | undefined> {
	try {
		return await found;
	} catch (error) {
		if (error instanceof EngineError && error.code === "not_found")
			return undefined;
		throw error;
	}
}
