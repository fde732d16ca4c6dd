/** Finds what a request names by the id that an earlier answer gave it: pictures are kept here, words are not. */
import type { NewMessage } from "../../../engine/conversations/conversation.ts";
import type { Engine } from "../../../engine/engine.ts";
import { EngineError, invalid } from "../../../engine/errors.ts";
import type {
	Generation,
	Principal,
} from "../../../engine/generations/request.ts";

/** Of a picture, counted from the second, or of the message that says that it is there; see `callId` and `messageItem`. */
const REFERENCE = /^(ig|msg)_([0-9a-z]{26})(?:_(\d{1,2}))?$/;

/**
 * @returns `undefined` for a message that only says that a picture is there.
 * @throws {EngineError} `invalid_request` for what is not kept: an answer to words that are missing would be a wrong one.
 */
export async function referredTo(
	engine: Engine,
	principal: Principal,
	id: string,
	field: string,
): Promise<NewMessage | undefined> {
	const [, kind, plainId, index = "0"] = REFERENCE.exec(id) ?? [];
	const drawn = await findGeneration(engine, principal, `gen_${plainId}`);
	if (drawn !== undefined && kind === "msg") return undefined;
	const image = drawn?.images[Number(index)];
	if (image === undefined)
		throw invalid(
			field,
			`${field} refers to an answer that is not kept here. Send the message itself (in the AI SDK: providerOptions.openai.store = false), or go on in a conversation.`,
			"a message, or the id of an image_generation_call",
		);
	return {
		role: "assistant",
		parts: [
			{ kind: "image", image: { kind: "library", field, imageId: image.id } },
		],
	};
}

async function findGeneration(
	engine: Engine,
	principal: Principal,
	id: string,
): Promise<Generation | undefined> {
	try {
		return await engine.getGeneration(principal, id);
	} catch (error) {
		if (error instanceof EngineError && error.code === "not_found")
			return undefined;
		throw error;
	}
}
