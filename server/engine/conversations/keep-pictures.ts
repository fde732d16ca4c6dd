/** Takes the pictures of messages into storage, so that what is left of a message are texts and references. */
import type { EngineDependencies } from "../dependencies.ts";
import {
	discardInputs,
	gatherInputImages,
} from "../generations/gather-input-images.ts";
import type { Image, InputImageSource } from "../generations/request.ts";
import { type StoredInput, storeInputs } from "../generations/store-inputs.ts";
import { getImage } from "../library/library.ts";
import { openVariant } from "../library/variants.ts";
import type { NewMessage, Role } from "./conversation.ts";

/** A part of a message whose pictures lie in storage. */
export type KeptPart =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "image"; readonly image: Image }
	| { readonly kind: "input"; readonly input: StoredInput };

export interface KeptMessage {
	readonly role: Role;
	readonly parts: readonly KeptPart[];
}

/**
 * Until a row refers to them, the pictures are entered as unreferenced, so that nobody needs to take them away.
 * @throws {EngineError} `invalid_request` for what is no picture, `not_found` for one that is not in the team's library.
 */
export async function keepPictures(
	dependencies: EngineDependencies,
	teamId: string,
	messages: readonly NewMessage[],
): Promise<KeptMessage[]> {
	const kept: KeptMessage[] = [];
	for (const { role, parts } of messages) {
		const keptParts: KeptPart[] = [];
		for (const part of parts) {
			if (part.kind === "text") keptParts.push(part);
			else if (part.image.kind === "library") {
				const image = await getImage(dependencies, teamId, part.image.imageId);
				keptParts.push({ kind: "image", image });
			} else {
				const input = await keepOne(dependencies, teamId, part.image);
				keptParts.push({ kind: "input", input });
			}
		}
		kept.push({ role, parts: keptParts });
	}
	return kept;
}

async function keepOne(
	dependencies: EngineDependencies,
	teamId: string,
	source: InputImageSource,
): Promise<StoredInput> {
	const staged = await gatherInputImages(dependencies, [source]);
	try {
		const [stored] = await storeInputs(dependencies, teamId, staged);
		if (stored === undefined) throw new Error("One picture in, none out");
		return stored;
	} finally {
		// Gone already when it was put into storage.
		await discardInputs(dependencies, staged);
	}
}

/** A picture of the library, to be drawn from: as it is shown, in its original's format where that can be. */
export function librarySource(
	dependencies: EngineDependencies,
	image: Image,
	field: string,
): InputImageSource {
	return {
		kind: "stored",
		field,
		open: async () => (await openVariant(dependencies, image, "fitted")).stream,
	};
}
