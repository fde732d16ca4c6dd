/** Puts pictures that callers handed in into storage, content addressed for the team. */
import { mediaTypeOf } from "../../pixels/media-types.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import type { StagedInput } from "./gather-input-images.ts";

export interface StoredInput {
	readonly input: StagedInput;
	readonly storageKey: string;
}

/** Until a row refers to them, they are entered as unreferenced. */
export async function storeInputs(
	{
		database,
		storage,
		clock,
	}: Pick<EngineDependencies, "database" | "storage" | "clock">,
	teamId: string,
	inputs: readonly StagedInput[],
): Promise<StoredInput[]> {
	const stored = [];
	for (const input of inputs) {
		const storageKey = `inputs/${teamId}/${input.file.sha256}.${input.extension}`;
		await enterUnreferenced(database.queries, storageKey, clock());
		await storage.put(storageKey, input.file);
		stored.push({ input, storageKey });
	}
	return stored;
}

/** What the storageKey of an input says of it. */
export function factsOfInputKey(storageKey: string): {
	readonly sha256: string;
	readonly mediaType: string;
} {
	const [sha256 = "", extension = ""] = (
		storageKey.split("/").at(-1) ?? ""
	).split(".");
	return { sha256, mediaType: mediaTypeOf(extension) };
}
