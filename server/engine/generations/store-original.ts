/** Puts a drawn picture into storage exactly as the provider returned it, content addressed for the team. */
import { ImageError, inspectImage } from "../../pixels/inspect.ts";
import { type DrawnImage, ProviderError } from "../../providers/provider.ts";
import type { EngineDependencies } from "../dependencies.ts";
import { enterUnreferenced } from "../library/referenced-objects.ts";
import type { Size } from "../models/model.ts";

/** An original that lies in storage. */
export interface StoredOriginal {
	readonly storageKey: string;
	readonly sha256: string;
	readonly mediaType: string;
	readonly sizeBytes: number;
	readonly size: Size;
	readonly seed: number | undefined;
	readonly revisedPrompt: string | undefined;
}

type StoreDependencies = Pick<
	EngineDependencies,
	"database" | "storage" | "clock"
>;

/** @throws {ProviderError} `unavailable` when what came is no image. */
export async function storeOriginal(
	{ database, storage, clock }: StoreDependencies,
	teamId: string,
	drawn: DrawnImage,
): Promise<StoredOriginal> {
	const { file } = drawn;
	try {
		const facts = await inspectImage(file.path);
		const storageKey = `generated/${teamId}/${file.sha256}.${facts.extension}`;
		await enterUnreferenced(database.queries, storageKey, clock());
		await storage.put(storageKey, file);
		return {
			storageKey,
			sha256: file.sha256,
			mediaType: facts.mediaType,
			sizeBytes: file.sizeBytes,
			size: { width: facts.width, height: facts.height },
			seed: drawn.seed,
			revisedPrompt: drawn.revisedPrompt,
		};
	} catch (error) {
		if (error instanceof ImageError) {
			throw new ProviderError("unavailable", error.message, {
				publicMessage: "The provider returned something that is no image.",
				mayBePaid: true,
				cause: error,
			});
		}
		throw error;
	}
}
